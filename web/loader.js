// @ts-check
// What the page does from its first byte to the first frame. index.html is complete without it; this file fills the
// progress bar, puts the canvas over the text once there is something to see, and otherwise says what is missing.
//
// `initializer` follows the protocol of trunk's initializers, so the page is the same whether trunk or xtask built it:
// onStart, onProgress({current, total}), onComplete, onSuccess | onFailure, then the event TrunkApplicationStarted.
// The builders put this file in different folders, hence the address that starts at the page.

/** @import { Progress } from './chickadee.js' */

/** @param {string} file */
const load = (file) => import(new URL(`web/${file}`, document.baseURI).href);
/** @type {typeof import('./chickadee.js')} */
const { mount, bridge, missing } = await load('chickadee.js');
/** @type {typeof import('./address.js')} */
const { keepAddress } = await load('address.js');
/** @type {typeof import('./offline.js')} */
const { workOffline } = await load('offline.js');

let failed = false;

/**
 * Shows one sentence and the ways out, in place of the progress bar. The inline script of index.html knows how.
 * @param {string} message
 */
function fail(message) {
  failed = true;
  // What another version or the network has done is no reason to change the browser.
  const reload = /reload|Content-Security-Policy/.test(message);
  /** @type {{ chickadeeFail(message: string, reload: boolean): void }} */ (/** @type {unknown} */ (window)).chickadeeFail(message, reload);
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** @param {string} text */
function showText(text) {
  const line = document.getElementById('progress-text');
  if (line) line.textContent = text;
}

/** @param {Progress} progress */
function showProgress({ current, total }) {
  const bar = document.getElementById('progress');
  if (bar instanceof HTMLProgressElement) {
    if (total > 0) bar.value = Math.min(current / total, 1);
    else bar.removeAttribute('value');
  }
  showText(`Loading the simulator, ${megabytes(current)}${total > 0 ? ` of ${megabytes(total)}` : ''} MB`);
}

const silence = setTimeout(() => showText('Waiting for the graphics of this browser to answer'), 3000);
const lacking = await missing();
clearTimeout(silence);
if (lacking) {
  fail(lacking);
  throw new Error(lacking); // ends the script that imports this one: nothing is downloaded in vain
}

export default function initializer() {
  return {
    onProgress: showProgress,
    onComplete: () => showText('Starting the simulator'),
    /** @param {unknown} error */
    onFailure: (error) => fail(`The simulator could not be loaded: ${error instanceof Error ? error.message : error}`),
  };
}

async function start() {
  const stage = /** @type {HTMLElement} */ (document.getElementById('stage'));
  // Options stand in the query (`?theme=light&ui=min`), the state in the fragment (`#lab=caching&seed=7`). The simulator knows
  // which options there are, and says so of those that are none. Where code comes from is not for a link to say.
  const { assets, ...query } = Object.fromEntries(new URLSearchParams(location.search));
  // Where the page lies is where its links lead.
  const share = location.href.replace(/[?#].*$/, '');
  const mounting = mount(stage, { share, ...query, page: true, link: location.hash });
  bridge(mounting);
  let handle;
  try {
    handle = await mounting;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
    return;
  }
  window.chickadee = handle;
  document.documentElement.dataset.state = 'running';
  // The text stays for screen readers; its links must not be stops on the way of a keyboard that sees the canvas.
  for (const link of document.querySelectorAll('#intro a')) if (link instanceof HTMLElement) link.tabIndex = -1;
  if (window.parent === window && document.activeElement === document.body) handle.canvas.focus({ preventScroll: true });
  keepAddress(/** @type {import('./handle.js').Handle} */ (handle), query);
  workOffline();
}

addEventListener('TrunkApplicationStarted', () => !failed && start(), { once: true });
