// @ts-check
// <chickadee-lab>: what stands between the tags is shown until the lab runs, or if it cannot.

import { BUTTON } from './box.js';
import { mount } from './mount.js';
import { ATTRIBUTES, attributeOptions } from './options.js';
import { quietly, sentence } from './text.js';

/** @import { Handle } from './chickadee.js' */

/** On a server there are no elements: importing must not fail there. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (/** @type {unknown} */ (class {}));

/** `<chickadee-lab link="…" theme="…" ui="…">`. Attributes may come in any order, before and after the element is in the page. */
export class ChickadeeLab extends Base {
  static observedAttributes = ATTRIBUTES;

  /**
   * Promise of the handle; of the lab that is mounted, or will be.
   * @type {Promise<Handle>}
   */
  ready;
  /**
   * The handle, once there is one.
   * @type {Handle | undefined}
   */
  handle;
  /** @type {(handle: Handle) => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};
  /** A number for each beginning: what belongs to an earlier one is over. */
  #turn = 0;
  /** @type {'apart' | 'starting' | 'running' | 'failed'} */
  #phase = 'apart';
  /** The options that the lab was given. @type {Record<string, string | null>} */
  #given = {};
  /** @type {Element | undefined} */
  #note;

  constructor() {
    super();
    this.ready = this.#promise();
  }

  connectedCallback() {
    this.#takeProperties();
    addStyle(this.getRootNode());
    if (this.#phase === 'apart' || this.#phase === 'failed') this.#start();
  }

  disconnectedCallback() {
    // Moving an element takes it out and puts it in again: only what stays away is ended.
    queueMicrotask(() => !this.isConnected && this.#leave());
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(_name, before, after) {
    if (before === after || !this.isConnected) return;
    if (this.#phase === 'running') this.#adopt();
    else if (this.#phase === 'failed') queueMicrotask(() => this.#phase === 'failed' && this.#start());
  }

  /** Begins again after a failure. */
  retry() {
    if (this.#phase === 'failed' && this.isConnected) this.#start();
    return this.ready;
  }

  #promise() {
    /** @type {Promise<Handle>} */
    const promise = new Promise((resolve, reject) => ([this.#resolve, this.#reject] = [resolve, reject]));
    promise.catch(() => {}); // said by the note and the event
    return promise;
  }

  async #start() {
    const turn = ++this.#turn;
    if (this.#phase === 'failed') this.ready = this.#promise();
    this.#phase = 'starting';
    this.#note?.remove();
    try {
      await Promise.resolve(); // attributes that are set in the same breath count
      if (turn !== this.#turn) return;
      this.#given = attributeOptions(this);
      const handle = await mount(this, this.#given);
      if (turn !== this.#turn) return handle.destroy();
      this.handle = handle;
      this.#phase = 'running';
      this.#adopt();
      this.#resolve(handle);
      this.dispatchEvent(new CustomEvent('chickadee-ready', { detail: handle, bubbles: true }));
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  /** Gives the lab what attributes say by now. */
  #adopt() {
    const { handle } = this;
    const now = attributeOptions(this);
    const before = this.#given;
    this.#given = now;
    const changed = ATTRIBUTES.filter((name) => now[name] !== before[name]);
    const { link, ...others } = Object.fromEntries(changed.map((name) => [name, now[name] ?? null]));
    try {
      if (Object.keys(others).length > 0) handle?.setOptions(/** @type {any} */ (others));
      if (changed.includes('link')) handle?.setState(link ?? '');
    } catch (error) {
      this.#tell(error); // the run goes on
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#phase = 'failed';
    const note = document.createElement('p');
    note.setAttribute('role', 'alert');
    note.textContent = `This figure cannot run here. ${sentence(error)} `;
    const button = document.createElement('button');
    button.type = 'button';
    button.style.cssText = BUTTON;
    button.textContent = 'Try again';
    button.addEventListener('click', () => this.retry());
    note.append(button);
    this.append(note);
    this.#note = note;
    this.#reject(error);
    this.#tell(error);
  }

  /** @param {unknown} error */
  #tell(error) {
    this.dispatchEvent(new CustomEvent('chickadee-error', { detail: error, bubbles: true }));
  }

  #leave() {
    if (this.#phase === 'running' || this.#phase === 'failed') this.ready = this.#promise();
    this.#turn += 1;
    this.#phase = 'apart';
    this.#note?.remove();
    quietly(() => this.handle?.destroy());
    this.handle = undefined;
  }

  /** Properties that were set before this class was known. */
  #takeProperties() {
    for (const name of ATTRIBUTES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = /** @type {any} */ (this)[name];
      delete (/** @type {any} */ (this)[name]);
      /** @type {any} */ (this)[name] = value;
    }
  }
}

// Each option is a property as well: `lab.link = 'lab=maze'`.
for (const name of ATTRIBUTES) {
  Object.defineProperty(ChickadeeLab.prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {ChickadeeLab} */
    get() {
      return this.getAttribute(name) ?? undefined;
    },
    /** @this {ChickadeeLab} @param {unknown} value */
    set(value) {
      if (value === undefined || value === null) this.removeAttribute(name);
      else this.setAttribute(name, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
    },
  });
}

/**
 * The size of a lab that nothing else gives one, in a document or a shadow root. A style sheet of a script's own is no inline style,
 * which policies forbid.
 * @param {Node} root
 */
function addStyle(root) {
  if (!('adoptedStyleSheets' in root)) return;
  const place = /** @type {Document} */ (root);
  if (sheet && place.adoptedStyleSheets.includes(sheet)) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    // :where() weighs nothing: any rule of the page around wins, as long as this comes first.
    sheet.replaceSync(':where(chickadee-lab){display:block;position:relative;width:100%;min-height:24rem;aspect-ratio:16/10;overflow:hidden}');
  }
  place.adoptedStyleSheets = [sheet, ...place.adoptedStyleSheets];
}

/** @type {CSSStyleSheet | undefined} */
let sheet;

const registry = globalThis.customElements;
if (registry && !registry.get('chickadee-lab')) registry.define('chickadee-lab', ChickadeeLab);
