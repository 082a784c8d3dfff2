// @ts-check
// One download for every lab on the page.

import { missing } from './browser.js';
import { watchForPanics } from './panic.js';
import { WASM_BYTES } from './size.js';
import { sentence } from './text.js';

/** @import { Bindings } from './bindings.d.ts' */
/** @import { Progress } from './chickadee.js' */

const BINDINGS = new URL('../chickadee.js', import.meta.url);
const WASM = new URL('../chickadee_bg.wasm', import.meta.url);

/**
 * The module, shared by all labs.
 * @type {Promise<Bindings> | undefined}
 */
let wasm;
/** @type {Progress | undefined} */
let lastProgress;
/** @type {Set<(progress: Progress) => void>} */
const progressListeners = new Set();

/**
 * Loads the simulator once, however many labs there are. `onProgress({current, total})` counts bytes; `total` is 0 if unknown.
 * @param {(progress: Progress) => void} [onProgress]
 * @returns {Promise<Bindings>}
 */
export async function ensureWasm(onProgress) {
  if (onProgress) {
    progressListeners.add(onProgress);
    if (lastProgress) onProgress(lastProgress);
  }
  wasm ??= load().catch((error) => {
    wasm = undefined; // a later mount may try again
    throw error;
  });
  try {
    return await wasm;
  } finally {
    if (onProgress) progressListeners.delete(onProgress);
  }
}

/** Every option and every type of event that the simulator knows. */
export async function names() {
  const bindings = await ensureWasm();
  return bindings.names();
}

/** @returns {Promise<Bindings>} */
async function load() {
  watchForPanics();
  const { wasmBindings } = /** @type {{ wasmBindings?: Bindings }} */ (globalThis);
  if (wasmBindings?.Lab) return wasmBindings; // the page has loaded it already
  const lacking = await missing();
  if (lacking) throw new Error(lacking);
  const download = fetch(WASM);
  download.catch(() => {}); // reported below, once the bindings are here
  /** @type {Bindings} */
  let bindings;
  try {
    bindings = await import(BINDINGS.href);
  } catch (error) {
    throw new Error(`chickadee.js could not be loaded: ${sentence(error)}`);
  }
  let response;
  try {
    response = await download;
  } catch (error) {
    throw new Error(`chickadee_bg.wasm could not be fetched: ${sentence(error)}`);
  }
  if (!response.ok) throw new Error(`chickadee_bg.wasm could not be fetched: the server answered ${response.status}.`);
  try {
    await bindings.default({ module_or_path: counted(response) });
  } catch (error) {
    throw new Error(`The simulator could not be compiled by this browser: ${sentence(error)}`);
  }
  return bindings;
}

/**
 * The same response, reporting its bytes as they come.
 * @param {Response} response
 */
function counted(response) {
  const packed = response.headers.get('Content-Encoding');
  const total = WASM_BYTES || (packed ? 0 : Number(response.headers.get('Content-Length')) || 0);
  let current = 0;
  /** @type {TransformStream<Uint8Array, Uint8Array>} */
  const count = new TransformStream({
    transform(chunk, controller) {
      current += chunk.byteLength;
      lastProgress = { current, total };
      for (const listener of progressListeners) listener(lastProgress);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(count), { headers: { 'Content-Type': 'application/wasm' } });
}

/**
 * The bytes of a checkpoint: given, or fetched from an address.
 * @param {string | URL | ArrayBuffer | Uint8Array} source
 */
export async function checkpoint(source) {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const response = await fetch(source);
  if (!response.ok) throw new Error(`The checkpoint ${source} could not be fetched: the server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
