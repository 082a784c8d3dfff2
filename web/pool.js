// @ts-check
// Web workers that compute for all labs of the page: started after the first picture, and never waited for.

import { addressOf, refusal } from './assets.js';
import { compiled } from './load.js';
import { alive } from './panic.js';
import { sentence, within } from './text.js';

/** @import { Bindings } from './bindings.d.ts' */

/** Milliseconds that the start of all workers may take, and the most that are started unasked. */
const LIMIT = { start: 20_000, workers: 16 };

let started = false;

/**
 * Starts the workers of the page, unless they were started before or are not wanted. Labs that have none compute between two frames.
 * @param {Bindings} bindings
 * @param {unknown} wanted The option `workers`.
 * @param {string} [assets]
 */
export async function startWorkers(bindings, wanted, assets) {
  const module = compiled();
  const cores = Math.min(navigator.hardwareConcurrency || 1, LIMIT.workers);
  // What is no number, the lab has said already; a single core has nothing to share.
  const count = /^[0-9]+$/.test(String(wanted)) ? Math.min(Number(wanted), 64) : cores > 1 ? cores : 0;
  if (started || count === 0 || !module) return;
  started = true;
  /** @type {Worker[]} */
  const workers = [];
  const close = () => workers.forEach((worker) => worker.terminate());
  /** @type {(error: unknown) => void} */
  let failed = () => {};
  /** @type {Promise<never>} */
  const failure = new Promise((_, reject) => (failed = reject));
  try {
    const ready = Array.from({ length: count }, (_, index) => {
      const worker = new Worker(new URL('./pool-worker.js', import.meta.url), { type: 'module', name: `chickadee ${index}` });
      workers.push(worker);
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        failed(event.message || 'a worker could not be started');
      });
      /** @type {Promise<void>} */
      const begun = new Promise((resolve) =>
        worker.addEventListener('message', ({ data }) => {
          if (data instanceof Uint8Array) bindings.workerSaid(index, data);
          else if (data?.failed) failed(data.failed);
          else if (data?.ready) resolve();
        }),
      );
      worker.postMessage({ module, bindings: addressOf('chickadee.js', assets).href });
      return begun;
    });
    await within(Promise.race([Promise.all(ready), failure]), LIMIT.start, `they did not answer in ${LIMIT.start / 1000} seconds`);
    bindings.useWorkers(
      count,
      (worker, record) => workers[worker].postMessage(record, [record.buffer]),
      close,
    );
    redraw();
    await failure;
  } catch (error) {
    close();
    const policy = await refusal(new URL('./pool-worker.js', import.meta.url).href, "'self'");
    bindings.workersFailed((policy ?? sentence(error)).replace(/\.$/, ''));
    redraw();
  }
}

/** Labs learn with a frame which workers there are; one at rest draws none by itself. */
function redraw() {
  for (const lab of alive) lab.redraw();
}
