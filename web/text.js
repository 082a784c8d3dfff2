// @ts-check
// Sentences about values and errors, and limits in time.

/**
 * An error as one line.
 * @param {unknown} error
 */
export function sentence(error) {
  const message = error && typeof error === 'object' && 'message' in error ? error.message : error;
  return String(message ?? error).trim() || 'unknown error';
}

/**
 * A value, for a sentence: `the number 7`, `an object`.
 * @param {unknown} value
 */
export function kind(value) {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Does something of which a failure does not matter: the lab is going away, or is gone.
 * @param {() => void} act
 */
export function quietly(act) {
  try {
    act();
  } catch {
    // nothing to save
  }
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The same promise, which rejects with `why` if it has not come to an end after `ms` milliseconds.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} why
 * @returns {Promise<T>}
 */
export function within(promise, ms, why) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(why)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
