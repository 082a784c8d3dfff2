// @ts-check
// The picture of one lab: drawn, given back while nobody looks, drawn again, also after the browser has taken it away.

import { askWebGPU, hasWebGL2 } from './browser.js';
import { Box } from './box.js';
import { gone, seen, takeTurn } from './contexts.js';
import { isTrap, panicMessage } from './panic.js';
import { pause, quietly, sentence, within } from './text.js';

/** @import { Bindings, WasmLab } from './bindings.d.ts' */
/** @import { LabEvent } from './chickadee.js' */

/** Milliseconds: for a device to be given, for a first frame, for frames that do not come until one is asked for, and although they are asked for. */
const LIMIT = { device: 15_000, frame: 3000, quiet: 1500, silence: 30_000 };
/** A frame every so many milliseconds where the browser gives none: out of view, in an iframe of another site. */
const NUDGE = 100;
/** Losses in a minute after which a picture is drawn again only when asked for. */
const LOSSES = 3;

/** A lab and what it is drawn on. `destroy` ends both. */
export class Picture {
  box;
  /** @type {WasmLab | undefined} */
  lab;
  #bindings;
  #listener;
  /** True from the moment that it has a canvas until it has none. */
  #drawn = false;
  #ended = false;
  #webgl = false;
  #visible = true;
  /** How many things wait for frames. */
  #needed = 0;
  #nudging = 0;
  /** @type {Promise<void> | undefined} */
  #waking;
  /** Times of the latest losses. @type {number[]} */
  #losses = [];
  /** @type {AbortController | undefined} */
  #canvasListeners;
  /** @type {IntersectionObserver | undefined} */
  #inView;
  /** @type {((error: Error) => void) | undefined} */
  #failStart;

  /**
   * @param {HTMLElement} element
   * @param {Bindings} bindings
   * @param {(events: LabEvent[]) => void} listener
   */
  constructor(element, bindings, listener) {
    this.box = new Box(element);
    this.#bindings = bindings;
    this.#listener = listener;
  }

  /** True if it may give its context to another one. */
  get canRest() {
    return this.#drawn && !this.#visible && this.#needed === 0 && !this.#waking;
  }

  /**
   * Draws the first frame; rejects with a sentence if there can be none. Gives a sentence if it is not drawn as it should be.
   * @param {Record<string, unknown>} options
   * @returns {Promise<string | undefined>}
   */
  async start(options) {
    const plain = { ...options, renderer: 'webgl', backend: options.backend ?? 'cpu' };
    const answer = options.renderer === 'webgl' ? 'none' : await askWebGPU();
    const silent = answer === 'silent';
    // If the first way of drawing fails, the plain one may do: WebGL2 for the picture, the processor for the model.
    let tries = [options, plain];
    if (silent) tries = [plain];
    else if (answer === 'none') tries = [{ ...options, renderer: 'webgl' }];
    else if (options.renderer) tries = [options];
    await takeTurn(this, () => this.#startOneOf(tries));
    return silent ? 'The GPU does not answer: the picture is drawn with WebGL2, and the models run on the CPU.' : undefined;
  }

  /** @param {Record<string, unknown>[]} tries */
  async #startOneOf(tries) {
    let failure;
    for (const options of tries) {
      if (options.renderer === 'webgl' && !hasWebGL2()) {
        failure ??= new Error('This browser gives no WebGL2 to draw with.');
        break;
      }
      try {
        const lab = new this.#bindings.Lab();
        this.lab = lab;
        this.#webgl = options.renderer === 'webgl';
        await this.#draw((canvas) => lab.start(canvas, options, this.#listener));
        return;
      } catch (error) {
        failure ??= new Error(sentence(error));
        if (this.#ended || panicMessage() || isTrap(error)) break; // a second try cannot help
      }
    }
    gone(this);
    throw failure;
  }

  /**
   * A canvas, drawn on until its first frame is there.
   * @param {(canvas: HTMLCanvasElement) => Promise<void>} begin
   */
  async #draw(begin) {
    const lab = /** @type {WasmLab} */ (this.lab);
    const canvas = this.box.renew();
    // The drawing library smooths edges itself, and takes the context that is there.
    if (this.#webgl) canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false });
    /** @type {Promise<never>} */
    const failed = new Promise((_, reject) => (this.#failStart = reject));
    failed.catch(() => {});
    const beginning = begin(canvas);
    const late = `The device for drawing did not come in ${LIMIT.device / 1000} seconds.`;
    try {
      await Promise.race([within(beginning, LIMIT.device, late), failed]);
      this.box.limit(lab.maxSide());
      this.#drawn = true;
      this.#watch(canvas);
      await Promise.race([this.#firstFrame(lab), failed]);
    } catch (error) {
      // What comes too late must not stay.
      const end = () => quietly(() => !panicMessage() && lab.rest());
      beginning.then(end, end);
      this.#release();
      throw error;
    }
    this.box.show();
  }

  /** @param {WasmLab} lab */
  async #firstFrame(lab) {
    const before = lab.frames(true);
    const end = performance.now() + LIMIT.frame;
    // The second frame is drawn when the first is on the screen.
    while (lab.frames(true) < before + 2 && performance.now() < end && !this.#ended) {
      await Promise.race([new Promise(requestAnimationFrame), pause(NUDGE)]);
      if (lab.frames(false) < before + 2) this.#nudge();
    }
  }

  /** Gives the context back; the lab stays as it is, and can be asked and told everything. */
  rest() {
    if (!this.#drawn) return;
    quietly(() => this.lab?.rest());
    this.#release();
  }

  #release() {
    this.#drawn = false;
    this.#canvasListeners?.abort();
    this.box.drop();
    gone(this);
  }

  /** Draws again. Rejects with a sentence, and says it over the lab, if that cannot be. */
  wake() {
    if (this.#drawn || this.#ended) return Promise.resolve();
    this.#waking ??= takeTurn(this, () => this.#draw((canvas) => /** @type {WasmLab} */ (this.lab).wake(canvas)))
      .catch((error) => {
        if (!this.#ended) this.#offer(`The picture of this lab cannot be drawn: ${sentence(error)}`);
        throw error;
      })
      .finally(() => (this.#waking = undefined));
    return this.#waking;
  }

  /** @param {string} text */
  #offer(text) {
    this.box.ask(text, 'Draw again', () => void this.wake().catch(() => {}));
  }

  /** The browser has taken the picture away. It comes back when it is looked at, or, if it is taken again and again, when asked for. */
  lost() {
    if (this.#ended || !this.#drawn) return;
    this.rest();
    const now = performance.now();
    this.#losses = [...this.#losses.filter((time) => now - time < 60_000), now];
    if (this.#losses.length >= LOSSES) this.#offer('The browser has taken the picture of this lab away; there may be too many figures on this page.');
    else if (this.#visible) setTimeout(() => void this.wake().catch(() => {}), 300);
  }

  /** @param {HTMLCanvasElement} canvas */
  #watch(canvas) {
    this.#canvasListeners = new AbortController();
    const { signal } = this.#canvasListeners;
    canvas.addEventListener('webglcontextlost', () => this.lost(), { signal });
  }

  /**
   * Calls back when the lab comes into view and when it leaves it.
   * @param {(visible: boolean) => void} changed
   */
  watchView(changed) {
    this.#inView = new IntersectionObserver(
      (entries) => {
        this.#visible = entries[entries.length - 1].isIntersecting;
        if (this.#visible) {
          seen(this);
          if (this.#losses.length < LOSSES) void this.wake().catch(() => {});
        }
        changed(this.#visible);
      },
      { rootMargin: '10%' },
    );
    this.#inView.observe(this.box.frame);
  }

  /**
   * Sees to it that frames come until `work` has ended, in view or not. Rejects if none comes for long.
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  async during(work) {
    this.#needed += 1;
    /** @type {(error: Error) => void} */
    let fail = () => {};
    /** @type {Promise<never>} */
    const silent = new Promise((_, reject) => (fail = reject));
    let [frames, since] = [-1, performance.now()];
    // While the browser gives animation frames, however slowly, it needs no help.
    let beat = since;
    let asked = 0;
    const timer = setInterval(() => {
      asked ||= requestAnimationFrame(() => ([beat, asked] = [performance.now(), 0]));
      let now = frames;
      // Frames come by themselves while something moves; one is asked for when none has come for some time.
      const asks = frames < 0 || performance.now() - since > LIMIT.quiet;
      quietly(() => (now = this.lab?.frames(asks) ?? frames));
      if (now !== frames) [frames, since] = [now, performance.now()];
      else if (performance.now() - since > LIMIT.silence) fail(new Error(`The lab has drawn nothing for ${LIMIT.silence / 1000} seconds.`));
      else if (this.#drawn) performance.now() - beat > 3 * NUDGE && !this.box.hasFocus && this.#nudge();
      else void this.wake().catch(fail);
    }, NUDGE);
    try {
      return await Promise.race([work, silent]);
    } finally {
      clearInterval(timer);
      cancelAnimationFrame(asked);
      this.#needed -= 1;
    }
  }

  /**
   * Has a frame drawn although the browser gives none. The drawing library uses a timer while the page is hidden, and looks whether it
   * is when that changes: for this one event it is.
   */
  #nudge() {
    const { canvas } = this.box;
    if (!canvas || this.#nudging > performance.now() - NUDGE / 2) return;
    this.#nudging = performance.now();
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    try {
      canvas.dispatchEvent(new Event('visibilitychange'));
    } finally {
      Reflect.deleteProperty(document, 'hidden');
    }
  }

  /**
   * Nothing is drawn any more; the last picture stays until `remove`.
   * @param {string} why
   */
  end(why) {
    this.#ended = true;
    this.#inView?.disconnect();
    this.#canvasListeners?.abort();
    this.#failStart?.(new Error(why));
    gone(this);
  }

  /** Takes everything away. */
  remove() {
    quietly(() => !panicMessage() && this.lab?.destroy());
    this.box.remove();
  }
}
