// @ts-check
// <chickadee-lab>: what stands between the tags is shown until the lab runs, or if it cannot.

import { ensureWasm } from './load.js';
import { mount } from './mount.js';
import { attributeOptions } from './options.js';
import { sentence } from './text.js';

/** @import { Handle } from './chickadee.js' */

/** On a server there are no elements: importing must not fail there. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (/** @type {unknown} */ (class {}));

/** `<chickadee-lab link="…" theme="…" ui="…">`. */
export class ChickadeeLab extends Base {
  static observedAttributes = ['link'];
  #started = false;

  /**
   * Promise of the handle. Until the element is on the page, it waits.
   * @type {Promise<Handle>}
   */
  ready = new Promise(() => {});
  /**
   * The handle, once there is one.
   * @type {Handle | undefined}
   */
  handle;

  connectedCallback() {
    if (this.#started) return; // moved within the page
    this.#started = true;
    addStyle();
    this.ready = this.#mount();
    this.ready.then(
      (handle) => {
        this.handle = handle;
        if (!this.isConnected) return this.#leave();
        this.dispatchEvent(new CustomEvent('chickadee-ready', { detail: handle, bubbles: true }));
      },
      (error) => {
        const note = document.createElement('p');
        note.setAttribute('role', 'alert');
        note.textContent = `This figure cannot run here. ${sentence(error)}`;
        this.append(note);
        this.dispatchEvent(new CustomEvent('chickadee-error', { detail: error, bubbles: true }));
      },
    );
  }

  disconnectedCallback() {
    // Moving an element takes it out and puts it in again: only what stays away is ended.
    queueMicrotask(() => !this.isConnected && this.#leave());
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(name, before, after) {
    if (this.handle && before !== after && name === 'link') this.handle.setState(after ?? '');
  }

  async #mount() {
    const { names } = await ensureWasm();
    return mount(this, attributeOptions(this, names()));
  }

  #leave() {
    this.handle?.destroy();
    if (this.handle) this.#started = false;
    this.handle = undefined;
  }
}

function addStyle() {
  if (document.getElementById('chickadee-lab-style')) return;
  const style = document.createElement('style');
  style.id = 'chickadee-lab-style';
  // :where() weighs nothing: any rule of the page around wins.
  style.textContent = ':where(chickadee-lab){display:block;position:relative;width:100%;min-height:24rem;aspect-ratio:16/10;overflow:hidden}';
  document.head.prepend(style);
}

const registry = globalThis.customElements;
if (registry && !registry.get('chickadee-lab')) registry.define('chickadee-lab', ChickadeeLab);
