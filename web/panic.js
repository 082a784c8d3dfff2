// @ts-check
// A panic ends every lab of the page: they share one module.

import { sentence } from './text.js';

/**
 * Labs that run; each is told when the simulator has stopped, or when something that all of them share has changed.
 * @type {Set<{ stop(message: string): void, redraw(): void }>}
 */
export const alive = new Set();

/** @type {string | undefined} */
let message;
let watching = false;

/** The message of the panic, once it has happened. */
export const panicMessage = () => message;

/**
 * Ends every lab. The first reason is the reason.
 * @param {string} reason
 */
function panicked(reason) {
  if (message) return;
  message = reason || 'The simulator stopped without saying why.';
  for (const lab of [...alive]) lab.stop(message);
}

/**
 * True for what WebAssembly throws when it cannot go on.
 * @param {unknown} error
 */
export function isTrap(error) {
  return typeof WebAssembly === 'object' && error instanceof WebAssembly.RuntimeError;
}

/**
 * Takes note of an error that may be a trap. It comes a moment before or after the message of the panic hook, which knows more:
 * that one goes first.
 * @param {unknown} error
 */
export function notice(error) {
  if (isTrap(error)) setTimeout(() => panicked(sentence(error)), 100);
}

/** Listens for panics, from the first call on. The panic hook in Rust sends `chickadee-panic`; a trap comes as an error. */
export function watchForPanics() {
  if (watching) return;
  watching = true;
  addEventListener('chickadee-panic', (event) => panicked(String(/** @type {CustomEvent} */ (event).detail ?? '')));
  addEventListener('error', (event) => notice(event.error));
  addEventListener('unhandledrejection', (event) => notice(event.reason));
}
