// What the page does from its first byte to the first frame. index.html is complete without it; this file fills the
// progress bar, puts the canvas over the text once there is something to see, and otherwise says what is missing.
//
// `initializer` follows the protocol of trunk's initializers, so the page is the same whether trunk or xtask built it:
// onStart, onProgress({current, total}), onComplete, onSuccess | onFailure, then the event TrunkApplicationStarted.
// The builders put this file in different folders, hence the address that starts at the page.

const { mount, bridge, missing } = await import(new URL('web/chickadee.js', document.baseURI).href);

const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let failed = false;

/** Shows one sentence and the ways out, in place of the progress bar. The inline script of index.html knows how. */
function fail(message) {
  failed = true;
  window.chickadeeFail(message);
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

function showProgress({ current, total }) {
  const bar = byId('progress');
  if (total > 0) bar.value = Math.min(current / total, 1);
  else bar.removeAttribute('value');
  byId('progress-text').textContent = `Loading the simulator, ${megabytes(current)}${total > 0 ? ` of ${megabytes(total)}` : ''} MB`;
}

const lacking = await missing();
if (lacking) {
  fail(lacking);
  throw new Error(lacking); // ends the script that imports this one: nothing is downloaded in vain
}

export default function initializer() {
  return {
    onProgress: showProgress,
    onComplete: () => (byId('progress-text').textContent = 'Starting the simulator'),
    onFailure: (error) => fail(`The simulator could not be loaded: ${error?.message ?? error}`),
  };
}

/** Options stand in the query (`?theme=light&ui=min`), the state in the fragment (`#lab=caching&seed=7`). */
function pageOptions() {
  const options = { page: true, link: location.hash };
  for (const key of ['ui', 'theme', 'lang', 'motion', 'autoplay', 'backend', 'renderer', 'hide', 'lock', 'tour']) {
    if (query.has(key)) options[key] = query.get(key);
  }
  return options;
}

async function start() {
  const stage = byId('stage');
  let handle;
  try {
    handle = await mount(stage, pageOptions());
  } catch (error) {
    fail(error.message);
    return;
  }
  window.chickadee = handle;
  bridge(handle);
  document.documentElement.dataset.state = 'running';
  // The text stays for screen readers; its links must not be stops on the way of a keyboard that sees the canvas.
  for (const link of document.querySelectorAll('#intro a')) link.tabIndex = -1;
  if (window.parent === window && document.activeElement === document.body) handle.canvas.focus({ preventScroll: true });
  addEventListener('hashchange', () => {
    const link = location.hash.slice(1);
    try {
      if (link !== handle.link()) handle.setState(link);
    } catch (error) {
      console.warn(`chickadee: ${error.message}`); // the run goes on
    }
  });
}

addEventListener('TrunkApplicationStarted', () => !failed && start(), { once: true });
