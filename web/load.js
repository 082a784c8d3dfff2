// @ts-check
// One download for every lab on the page.

import { addressOf, counted, fetched, refusal, watchPolicy } from './assets.js';
import { missing } from './browser.js';
import { watchForPanics } from './panic.js';
import { BUILD, WASM_BYTES } from './size.js';
import { sentence } from './text.js';

/** @import { Bindings } from './bindings.d.ts' */
/** @import { Progress } from './chickadee.js' */

const STALE = 'The files of the simulator are of different versions, some of them from the browser’s memory: reload this page.';

/**
 * The module, shared by all labs.
 * @type {Promise<Bindings> | undefined}
 */
let wasm;
/**
 * The module as it was compiled, for workers.
 * @type {WebAssembly.Module | undefined}
 */
let module;
/** @type {Progress | undefined} */
let lastProgress;
/** @type {Set<(progress: Progress) => void>} */
const progressListeners = new Set();

/**
 * Loads the simulator once, however many labs there are. `onProgress({current, total})` counts bytes; `total` is 0 if unknown.
 * `assets` is the folder with a copy of dist/, where the files are not beside this script.
 * @param {(progress: Progress) => void} [onProgress]
 * @param {string} [assets]
 * @returns {Promise<Bindings>}
 */
export async function ensureWasm(onProgress, assets) {
  if (onProgress) {
    progressListeners.add(onProgress);
    if (lastProgress) onProgress(lastProgress);
  }
  wasm ??= load(assets).catch((error) => {
    wasm = undefined; // a later mount may try again
    throw error;
  });
  try {
    return await wasm;
  } finally {
    if (onProgress) progressListeners.delete(onProgress);
  }
}

/** The module as it was compiled here; nothing where the page has loaded it itself. */
export const compiled = () => module;

/** Every option, every type of event, and every name that `hide` and `lock` take. */
export async function names() {
  const bindings = await ensureWasm();
  return bindings.names();
}

/**
 * @param {string} [assets]
 * @returns {Promise<Bindings>}
 */
async function load(assets) {
  watchForPanics();
  watchPolicy();
  const { wasmBindings } = /** @type {{ wasmBindings?: Bindings }} */ (globalThis);
  if (wasmBindings?.Lab) return wasmBindings; // the page has loaded it already
  const lacking = await missing();
  if (lacking) throw new Error(lacking);
  const address = addressOf('chickadee_bg.wasm', assets);
  const download = fetched(address, 'chickadee_bg.wasm');
  download.catch(() => {}); // reported below, once the bindings are here
  const bindings = await importBindings(addressOf('chickadee.js', assets));
  if (BUILD && bindings.BUILD !== BUILD) throw new Error(STALE);
  const response = await download;
  /** @type {unknown} */
  let failed;
  const report = (/** @type {Progress} */ progress) => {
    lastProgress = progress;
    for (const listener of progressListeners) listener(progress);
  };
  const body = counted(response, address, 'chickadee_bg.wasm', WASM_BYTES, report, (error) => (failed = error));
  try {
    module = await WebAssembly.compileStreaming(new Response(body, { headers: { 'Content-Type': 'application/wasm' } }));
    await bindings.default({ module_or_path: module });
  } catch (error) {
    if (failed) throw failed;
    if (error instanceof WebAssembly.LinkError) throw new Error(STALE);
    const policy = /Content.Security.Policy|unsafe-eval|blocked by CSP/i.test(sentence(error))
      ? "the Content-Security-Policy of this page forbids it: its script-src needs 'wasm-unsafe-eval'."
      : await refusal('wasm-eval', "'wasm-unsafe-eval'");
    throw new Error(`The simulator could not be compiled by this browser: ${policy ?? sentence(error)}`);
  }
  return bindings;
}

/**
 * @param {URL} address
 * @returns {Promise<Bindings>}
 */
async function importBindings(address) {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ address.href);
  } catch (error) {
    await fetched(address, 'chickadee.js'); // says what a server has done to it, if that is the reason
    const policy = await refusal(address.href, address.origin === location.origin ? "'self'" : address.origin);
    throw new Error(`chickadee.js could not be loaded: ${policy ?? sentence(error)}`);
  }
}
