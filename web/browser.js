// @ts-check
// Capabilities of this browser.

import { within } from './text.js';

// The smallest module with a SIMD instruction in it: (func (result v128) (i8x16.splat (i32.const 0))), as bytes.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** Milliseconds after which a GPU that has not answered is taken for one that never will. */
const PATIENCE = 5000;

/** True if WebGL2 can be had. Probed on a canvas that is thrown away: a canvas that was asked once can never change its kind. */
export function hasWebGL2() {
  try {
    const gl = document.createElement('canvas').getContext('webgl2');
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
    return Boolean(gl);
  } catch {
    return false;
  }
}

/**
 * Answer of WebGPU: an adapter, none, or (some virtual machines, drivers, remote desktops) nothing for seconds.
 * @type {Promise<'adapter' | 'none' | 'silent'> | undefined}
 */
let answer;

/** Asks for an adapter, once a page. */
export function askWebGPU() {
  answer ??= (async () => {
    try {
      const { gpu } = /** @type {{ gpu?: { requestAdapter(): Promise<unknown> } }} */ (navigator);
      if (!gpu) return 'none';
      return (await within(gpu.requestAdapter(), PATIENCE, 'silent')) ? 'adapter' : 'none';
    } catch (error) {
      return error instanceof Error && error.message === 'silent' ? 'silent' : 'none';
    }
  })();
  return answer;
}

/** True if a WebGPU adapter can be had. Browsers give it in secure contexts only (https or localhost). */
export async function hasWebGPU() {
  return (await askWebGPU()) === 'adapter';
}

/** One sentence that says what this browser lacks to run the simulator; undefined if it lacks nothing. */
export async function missing() {
  if (typeof WebAssembly !== 'object') return 'This browser has no WebAssembly, or it is switched off.';
  if (!WebAssembly.validate(SIMD_PROBE)) return 'This browser is too old: its WebAssembly has no SIMD instructions.';
  if (!hasWebGL2() && !(await hasWebGPU())) {
    return 'This browser gives neither WebGL2 nor WebGPU, so there is nothing to draw with; hardware acceleration may be switched off in its settings.';
  }
  return undefined;
}
