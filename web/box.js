// @ts-check
// The place of a lab in somebody's element: a frame of its own, the canvas in it, and what is written over the canvas.

const FRAME = 'position:absolute;inset:0;overflow:hidden;visibility:hidden;user-select:none;-webkit-user-select:none';
const FLOWING = 'position:relative;width:100%;height:100%;min-height:24rem;overflow:hidden;visibility:hidden;user-select:none;-webkit-user-select:none';
const CANVAS = 'position:absolute;left:0;top:0;display:block;margin:0;padding:0;border:0;outline:none;transform-origin:0 0;opacity:0;transition:opacity .25s';
const NOTE =
  'position:absolute;left:50%;top:50%;transform:translate(-50%,-50%);z-index:1;max-width:min(34rem,90%);box-sizing:border-box;padding:.8rem 1.2rem;border-radius:10px;' +
  'background:#1b1f26;color:#e8eaed;font:15px/1.5 system-ui,sans-serif;user-select:text;-webkit-user-select:text;overflow-wrap:anywhere';
export const BUTTON = 'font:inherit;margin:.8em .6em 0 0;padding:.4em 1.2em;border:0;border-radius:6px;background:#56b4e9;color:#0b1015;cursor:pointer';

const LABEL =
  'Chickadee lab. Arrow keys move the bird or the agent, Space plays and pauses, Tab goes to the controls and out again; Escape, then Tab, leaves the lab.';

/** The most pixels on one side, and in all: a picture beyond is drawn coarser. */
const MOST = { side: 8192, area: 2 ** 25 };

/** Frame and canvas of one lab. Nothing in it can take the focus before `show`: what is not visible cannot be focused. */
export class Box {
  #frame;
  /** @type {HTMLCanvasElement | undefined} */
  #canvas;
  #side = 2048; // until the device has said what it can do
  #size = { width: 0, height: 0, pixels: 1 };
  /** @type {ResizeObserver} */
  #sizes;
  /** @type {HTMLElement | undefined} */
  #note;
  #fading = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    // A frame inside an element that has no place of its own would cover the wrong area.
    if (getComputedStyle(element).position === 'static') element.style.position = 'relative';
    const frame = document.createElement('div');
    frame.className = 'chickadee-frame';
    // An element without a height would hide the lab; the lab then brings one.
    const flat = element.clientHeight < 2 && element.getClientRects().length > 0;
    frame.style.cssText = flat ? FLOWING : FRAME;
    element.append(frame);
    this.#frame = frame;
    this.#sizes = new ResizeObserver((entries) => this.#resized(entries[entries.length - 1]));
    this.#sizes.observe(frame);
  }

  get frame() {
    return this.#frame;
  }

  get canvas() {
    return this.#canvas;
  }

  /** True if the focus of its document is in here. */
  get hasFocus() {
    const root = /** @type {Document | ShadowRoot} */ (this.#frame.getRootNode());
    return this.#frame.contains(root.activeElement ?? null);
  }

  /**
   * True for the canvas, and for the field that the drawing library puts beside it to type texts into.
   * @param {EventTarget | null} target
   */
  isLab(target) {
    return target === this.#canvas || (target instanceof HTMLInputElement && target.type === 'text');
  }

  /** A new canvas in place of the one before. One that has drawn with one interface can never draw with another. */
  renew() {
    this.drop();
    const canvas = document.createElement('canvas');
    canvas.className = 'chickadee-canvas';
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('tabindex', '0');
    canvas.setAttribute('aria-label', LABEL);
    canvas.style.cssText = CANVAS;
    this.#frame.prepend(canvas);
    this.#canvas = canvas;
    this.#fit();
    return canvas;
  }

  /** Takes the canvas away, and gives its WebGL context back at once: browsers allow sixteen a page. */
  drop() {
    const canvas = this.#canvas;
    if (!canvas) return;
    this.#canvas = undefined;
    for (const field of this.#frame.querySelectorAll('input[type=text]')) field.remove();
    canvas.remove();
    try {
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    } catch {
      // it draws with something else
    }
  }

  /**
   * Says what the device can draw: pixels on one side.
   * @param {number} side
   */
  limit(side) {
    this.#side = Math.min(side, MOST.side);
    this.#fit();
  }

  /** The lab can be seen, and used. */
  show() {
    this.#frame.style.visibility = '';
    // The field that texts are typed into: a control of the lab, not a stop of its own.
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (this.#frame.querySelectorAll('input[type=text]'))) {
      field.tabIndex = -1;
      field.setAttribute('aria-label', 'Text for the control of the lab that has the focus');
    }
    if (this.#canvas) this.#canvas.style.opacity = '1';
  }

  /**
   * Writes a line over the lab for a moment.
   * @param {string} text
   */
  hint(text) {
    if (this.#note && !this.#fading) return; // something more important is there
    this.#write(text).style.pointerEvents = 'none';
    this.#fading = window.setTimeout(() => this.clear(), 1800);
  }

  /**
   * Writes something over the lab that stays, with a button.
   * @param {string} text
   * @param {string} label
   * @param {() => void} act
   */
  ask(text, label, act) {
    const note = this.#write(text);
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.style.cssText = `${BUTTON};display:block`;
    button.addEventListener('click', () => {
      this.clear();
      act();
    });
    note.append(button);
    return note;
  }

  /** Takes away what is written over the lab. */
  clear() {
    clearTimeout(this.#fading);
    this.#fading = 0;
    this.#note?.remove();
    this.#note = undefined;
  }

  /** Takes everything away. */
  remove() {
    this.clear();
    this.drop();
    this.#sizes.disconnect();
    this.#frame.remove();
  }

  /** @param {string} text */
  #write(text) {
    this.clear();
    const note = document.createElement('div');
    note.className = 'chickadee-note';
    note.setAttribute('role', 'status');
    note.style.cssText = NOTE;
    note.textContent = text;
    this.#frame.append(note);
    this.#frame.style.visibility = '';
    this.#note = note;
    return note;
  }

  /** @param {ResizeObserverEntry} entry */
  #resized({ contentRect, devicePixelContentBoxSize }) {
    const { width, height } = contentRect;
    const device = devicePixelContentBoxSize?.[0]?.inlineSize;
    this.#size = { width, height, pixels: device && width > 0 ? device / width : devicePixelRatio };
    this.#fit();
  }

  /** Gives the canvas the size of the frame, or a smaller one, enlarged, where the device cannot draw as many pixels. */
  #fit() {
    if (!this.#canvas) return;
    const { width, height, pixels } = this.#size;
    const [across, down] = [width * pixels, height * pixels];
    // A pixel less: sizes are rounded.
    const times = Math.max(1, across / (this.#side - 1), down / (this.#side - 1), Math.sqrt((across * down) / MOST.area));
    const style = this.#canvas.style;
    style.width = `${width / times}px`;
    style.height = `${height / times}px`;
    style.transform = times > 1 ? `scale(${times})` : '';
  }
}
