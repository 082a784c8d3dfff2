// @ts-check
// From an element to a lab that runs in it.

import { Handle } from './handle.js';
import { ensureWasm } from './load.js';
import { givenOptions } from './options.js';
import { panicMessage } from './panic.js';
import { startWorkers } from './pool.js';
import { kind } from './text.js';

/** @import { Handle as PublicHandle, MountOptions } from './chickadee.js' */

/**
 * Puts a live lab into `element`. See chickadee.d.ts.
 * @param {HTMLElement} element
 * @param {MountOptions} [options]
 * @returns {Promise<PublicHandle>}
 */
export async function mount(element, options = {}) {
  if (typeof HTMLElement === 'undefined' || !(element instanceof HTMLElement)) {
    throw new TypeError(`mount needs an element of this page as its first argument, not ${kind(element)}.`);
  }
  const { given, onProgress, assets } = givenOptions(options);
  const panic = panicMessage();
  if (panic) throw new Error(`The simulator has stopped on this page (${panic}); reload the page.`);
  const bindings = await ensureWasm(onProgress, assets);
  const handle = new Handle(element, bindings);
  try {
    await handle.start(given, assets);
  } catch (error) {
    handle.destroy();
    throw error;
  }
  void startWorkers(bindings, given.workers, assets);
  return handle;
}
