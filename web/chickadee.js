// Chickadee as a JavaScript module: a live lab inside any element of any page.
//
//     import { mount } from './web/chickadee.js';
//     const lab = await mount(document.querySelector('#figure'), { link: 'lab=caching&seed=7' });
//     lab.command('fly:20');
//     await lab.settled();
//     console.log(lab.state().state_hash);
//
// or, without a line of script of your own, <chickadee-lab link="lab=caching&seed=7"></chickadee-lab>.
//
// The objects, by lifetime: one WebAssembly module for the page (load.js, downloaded once), one `Handle` for every mounted lab
// (handle.js), one canvas inside its element. Types and the meaning of every verb: chickadee.d.ts, beside this file.
// Whatever is wrong is thrown, or rejects the promise, as an Error whose message is one sentence; the run goes on.
//
// Importing this does nothing but define <chickadee-lab>, and on a server, where there are no elements, nothing at all.

export { bridge } from './bridge.js';
export { hasWebGL2, hasWebGPU, missing } from './browser.js';
export { ChickadeeLab } from './element.js';
export { ensureWasm, names } from './load.js';
export { selftest, transformer } from './models.js';
export { mount } from './mount.js';
