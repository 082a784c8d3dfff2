// @ts-check
// Pictures that are drawn at the same time. Browsers allow a page sixteen WebGL contexts (telephones eight) and take the oldest
// away without a word, be it a lab's or another figure's; labs therefore share half of them.

/** Labs that draw on this page: those that were seen longest ago come first. @type {Set<Drawing>} */
const drawing = new Set();

/**
 * @typedef {object} Drawing
 * @property {boolean} canRest True if it is out of view, and nothing waits for it.
 * @property {() => void} rest Gives its context back.
 */

const most = () => (matchMedia('(pointer: coarse)').matches ? 4 : 8);

/** Labs that are starting: few at a time, or they would take each other's contexts. @type {(() => void)[]} */
const queue = [];
let starting = 0;
const TOGETHER = 3;

/**
 * Starts to draw when it is its turn; labs out of view give their contexts back for it.
 * @template T
 * @param {Drawing} lab
 * @param {() => Promise<T>} start
 * @returns {Promise<T>}
 */
export async function takeTurn(lab, start) {
  if (starting >= TOGETHER) await new Promise((resolve) => queue.push(() => resolve(undefined)));
  starting += 1;
  try {
    makeRoom(lab);
    drawing.add(lab);
    return await start();
  } finally {
    starting -= 1;
    queue.shift()?.();
  }
}

/** @param {Drawing} lab */
function makeRoom(lab) {
  for (const other of [...drawing]) {
    if (drawing.size < most()) return;
    if (other !== lab && other.canRest) other.rest();
  }
}

/**
 * It is in view: others go first.
 * @param {Drawing} lab
 */
export function seen(lab) {
  if (drawing.delete(lab)) drawing.add(lab);
}

/**
 * It has no context any more.
 * @param {Drawing} lab
 */
export function gone(lab) {
  drawing.delete(lab);
}
