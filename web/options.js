// @ts-check
// Options and links, as scripts and elements give them. Which options there are and what they take, the simulator knows
// (src/app/options.rs): here is only what has to be known before it is asked.

import { kind } from './text.js';

/** @import { MountOptions, Names } from './chickadee.js' */

/**
 * Options without those that are not given and the callback, checked to be such as can be handed over.
 * @param {MountOptions} options
 * @returns {Record<string, unknown>}
 */
export function givenOptions(options) {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new TypeError(`mount needs its options as an object, such as {link: "lab=caching"}, not ${kind(options)}.`);
  }
  const given = Object.entries(options).filter(([key, value]) => key !== 'onProgress' && value !== undefined && value !== null);
  for (const [key, value] of given) {
    const list = Array.isArray(value) ? value : [value];
    if (!list.every((part) => typeof part === 'string' || typeof part === 'boolean')) {
      throw new TypeError(`The option "${key}" must be text, true, false or a list of names, not ${kind(value)}.`);
    }
  }
  return Object.fromEntries(given);
}

/**
 * The options among the attributes of an element. Other attributes are not ours. An element is never the page.
 * @param {Element} element
 * @param {Names} names
 */
export function attributeOptions(element, names) {
  const ours = names.options.filter(({ name }) => name !== 'page' && element.hasAttribute(name));
  return Object.fromEntries(ours.map(({ name }) => [name, element.getAttribute(name)]));
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
