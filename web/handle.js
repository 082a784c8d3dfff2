// @ts-check
// One mounted lab: its canvas, its verbs, its listeners.

import { hasWebGL2 } from './browser.js';
import { checkpoint } from './load.js';
import { isOn, plainLink } from './options.js';
import { alive, isTrap, notice, panicMessage } from './panic.js';
import { stoppedBox } from './stopped.js';
import { kind, quietly, sentence } from './text.js';

/** @import { Bindings, WasmLab } from './bindings.d.ts' */
/** @import { Command, EventType, Handle as PublicHandle, LabEvent, LabState } from './chickadee.js' */

const MODELS = new URL('../assets/models/', import.meta.url);
const READY_AFTER = 3000; // the lab is shown after this many milliseconds even if no first frame was reported

const CANVAS = 'position:absolute;inset:0;width:100%;height:100%;display:block;outline:none;opacity:0;transition:opacity .25s';
const UNSEEN = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

/**
 * One mounted lab. `mount` makes it and starts it; `start` and `stop` are not for others.
 * @implements {PublicHandle}
 */
export class Handle {
  #element;
  #bindings;
  /** @type {HTMLCanvasElement | undefined} */
  #canvas;
  /** @type {WasmLab | undefined} */
  #lab;
  /** @type {Map<string, Set<(event: LabEvent) => void>>} */
  #listeners;
  /** @type {Set<(state: LabState) => void>} */
  #observers = new Set();
  /** Promises of `settled()`. @type {{ resolve(): void, reject(error: Error): void }[]} */
  #waiters = [];
  /** Events that no listener was told yet. @type {LabEvent[]} */
  #inbox = [];
  #pausedByScroll = false;
  #ready = false;
  #isPage = false;
  /** Why nothing can be asked any more. @type {string | undefined} */
  #dead;
  /** @type {IntersectionObserver | undefined} */
  #inView;
  /** Elements that were added to the page. @type {Element[]} */
  #added = [];
  /** @type {((error: Error) => void) | undefined} */
  #failStart;

  /**
   * @param {HTMLElement} element
   * @param {Bindings} bindings
   */
  constructor(element, bindings) {
    this.#element = element;
    this.#bindings = bindings;
    this.#listeners = new Map(bindings.names().events.map(({ name }) => [name, new Set()]));
    alive.add(this);
  }

  /** The canvas that the lab draws on. */
  get canvas() {
    return /** @type {HTMLCanvasElement} */ (this.#canvas); // it is there before the handle is given away
  }

  // ------------------------------------------------------------ the start

  /**
   * Draws the first frame; rejects with a sentence if there can be none.
   * @param {Record<string, unknown>} options
   */
  async start(options) {
    this.#isPage = isOn(options.page);
    // A canvas inside an element that has no place of its own would cover the wrong area.
    if (getComputedStyle(this.#element).position === 'static') this.#element.style.position = 'relative';
    if (!document.getElementById('chickadee-live')) {
      this.#add(document.createElement('div'), { id: 'chickadee-live', 'aria-live': 'polite' }, UNSEEN);
    }
    const tries = [options];
    // If the first way of drawing fails, the plain one may do: WebGL2 for the picture, the processor for the model.
    if (!options.renderer) tries.push({ ...options, renderer: 'webgl', backend: options.backend ?? 'cpu' });
    let failure;
    for (const attempt of tries) {
      if (attempt.renderer === 'webgl' && !hasWebGL2()) {
        failure ??= new Error('This browser gives no WebGL2 to draw with.');
        break;
      }
      try {
        await this.#startOnce(attempt);
        failure = undefined;
        break;
      } catch (error) {
        failure = new Error(sentence(error));
        this.#canvas?.remove();
        if (panicMessage() || isTrap(error)) break; // the module is gone, a second try cannot help
        quietly(() => this.#lab?.destroy());
      }
    }
    if (failure) throw failure;
    await this.#firstFrame();
    this.canvas.style.opacity = '1';
    this.#pauseOutOfView();
  }

  /** @param {Record<string, unknown>} options */
  async #startOnce(options) {
    const canvas = this.#add(
      document.createElement('canvas'),
      {
        class: 'chickadee-canvas',
        role: 'application',
        tabindex: '0',
        'aria-label': 'Chickadee lab. Arrow keys move the bird or the agent, Space plays and pauses, Tab goes to the controls.',
      },
      CANVAS,
    );
    const lab = new this.#bindings.Lab();
    [this.#canvas, this.#lab] = [canvas, lab];
    /** @type {Promise<never>} */
    const dead = new Promise((_, reject) => (this.#failStart = reject));
    const running = lab.start(canvas, options, MODELS.href, (events) => this.#receive(events));
    await Promise.race([running, dead]);
  }

  /** @returns {Promise<void>} */
  #firstFrame() {
    return new Promise((resolve, reject) => {
      const give = setTimeout(resolve, READY_AFTER);
      this.#failStart = reject;
      this.on('ready', () => {
        clearTimeout(give);
        resolve();
      });
    });
  }

  // ------------------------------------------------------------ the verbs

  /**
   * Anything that a user can do: `"fly:20"`, `"cache"`, `{do: "fly", to: 20}`.
   * @param {Command} command
   */
  command(command) {
    this.#call((lab) => lab.command(command));
  }

  play() {
    this.#pausedByScroll = false;
    this.command('play');
  }

  pause() {
    this.#pausedByScroll = false;
    this.command('pause');
  }

  /** @param {number} n */
  step(n = 1) {
    if (!Number.isInteger(n) || n < 1) throw new TypeError(`step needs a whole number of 1 or more, not ${kind(n)}.`);
    this.command(`step:${n}`);
  }

  reset() {
    this.command('reset');
  }

  /**
   * Puts a checkpoint of one's own to work in the maze lab: an address, or the bytes of a safetensors file.
   * @param {string | URL | ArrayBuffer | Uint8Array} source
   * @param {string} name
   */
  async openModel(source, name = 'a checkpoint') {
    const bytes = await checkpoint(source);
    this.#call((lab) => lab.openModel(String(name), bytes));
  }

  /** Costs of the frames since the last call, to measure with: {frames, logic, ui, longest}, milliseconds. */
  work() {
    return this.#call((lab) => lab.work());
  }

  /** The state of the lab as an object. */
  state() {
    return this.#call((lab) => lab.state());
  }

  /**
   * Goes to the state of a link; gives what was clamped or ignored, one sentence each.
   * @param {string} link
   */
  setState(link) {
    return this.#call((lab) => lab.setState(plainLink(link)));
  }

  /** The link to this state, without a leading "#". */
  link() {
    return this.#call((lab) => lab.link());
  }

  exportCsv() {
    return this.#call((lab) => lab.csv());
  }

  /** The picture on the canvas, as a PNG. */
  async exportPng() {
    const bytes = await this.#call((lab) => lab.png());
    return new Blob([bytes], { type: 'image/png' });
  }

  /**
   * Resolves once nothing that was asked for is still being computed.
   * @returns {Promise<void>}
   */
  settled() {
    return new Promise((resolve, reject) => {
      if (this.#call((lab) => lab.isSettled())) resolve();
      else this.#waiters.push({ resolve, reject });
    });
  }

  /**
   * Calls `callback(state)` now and after every change; gives the function that ends it.
   * @param {(state: LabState) => void} callback
   */
  observe(callback) {
    needFunction('observe', callback);
    this.#observers.add(callback);
    tell(callback, this.state());
    return () => {
      this.#observers.delete(callback);
    };
  }

  /**
   * @param {EventType} type
   * @param {(event: LabEvent) => void} callback
   */
  on(type, callback) {
    needFunction('on', callback);
    this.#of(type, 'on').add(callback);
    if (type === 'ready' && this.#ready) queueMicrotask(() => tell(callback, { type }));
    return this;
  }

  /**
   * @param {EventType} type
   * @param {(event: LabEvent) => void} callback
   */
  off(type, callback) {
    this.#of(type, 'off').delete(callback);
    return this;
  }

  /** Ends the lab and takes its canvas away. May be called twice. */
  destroy() {
    if (!panicMessage()) quietly(() => this.#lab?.destroy());
    this.#end('This lab was destroyed.');
    for (const node of this.#added) node.remove();
  }

  /**
   * Shows the message of a panic over the last picture, with a way on. The link in the address bar keeps the run.
   * @param {string} message
   */
  stop(message) {
    this.#end(`The simulator has stopped: ${message}`);
    for (const callback of [...this.#of('error', 'stop')]) tell(callback, { type: 'error', message });
    const { box, button } = stoppedBox(message, this.#isPage);
    this.#element.append(box);
    this.#added.push(box);
    button.focus();
  }

  // ------------------------------------------------------------ inside

  /**
   * The listeners of a type.
   * @param {string} type
   * @param {string} verb
   */
  #of(type, verb) {
    const set = this.#listeners.get(type);
    if (set) return set;
    throw new TypeError(`${verb} knows no event ${typeof type === 'string' ? `"${type}"` : kind(type)}; events are ${[...this.#listeners.keys()].join(', ')}.`);
  }

  /**
   * @template {HTMLElement} T
   * @param {T} node
   * @param {Record<string, string>} attributes
   * @param {string} style
   */
  #add(node, attributes, style) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.style.cssText = style;
    this.#element.append(node);
    this.#added.push(node);
    return node;
  }

  /**
   * Asks the simulator, and turns whatever it throws into an Error with one sentence.
   * @template T
   * @param {(lab: WasmLab) => T} ask
   */
  #call(ask) {
    if (this.#dead) throw new Error(this.#dead);
    if (!this.#lab) throw new Error('This lab is not started yet.');
    try {
      return ask(this.#lab);
    } catch (error) {
      notice(error);
      throw error instanceof TypeError ? error : new Error(sentence(error));
    }
  }

  /**
   * Takes the events of a frame. The simulator is in the middle of it: listeners are told when it has ended, so that they may
   * ask and command as they like.
   * @param {LabEvent[]} events
   */
  #receive(events) {
    if (this.#inbox.length === 0) queueMicrotask(() => this.#deliver());
    this.#inbox.push(...events);
  }

  #deliver() {
    const events = this.#inbox.splice(0);
    for (const event of events) {
      if (this.#dead) return;
      if (event.type === 'ready') this.#ready = true;
      for (const callback of [...this.#of(event.type, 'on')]) tell(callback, event);
    }
    try {
      if (this.#observers.size > 0) {
        const state = this.state();
        for (const callback of [...this.#observers]) tell(callback, state);
      }
      if (this.#waiters.length > 0 && this.#call((lab) => lab.isSettled())) {
        for (const waiter of this.#waiters.splice(0)) waiter.resolve();
      }
    } catch (error) {
      if (!this.#dead) console.error(error);
    }
  }

  #pauseOutOfView() {
    this.#inView = new IntersectionObserver((entries) => {
      const visible = entries[entries.length - 1].isIntersecting;
      quietly(() => {
        if (!visible && this.state().playing) {
          this.command('pause');
          this.#pausedByScroll = true;
        } else if (visible && this.#pausedByScroll) {
          this.#pausedByScroll = false;
          this.command('play');
        }
      });
    });
    this.#inView.observe(this.canvas);
  }

  /** @param {string} why */
  #end(why) {
    this.#dead ??= why;
    alive.delete(this);
    this.#inView?.disconnect();
    this.#failStart?.(new Error(why));
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(why));
  }
}

/**
 * Calls one of theirs; what it throws is no reason not to tell the others.
 * @template T
 * @param {(value: T) => void} callback
 * @param {T} value
 */
function tell(callback, value) {
  try {
    callback(value);
  } catch (error) {
    console.error(error);
  }
}

/**
 * @param {string} verb
 * @param {unknown} callback
 */
function needFunction(verb, callback) {
  if (typeof callback !== 'function') throw new TypeError(`${verb} needs a function to call, not ${kind(callback)}.`);
}
