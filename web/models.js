// @ts-check
// The models without a lab: the transformer alone, and the GPU compared with the CPU.

import { checkpoint } from './assets.js';
import { ensureWasm } from './load.js';

/** @import { Operation } from './chickadee.js' */

/**
 * A transformer from a checkpoint: an address, or the bytes of a safetensors file. See chickadee.d.ts.
 * @param {string | URL | ArrayBuffer | Uint8Array | { width: number; layers: number; heads: number }} source
 */
export async function transformer(source) {
  const { Transformer } = await ensureWasm();
  if (source && typeof source === 'object' && !(source instanceof URL || source instanceof ArrayBuffer || source instanceof Uint8Array)) {
    return Transformer.untrained(Number(source.width), Number(source.layers), Number(source.heads));
  }
  return new Transformer(await checkpoint(source));
}

/**
 * Compares every operation of the GPU with the CPU; rejects with a sentence where there is no GPU that computes.
 * @param {(operation: Operation) => void} [each]
 */
export async function selftest(each) {
  const bindings = await ensureWasm();
  return bindings.selftest(typeof each === 'function' ? each : undefined);
}
