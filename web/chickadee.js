// Chickadee as a JavaScript module: a live lab inside any element of any page.
//
//     import { mount } from './web/chickadee.js';
//     const lab = await mount(document.querySelector('#figure'), { link: 'lab=caching&seed=7' });
//     lab.command('fly:20');
//     await lab.settled();
//     console.log(lab.state().state_hash);
//
// or, without a line of script of your own, <chickadee-lab link="lab=caching&seed=7"></chickadee-lab>.
//
// The objects, by lifetime: one WebAssembly module for the page (`ensureWasm`, downloaded once), one `Handle` for every
// mounted lab, one canvas inside its element. Types and the meaning of every verb: chickadee.d.ts, beside this file.
// Whatever is wrong is thrown, or rejects the promise, as an Error whose message is one sentence; the run goes on.

const BINDINGS = new URL('../chickadee.js', import.meta.url);
const WASM = new URL('../chickadee_bg.wasm', import.meta.url);
const MODELS = new URL('../assets/models/', import.meta.url);
const WASM_BYTES = 0; // uncompressed size of the module; `cargo xtask build` writes it here, 0 means unknown
const TICK = 33; // milliseconds between two looks at the events, while somebody listens
const READY_AFTER = 3000; // the lab is shown after this many milliseconds even if no first frame was reported

/** The events that a lab reports; `state` is for `observe`. */
const EVENTS = ['ready', 'rewarded', 'cached', 'recalled', 'degraded', 'error', 'changed', 'settled', 'cleared', 'message'];
const OPTIONS = ['link', 'ui', 'theme', 'lang', 'motion', 'autoplay', 'backend', 'renderer', 'hide', 'lock', 'tour', 'page'];

// ---------------------------------------------------------------- what this browser can do

// The smallest module with a SIMD instruction in it: (func (result v128) (i8x16.splat (i32.const 0))), as bytes.
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** True if WebGL2 can be had. Probed on a canvas that is thrown away: a canvas that was asked once can never change its kind. */
export function hasWebGL2() {
  try {
    const gl = document.createElement('canvas').getContext('webgl2');
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
    return Boolean(gl);
  } catch {
    return false;
  }
}

/** True if a WebGPU adapter can be had. Browsers give it in secure contexts only (https or localhost). */
export async function hasWebGPU() {
  try {
    return Boolean(await navigator.gpu?.requestAdapter());
  } catch {
    return false;
  }
}

/** One sentence that says what this browser lacks to run the simulator; undefined if it lacks nothing. */
export async function missing() {
  if (typeof WebAssembly !== 'object') return 'This browser has no WebAssembly, or it is switched off.';
  if (!WebAssembly.validate(SIMD_PROBE)) return 'This browser is too old: its WebAssembly has no SIMD instructions.';
  if (!hasWebGL2() && !(await hasWebGPU())) {
    return 'This browser gives neither WebGL2 nor WebGPU, so there is nothing to draw with; hardware acceleration may be switched off in its settings.';
  }
  return undefined;
}

// ---------------------------------------------------------------- one download for every lab on the page

let wasm; // Promise of the bindings, shared by all mounts
let lastProgress;
const progressListeners = new Set();

/** Loads the simulator once, however many labs there are. `onProgress({current, total})` counts bytes; `total` is 0 if unknown. */
export function ensureWasm(onProgress) {
  if (onProgress) {
    progressListeners.add(onProgress);
    if (lastProgress) onProgress(lastProgress);
  }
  wasm ??= load().catch((error) => {
    wasm = undefined; // a later mount may try again
    throw error;
  });
  return wasm;
}

async function load() {
  if (globalThis.wasmBindings?.Lab) return globalThis.wasmBindings; // the page has loaded it already
  const lacking = await missing();
  if (lacking) throw new Error(lacking);
  const download = fetch(WASM);
  download.catch(() => {}); // reported below, once the bindings are here
  let bindings;
  try {
    bindings = await import(BINDINGS.href);
  } catch (error) {
    throw new Error(`chickadee.js could not be loaded: ${sentence(error)}`);
  }
  let response;
  try {
    response = await download;
  } catch (error) {
    throw new Error(`chickadee_bg.wasm could not be fetched: ${sentence(error)}`);
  }
  if (!response.ok) throw new Error(`chickadee_bg.wasm could not be fetched: the server answered ${response.status}.`);
  try {
    await bindings.default({ module_or_path: counted(response) });
  } catch (error) {
    throw new Error(`The simulator could not be compiled by this browser: ${sentence(error)}`);
  }
  return bindings;
}

/** The same response, reporting its bytes as they come. */
function counted(response) {
  const packed = response.headers.get('Content-Encoding');
  const total = WASM_BYTES || (packed ? 0 : Number(response.headers.get('Content-Length')) || 0);
  let current = 0;
  const count = new TransformStream({
    transform(chunk, controller) {
      current += chunk.byteLength;
      lastProgress = { current, total };
      for (const listener of progressListeners) listener(lastProgress);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), { headers: { 'Content-Type': 'application/wasm' } });
}

// ---------------------------------------------------------------- a panic ends every lab of the page: they share one module

const alive = new Set(); // handles that run
let panic; // message, once it has happened

/** Tells every lab that the simulator has stopped. The Rust panic hook sends `chickadee-panic`; a trap comes as an error. */
function onPanic(message) {
  if (panic) return;
  panic = message || 'The simulator stopped without saying why.';
  for (const handle of [...alive]) handle._panicked(panic);
}

function isTrap(error) {
  return typeof WebAssembly === 'object' && error instanceof WebAssembly.RuntimeError;
}

addEventListener('chickadee-panic', (event) => onPanic(String(event.detail ?? '')));
// A trap is reported a moment later than the hook, which knows the message: let the hook go first.
addEventListener('error', (event) => isTrap(event.error) && setTimeout(() => onPanic(sentence(event.error)), 100));
addEventListener('unhandledrejection', (event) => isTrap(event.reason) && setTimeout(() => onPanic(sentence(event.reason)), 100));

// ---------------------------------------------------------------- the transformer alone

/** A transformer from a checkpoint: an address, or the bytes of a safetensors file. See chickadee.d.ts. */
export async function transformer(source) {
  const { Learner } = await ensureWasm();
  if (source instanceof ArrayBuffer) return new Learner(new Uint8Array(source));
  if (source instanceof Uint8Array) return new Learner(source);
  if (source && typeof source === 'object' && !(source instanceof URL)) {
    return Learner.untrained(Number(source.width), Number(source.layers), Number(source.heads));
  }
  const response = await fetch(source);
  if (!response.ok) throw new Error(`The checkpoint ${source} could not be fetched: the server answered ${response.status}.`);
  return new Learner(new Uint8Array(await response.arrayBuffer()));
}

// ---------------------------------------------------------------- the GPU against the CPU

/** Compares every operation of the GPU with the CPU; rejects with a sentence where there is no GPU that computes. */
export async function selftest(each) {
  const { selftest } = await ensureWasm();
  const tell = typeof each === 'function' ? (text) => each(JSON.parse(text)) : undefined;
  return JSON.parse(await selftest(tell));
}

// ---------------------------------------------------------------- mount

/** Puts a live lab into `element`. See chickadee.d.ts. */
export async function mount(element, options = {}) {
  if (!(element instanceof HTMLElement)) {
    throw new TypeError(`mount needs an element of this page as its first argument, not ${kind(element)}.`);
  }
  const words = optionWords(options);
  if (panic) throw new Error(`The simulator has stopped on this page (${panic}); reload the page.`);
  const onProgress = typeof options.onProgress === 'function' ? options.onProgress : undefined;
  const bindings = await ensureWasm(onProgress);
  progressListeners.delete(onProgress);
  const handle = new Handle(element, bindings);
  try {
    await handle._start(words);
  } catch (error) {
    handle.destroy();
    throw error;
  }
  return handle;
}

/** Checks the options and gives them as the words that the address bar would carry: every value a string. */
function optionWords(options) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new TypeError(`mount needs its options as an object, such as {link: "lab=caching"}, not ${kind(options)}.`);
  }
  const words = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === null || key === 'onProgress') continue;
    if (!OPTIONS.includes(key)) {
      console.warn(`chickadee: the option "${key}" is unknown and ignored; known are ${OPTIONS.join(', ')}.`);
    } else if (key === 'link') {
      words.link = linkWord(value);
    } else if (typeof value === 'string') {
      words[key] = value;
    } else if (typeof value === 'boolean' && (key === 'autoplay' || key === 'page')) {
      words[key] = value ? '1' : '0';
    } else if (typeof value === 'boolean' && key === 'motion') {
      words[key] = value ? 'on' : 'off';
    } else if (Array.isArray(value) && value.every((part) => typeof part === 'string') && (key === 'hide' || key === 'lock')) {
      words[key] = value.join(',');
    } else {
      throw new TypeError(`The option "${key}" must be text, not ${kind(value)}.`);
    }
  }
  return words;
}

function linkWord(link) {
  if (typeof link !== 'string') throw new TypeError(`A link must be text such as "lab=caching&seed=7", not ${kind(link)}.`);
  return link.replace(/^#/, '');
}

/** One mounted lab. */
class Handle {
  #element;
  #bindings;
  #canvas;
  #lab;
  #listeners = new Map(EVENTS.map((type) => [type, new Set()]));
  #observers = new Set();
  #waiters = []; // of settled(): { resolve, reject, ticks }
  #timer;
  #watchdog;
  #inView;
  #pausedByScroll = false;
  #ready = false;
  #dead; // why nothing can be asked any more
  #added = [];
  #failStart;
  #isPage = false;

  constructor(element, bindings) {
    this.#element = element;
    this.#bindings = bindings;
    alive.add(this);
  }

  /** The canvas that the lab draws on. */
  get canvas() {
    return this.#canvas;
  }

  async _start(words) {
    this.#isPage = words.page === '1';
    // A canvas inside an element that has no place of its own would cover the wrong area.
    if (getComputedStyle(this.#element).position === 'static') this.#element.style.position = 'relative';
    if (!document.getElementById('chickadee-live')) this.#add('div', { id: 'chickadee-live', 'aria-live': 'polite' }, HIDDEN);
    const tries = [words];
    // If the first way of drawing fails, the plain one may do: WebGL2 for the picture, the processor for the model.
    if (!words.renderer) tries.push({ ...words, renderer: 'webgl', backend: words.backend ?? 'cpu' });
    let failure;
    for (const attempt of tries) {
      if (attempt.renderer === 'webgl' && !hasWebGL2()) {
        failure ??= new Error('This browser gives no WebGL2 to draw with.');
        break;
      }
      this.#canvas = this.#add(
        'canvas',
        {
          class: 'chickadee-canvas',
          role: 'application',
          tabindex: '0',
          'aria-label': 'Chickadee lab. Arrow keys move the bird or the agent, Space plays and pauses, Tab goes to the controls.',
        },
        'position:absolute;inset:0;width:100%;height:100%;display:block;outline:none;opacity:0;transition:opacity .25s',
      );
      try {
        this.#lab = new this.#bindings.Lab();
        const dead = new Promise((_, reject) => (this.#failStart = reject));
        await Promise.race([this.#lab.start(this.#canvas, JSON.stringify({ ...attempt, models: MODELS.href })), dead]);
        failure = undefined;
        break;
      } catch (error) {
        failure = new Error(sentence(error));
        this.#canvas.remove();
        if (panic || isTrap(error)) break; // the module is gone, a second try cannot help
        quietly(() => this.#lab?.destroy());
      }
    }
    if (failure) throw failure;
    this.#watchdog = setInterval(() => this.#watch(), 1000);
    await this.#firstFrame();
    this.#canvas.style.opacity = '1';
    this.#pauseOutOfView();
  }

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

  /** Anything that a user can do: `"fly:20"`, `"cache"`, `{do: "fly", to: 20}`. */
  command(command) {
    this.#call((lab) => lab.command(command));
    this.#wake();
  }

  play() {
    this.#pausedByScroll = false;
    this.command('play');
  }

  pause() {
    this.#pausedByScroll = false;
    this.command('pause');
  }

  step(n = 1) {
    if (!Number.isInteger(n) || n < 1) throw new TypeError(`step needs a whole number of 1 or more, not ${kind(n)}.`);
    this.command(`step:${n}`);
  }

  reset() {
    this.command('reset');
  }

  /** Puts a checkpoint of one's own to work in the maze lab: an address, or the bytes of a safetensors file. */
  async openModel(source, name = 'a checkpoint') {
    let bytes = source;
    if (source instanceof ArrayBuffer) bytes = new Uint8Array(source);
    else if (!(source instanceof Uint8Array)) {
      const response = await fetch(source);
      if (!response.ok) throw new Error(`The checkpoint ${source} could not be fetched: the server answered ${response.status}.`);
      bytes = new Uint8Array(await response.arrayBuffer());
    }
    this.#call((lab) => lab.openModel(String(name), bytes));
    this.#wake();
  }

  /** What frames have cost since the last call, to measure with: {frames, logic, ui, longest}, milliseconds. */
  work() {
    return this.#call((lab) => JSON.parse(lab.work()));
  }

  /** What the lab shows now, as an object. */
  state() {
    return this.#call((lab) => JSON.parse(lab.state()));
  }

  /** Goes to the state of a link; gives what was clamped or ignored, one sentence each. */
  setState(link) {
    const messages = this.#call((lab) => JSON.parse(lab.setState(typeof link === 'string' ? linkWord(link) : link)));
    this.#wake();
    return messages;
  }

  /** The link to this state, without a leading "#". */
  link() {
    return this.#call((lab) => lab.link());
  }

  exportCsv() {
    return this.#call((lab) => lab.csv());
  }

  /** What the canvas shows, as a PNG. */
  async exportPng() {
    const bytes = await this.#call((lab) => lab.png());
    return new Blob([bytes], { type: 'image/png' });
  }

  /** Resolves once nothing that was asked for is still being computed. */
  settled() {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(new Error(this.#dead));
      this.#waiters.push({ resolve, reject, ticks: 0 });
      this.#wake();
    });
  }

  /** Calls `callback(state)` now and after every change; gives the function that ends it. */
  observe(callback) {
    needFunction('observe', callback);
    this.#observers.add(callback);
    this.#tell(callback, this.state());
    this.#wake();
    return () => this.#observers.delete(callback);
  }

  on(type, callback) {
    this.#of(type, 'on').add(needFunction('on', callback));
    if (type === 'ready' && this.#ready) queueMicrotask(() => this.#tell(callback, { type }));
    this.#wake();
    return this;
  }

  off(type, callback) {
    this.#of(type, 'off').delete(callback);
    return this;
  }

  /** Ends the lab and takes its canvas away. May be called twice. */
  destroy() {
    if (!panic) quietly(() => this.#lab?.destroy());
    this.#end('This lab was destroyed.');
    for (const node of this.#added) node.remove();
  }

  // ------------------------------------------------------------ inside

  #of(type, verb) {
    const set = this.#listeners.get(type);
    if (!set) throw new TypeError(`${verb} knows no event ${typeof type === 'string' ? `"${type}"` : kind(type)}; events are ${EVENTS.join(', ')}.`);
    return set;
  }

  #add(tag, attributes, style) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.style.cssText = style;
    this.#element.append(node);
    this.#added.push(node);
    return node;
  }

  /** Asks Rust, and turns whatever it throws into an Error with one sentence. */
  #call(ask) {
    if (this.#dead) throw new Error(this.#dead);
    try {
      return ask(this.#lab);
    } catch (error) {
      if (isTrap(error)) setTimeout(() => onPanic(sentence(error)), 100);
      throw error instanceof TypeError ? error : new Error(sentence(error));
    }
  }

  #tell(callback, value) {
    try {
      callback(value);
    } catch (error) {
      console.error(error); // theirs, not ours: the others are told all the same
    }
  }

  #wanted() {
    if (this.#dead) return false;
    return !this.#ready || this.#waiters.length > 0 || this.#observers.size > 0 || [...this.#listeners.values()].some((set) => set.size > 0);
  }

  #wake() {
    if (!this.#timer && this.#lab && this.#wanted()) this.#timer = setTimeout(() => this.#tick(), TICK);
  }

  #tick() {
    this.#timer = undefined;
    try {
      const events = this.#call((lab) => JSON.parse(lab.takeEvents()));
      for (const event of events) {
        if (event.type === 'ready') this.#ready = true;
        for (const callback of [...(this.#listeners.get(event.type) ?? [])]) this.#tell(callback, event);
      }
      if (events.length > 0 && this.#observers.size > 0) {
        const state = this.state();
        for (const callback of [...this.#observers]) this.#tell(callback, state);
      }
      if (this.#waiters.length > 0) {
        const busy = this.#call((lab) => lab.busy());
        const done = busy ? [] : this.#waiters.filter((waiter) => waiter.ticks > 0);
        this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
        for (const waiter of this.#waiters) waiter.ticks += 1;
        for (const waiter of done) waiter.resolve();
      }
    } catch (error) {
      if (!this.#dead) console.error(error);
    }
    this.#wake();
  }

  /** A panic in the middle of a frame reaches nobody unless somebody asks. */
  #watch() {
    let message;
    quietly(() => (message = this.#lab?.panicMessage()));
    if (message) onPanic(message);
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
    this.#inView.observe(this.#canvas);
  }

  #end(why) {
    this.#dead ??= why;
    alive.delete(this);
    clearTimeout(this.#timer);
    clearInterval(this.#watchdog);
    this.#inView?.disconnect();
    this.#failStart?.(new Error(why));
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(why));
  }

  /** Shows the message of a panic over the last picture, with a way on. The link in the address bar keeps the run. */
  _panicked(message) {
    const callbacks = [...this.#listeners.get('error')];
    this.#end(`The simulator has stopped: ${message}`);
    for (const callback of callbacks) this.#tell(callback, { type: 'error', message });
    const box = this.#add('div', { role: 'alertdialog', 'aria-label': 'The simulator has stopped', class: 'chickadee-stopped' }, STOPPED);
    box.innerHTML = `<div style="${STOPPED_BOX}"><strong>The simulator has stopped.</strong><pre style="${STOPPED_TEXT}"></pre>
      <p style="margin:0 0 1em">${this.#isPage ? "The run is in this page's link: reloading starts it again from there." : 'Reload the page to start again.'}</p><button type="button" style="${BUTTON}">Reload</button></div>`;
    box.querySelector('pre').textContent = message;
    const button = box.querySelector('button');
    button.addEventListener('click', () => location.reload());
    button.focus();
  }
}

const HIDDEN = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';
const STOPPED = 'position:absolute;inset:0;display:grid;place-items:center;padding:1rem;background:rgb(15 18 22/.78);z-index:2';
const STOPPED_BOX = 'max-width:34rem;padding:1.5rem;border-radius:10px;background:#1b1f26;color:#e8eaed;font:16px/1.5 system-ui,sans-serif';
const STOPPED_TEXT = 'white-space:pre-wrap;overflow:auto;max-height:12rem;margin:1em 0;font:13px/1.45 ui-monospace,monospace;color:#f0b58a';
const BUTTON = 'font:inherit;padding:.5em 1.4em;border:0;border-radius:6px;background:#56b4e9;color:#0b1015;cursor:pointer';

// ---------------------------------------------------------------- small helpers

/** What went wrong, as one line. */
function sentence(error) {
  const text = typeof error === 'string' ? error : error?.message || String(error);
  return text.trim() || 'unknown error';
}

/** What a value is, for a sentence. */
function kind(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return { undefined: 'nothing', object: 'an object', function: 'a function', boolean: `${value}` }[typeof value] ?? `a ${typeof value}`;
}

function needFunction(verb, callback) {
  if (typeof callback !== 'function') throw new TypeError(`${verb} needs a function to call, not ${kind(callback)}.`);
  return callback;
}

function quietly(act) {
  try {
    act();
  } catch {
    // nothing to save: the lab is going away, or is gone
  }
}

// ---------------------------------------------------------------- the same verbs over postMessage, for plain iframes

const VERBS = {
  play: (lab) => lab.play(),
  pause: (lab) => lab.pause(),
  step: (lab, message) => lab.step(message.n ?? 1),
  reset: (lab) => lab.reset(),
  command: (lab, message) => lab.command(message.command),
  state: (lab) => lab.state(),
  setState: (lab, message) => lab.setState(message.link),
  link: (lab) => lab.link(),
  exportCsv: (lab) => lab.exportCsv(),
  exportPng: (lab) => lab.exportPng(),
  settled: (lab) => lab.settled(),
};

/**
 * Answers the page around this iframe: `{v: 1, id, do: "command", command: "fly:20"}` gets `{v: 1, id, ok, result | error}`;
 * `{v: 1, do: "on", type: "cached"}` makes events of that type come as `{v: 1, event: {type, …}}`, `type: "state"` every new state.
 * Messages that are not of this form, or not from the page around, are left alone. Gives the function that ends it.
 */
export function bridge(handle) {
  if (window.parent === window) return () => {};
  const subscriptions = new Map();
  const listen = async (event) => {
    const message = event.data;
    if (event.source !== window.parent || message?.v !== 1 || typeof message.do !== 'string') return;
    const target = event.origin === 'null' ? '*' : event.origin;
    const send = (reply, transfer) => window.parent.postMessage({ v: 1, ...reply }, target, transfer);
    try {
      const verb = Object.hasOwn(VERBS, message.do) ? VERBS[message.do] : undefined;
      let result;
      if (verb) result = await verb(handle, message);
      else if (message.do === 'on') subscribe(message.type, send);
      else if (message.do === 'off') unsubscribe(message.type);
      else throw new TypeError(`"do" knows no verb "${message.do}"; verbs are ${[...Object.keys(VERBS), 'on', 'off'].join(', ')}.`);
      send({ id: message.id, ok: true, result });
    } catch (error) {
      send({ id: message.id, ok: false, error: sentence(error) });
    }
  };
  const subscribe = (type, send) => {
    unsubscribe(type);
    if (type === 'state') {
      subscriptions.set(type, handle.observe((state) => send({ event: { type, state } })));
    } else {
      const callback = (event) => send({ event });
      handle.on(type, callback);
      subscriptions.set(type, () => handle.off(type, callback));
    }
  };
  const unsubscribe = (type) => {
    subscriptions.get(type)?.();
    subscriptions.delete(type);
  };
  addEventListener('message', listen);
  return () => {
    removeEventListener('message', listen);
    for (const type of [...subscriptions.keys()]) unsubscribe(type);
  };
}

// ---------------------------------------------------------------- <chickadee-lab>

/** `<chickadee-lab link="…" theme="…" ui="…">`: what stands between the tags is shown until the lab runs, or if it cannot. */
export class ChickadeeLab extends HTMLElement {
  static observedAttributes = ['link'];
  #started = false;

  /** Promise of the handle. */
  ready;
  /** The handle, once there is one. */
  handle;

  connectedCallback() {
    if (this.#started) return; // moved within the page
    this.#started = true;
    addElementStyle();
    const options = {};
    for (const name of OPTIONS) if (name !== 'page' && this.hasAttribute(name)) options[name] = this.getAttribute(name);
    this.ready = mount(this, options);
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

  attributeChangedCallback(name, before, after) {
    if (this.handle && before !== after && name === 'link') this.handle.setState(after ?? '');
  }

  #leave() {
    this.handle?.destroy();
    if (this.handle) this.#started = false;
    this.handle = undefined;
  }
}

function addElementStyle() {
  if (document.getElementById('chickadee-lab-style')) return;
  const style = document.createElement('style');
  style.id = 'chickadee-lab-style';
  // :where() weighs nothing: any rule of the page around wins.
  style.textContent = ':where(chickadee-lab){display:block;position:relative;width:100%;min-height:24rem;aspect-ratio:16/10;overflow:hidden}';
  document.head.prepend(style);
}

if (!customElements.get('chickadee-lab')) customElements.define('chickadee-lab', ChickadeeLab);
