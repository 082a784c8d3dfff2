// @ts-check
// The box over the last picture when the simulator has stopped.

const GROUND = 'position:absolute;inset:0;display:grid;place-items:center;padding:1rem;background:rgb(15 18 22/.78);z-index:2';
const BOX = 'max-width:34rem;padding:1.5rem;border-radius:10px;background:#1b1f26;color:#e8eaed;font:16px/1.5 system-ui,sans-serif';
const TEXT = 'white-space:pre-wrap;overflow:auto;max-height:12rem;margin:1em 0;font:13px/1.45 ui-monospace,monospace;color:#f0b58a';
const BUTTON = 'font:inherit;padding:.5em 1.4em;border:0;border-radius:6px;background:#56b4e9;color:#0b1015;cursor:pointer';

/**
 * A box with the message and a way on; `keepsLink` if the run is in the address bar. Gives the box and its button.
 * @param {string} message
 * @param {boolean} keepsLink
 */
export function stoppedBox(message, keepsLink) {
  const box = document.createElement('div');
  box.setAttribute('role', 'alertdialog');
  box.setAttribute('aria-label', 'The simulator has stopped');
  box.className = 'chickadee-stopped';
  box.style.cssText = GROUND;

  const inner = add(box, 'div', BOX);
  add(inner, 'strong').textContent = 'The simulator has stopped.';
  add(inner, 'pre', TEXT).textContent = message;
  add(inner, 'p', 'margin:0 0 1em').textContent = keepsLink
    ? "The run is in this page's link: reloading starts it again from there."
    : 'Reload the page to start again.';
  const button = add(inner, 'button', BUTTON);
  button.setAttribute('type', 'button');
  button.textContent = 'Reload';
  button.addEventListener('click', () => location.reload());
  return { box, button };
}

/**
 * @param {HTMLElement} parent
 * @param {string} tag
 * @param {string} style
 */
function add(parent, tag, style = '') {
  const node = document.createElement(tag);
  node.style.cssText = style;
  parent.append(node);
  return node;
}
