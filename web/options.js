// @ts-check
// Options and links, as scripts and elements give them. Which options there are and what they take, the simulator knows
// (src/app/options.rs): here is only what has to be known before it is asked.

import { kind } from './text.js';

/** @import { MountOptions } from './chickadee.js' */

/** Options that are the script's own: the simulator does not know them. */
const OURS = ['onProgress', 'assets'];

/**
 * Options without those that are not given, checked to be such as can be handed over, and those that are the script's own.
 * @param {MountOptions} options
 */
export function givenOptions(options) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new TypeError(`mount needs its options as an object, such as {link: "lab=caching"}, not ${kind(options)}.`);
  }
  const { onProgress, assets } = options;
  if (assets !== undefined && assets !== null && typeof assets !== 'string' && !(/** @type {unknown} */ (assets) instanceof URL)) {
    throw new TypeError(`The option "assets" must be the address of a folder, not ${kind(assets)}.`);
  }
  const given = Object.entries(options).filter(([key, value]) => !OURS.includes(key) && value !== undefined && value !== null);
  for (const [key, value] of given) {
    const list = Array.isArray(value) ? value : [value];
    if (key === 'workers' && typeof value === 'number') continue;
    if (!list.every((part) => typeof part === 'string' || typeof part === 'boolean')) {
      throw new TypeError(`The option "${key}" must be text, true, false or a list of names, not ${kind(value)}.`);
    }
  }
  return {
    given: /** @type {Record<string, unknown>} */ (Object.fromEntries(given)),
    onProgress: typeof onProgress === 'function' ? onProgress : undefined,
    assets: assets ? String(assets) : undefined,
  };
}

/**
 * The attributes that are options. An element is never the page. A test holds this list against the simulator's.
 */
export const ATTRIBUTES = ['link', 'ui', 'theme', 'lang', 'motion', 'autoplay', 'backend', 'workers', 'renderer', 'hide', 'lock', 'share', 'assets'];

/**
 * The options among the attributes of an element. Other attributes are not ours.
 * @param {Element} element
 * @returns {Record<string, string | null>}
 */
export function attributeOptions(element) {
  const ours = ATTRIBUTES.filter((name) => element.hasAttribute(name));
  return Object.fromEntries(ours.map((name) => [name, element.getAttribute(name)]));
}

/**
 * True for what a switch takes as on.
 * @param {unknown} value
 */
export function isOn(value) {
  return value === true || value === 'on' || value === '1';
}

/**
 * A link without a leading "#"; what is not text, the simulator refuses.
 * @template T
 * @param {T} link
 */
export function plainLink(link) {
  return typeof link === 'string' ? link.replace(/^#/, '') : link;
}
