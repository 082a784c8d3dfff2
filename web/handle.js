// @ts-check
// One mounted lab: its verbs, its listeners.

import { checkpoint, pageAddress, shippedWeights } from './assets.js';
import { copyText } from './clipboard.js';
import { chooseFile, readFile, saveText, takeDrops } from './files.js';
import { guardKeys } from './keys.js';
import { liveRegion, speak } from './live.js';
import { isOn, plainLink } from './options.js';
import { alive, notice } from './panic.js';
import { Picture } from './picture.js';
import { startWorkers } from './pool.js';
import { guardScrolling } from './scrolling.js';
import { stoppedBox } from './stopped.js';
import { kind, quietly, sentence } from './text.js';

/** @import { Bindings, WasmLab } from './bindings.d.ts' */
/** @import { Command, EventType, Handle as PublicHandle, LabEvent, LabOptions, LabState } from './chickadee.js' */

/**
 * One mounted lab. `mount` makes it and starts it; `start`, `stop`, `redraw` and `addressed` are not for others.
 * @implements {PublicHandle}
 */
export class Handle {
  #bindings;
  #picture;
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
  /** Folder of a copy of dist/, if that was said. @type {string | undefined} */
  #assets;
  /** Why nothing can be asked any more. @type {string | undefined} */
  #dead;
  /** Ends what listens in the page. */
  #ending = new AbortController();
  /** Rejections of promises that wait for the end. @type {Set<(error: Error) => void>} */
  #pending = new Set();

  /**
   * For the script of Chickadee's own page: the link that its address should hold, and whether it is a step of the history.
   * @type {((link: string, step: boolean) => void) | undefined}
   */
  addressed;

  /**
   * @param {HTMLElement} element
   * @param {Bindings} bindings
   */
  constructor(element, bindings) {
    this.#bindings = bindings;
    this.#listeners = new Map(bindings.names().events.map(({ name }) => [name, new Set()]));
    this.#picture = new Picture(element, bindings, (events) => this.#receive(events));
    alive.add(this);
  }

  /** The canvas that the lab draws on; another one after it was drawn anew. */
  get canvas() {
    return this.#picture.box.canvas ?? document.createElement('canvas');
  }

  // ------------------------------------------------------------ the start

  /**
   * Draws the first frame; rejects with a sentence if there can be none.
   * @param {Record<string, unknown>} options
   * @param {string} [assets]
   */
  async start(options, assets) {
    this.#isPage = isOn(options.page);
    this.#assets = assets;
    liveRegion();
    const said = await this.#picture.start({ share: pageAddress(), ...options });
    this.#receive([{ type: 'ready' }]);
    if (said) this.#call((lab) => lab.note(said));
    const { box } = this.#picture;
    const { signal } = this.#ending;
    guardKeys(box, (backward) => this.#call((lab) => lab.focusEdge(backward)), signal);
    takeDrops(box.frame, (file) => void this.#openFile(file), signal);
    // The page of Chickadee has nothing else to scroll, unless it is somebody's iframe.
    if (!this.#isPage || window.parent !== window) {
      guardScrolling(box, (x, y, dy) => this.#call((lab) => lab.scrolls(x, y, dy)), signal);
    }
    this.#picture.watchView((visible) => this.#seen(visible));
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

  /** Costs of the frames since the last call, to measure with: {frames, logic, ui, longest, slice}, milliseconds. */
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

  /** @param {string} [table] */
  exportCsv(table) {
    return this.#call((lab) => lab.csv(table));
  }

  /** The picture on the canvas, as a PNG. */
  async exportPng() {
    const picture = this.#picture;
    this.#call(() => {}); // a lab that has ended says so
    const bytes = await this.#untilEnd(picture.during(picture.wake().then(() => this.#call((lab) => lab.png()))));
    return new Blob([bytes], { type: 'image/png' });
  }

  /**
   * Resolves once nothing that was asked for is still being computed.
   * @returns {Promise<void>}
   */
  async settled() {
    if (this.#call((lab) => lab.isSettled())) return;
    /** @type {Promise<void>} */
    const settled = new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    await this.#picture.during(settled);
  }

  /** Every option, every type of event, and every name that `hide` and `lock` take. */
  names() {
    return this.#bindings.names();
  }

  /**
   * Other options for a lab that runs; those that are not named stay.
   * @param {LabOptions} options
   */
  setOptions(options) {
    this.#call((lab) => lab.setOptions(options));
    if (options.workers) void startWorkers(this.#bindings, options.workers, this.#assets);
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

  /** For the script of Chickadee's own page: true if time passes, or would if the lab were in view. */
  goesOn() {
    return this.#pausedByScroll || this.state().playing;
  }

  /** Draws once more, although nothing of the lab has changed. */
  redraw() {
    quietly(() => this.#picture.lab?.frames(true));
  }

  /** The link for the address of Chickadee's own page. */
  addressLink() {
    return this.#call((lab) => lab.addressLink());
  }

  /** Ends the lab and takes its canvas away. May be called twice. */
  destroy() {
    this.#end('This lab was destroyed.');
    this.#picture.remove();
  }

  /**
   * Shows the message of a panic over the last picture, with a way on. The link in the address bar keeps the run.
   * @param {string} message
   */
  stop(message) {
    const { box } = this.#picture;
    const focused = box.hasFocus || (this.#isPage && document.activeElement === document.body);
    this.#end(`The simulator has stopped: ${message}`);
    for (const callback of [...this.#of('error', 'stop')]) tell(callback, { type: 'error', message });
    const stopped = stoppedBox(message, this.#isPage);
    box.frame.append(stopped.box);
    box.frame.style.visibility = '';
    // Nothing takes the focus unasked.
    if (focused) stopped.button.focus({ preventScroll: true });
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
   * Asks the simulator, and turns whatever it throws into an Error with one sentence.
   * @template T
   * @param {(lab: WasmLab) => T} ask
   */
  #call(ask) {
    if (this.#dead) throw new Error(this.#dead);
    const { lab } = this.#picture;
    if (!lab) throw new Error('This lab is not started yet.');
    try {
      return ask(lab);
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
    const theirs = events.filter((event) => !this.#keep(event));
    if (theirs.length === 0) return;
    if (this.#inbox.length === 0) queueMicrotask(() => this.#deliver());
    this.#inbox.push(...theirs);
  }

  /**
   * Does what the simulator asks of the page; true if the event is no one else's.
   * @param {LabEvent} event
   */
  #keep(event) {
    const text = String(event.text);
    switch (/** @type {string} */ (event.type)) {
      case 'page:speak':
        speak(text);
        return true;
      case 'page:copy':
        // In the middle of the click, which is what browsers ask for.
        void copyText(this.#picture.box, text).then((done) => quietly(() => this.#call((lab) => lab.copied(text, done))));
        return true;
      case 'page:choose':
        chooseFile(this.#picture.box.frame, (file) => void this.#openFile(file));
        return true;
      case 'page:save':
        void saveText(this.#picture.box.frame, String(event.name), text).catch((error) => notice(error));
        return true;
      case 'page:address':
        queueMicrotask(() => !this.#dead && this.addressed?.(text, Boolean(event.step)));
        return true;
      case 'page:lost':
        queueMicrotask(() => this.#picture.lost());
        return true;
      case 'page:wanted':
        queueMicrotask(() => void this.#provide(text));
        return true;
      default:
        return false;
    }
  }

  /** @param {File} file */
  async #openFile(file) {
    /** @type {Uint8Array | undefined} */
    let bytes;
    let why = '';
    try {
      bytes = await readFile(file);
    } catch (error) {
      why = sentence(error);
    }
    quietly(() => this.#call((lab) => lab.openFile(file.name, bytes, why)));
  }

  /**
   * Fetches a checkpoint for the lab.
   * @param {string} model
   */
  async #provide(model) {
    try {
      const bytes = await shippedWeights(model, this.#assets, (fraction) => quietly(() => this.#call((lab) => lab.setLoading(model, fraction))));
      if (!this.#dead) this.#call((lab) => lab.provide(model, bytes));
    } catch (error) {
      quietly(() => this.#call((lab) => lab.goWithout(model, sentence(error))));
    }
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

  /**
   * Time stands still while nobody looks.
   * @param {boolean} visible
   */
  #seen(visible) {
    quietly(() => {
      if (!visible && this.state().playing) {
        this.command('pause');
        this.#pausedByScroll = true;
      } else if (visible && this.#pausedByScroll) {
        this.#pausedByScroll = false;
        this.command('play');
      }
    });
  }

  /**
   * The same promise, which rejects when the lab ends.
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  #untilEnd(work) {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      work.then(resolve, reject).finally(() => this.#pending.delete(reject));
    });
  }

  /** @param {string} why */
  #end(why) {
    this.#dead ??= why;
    alive.delete(this);
    this.#ending.abort();
    this.#picture.end(why);
    for (const reject of [...this.#pending]) reject(new Error(why));
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
