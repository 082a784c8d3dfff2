// The types of the installed package are found, and are not `any`.
import { mount, type Handle } from 'chickadee-lab';

const lab: Handle = await mount(document.body, { link: 'lab=caching&seed=7', theme: 'light' });
// @ts-expect-error: there is no such theme.
await mount(document.body, { theme: 'blue' });
export const hash: string = lab.state().state_hash;
