// chickadee.d.ts is a promise: every export of it exists, and is of the type that it says. Nothing here runs.

import type * as promised from '../../web/chickadee.js'; // the .d.ts beside it

import { bridge } from '../../web/bridge.js';
import { hasWebGL2, hasWebGPU, missing } from '../../web/browser.js';
import { ChickadeeLab } from '../../web/element.js';
import { ensureWasm, names } from '../../web/load.js';
import { selftest, transformer } from '../../web/models.js';
import { mount } from '../../web/mount.js';

const kept = { bridge, hasWebGL2, hasWebGPU, missing, ChickadeeLab, ensureWasm, names, selftest, transformer, mount };

export default kept satisfies typeof promised;
