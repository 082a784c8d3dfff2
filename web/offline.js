// @ts-check
// The page without a network, after a first visit. Only for Chickadee's own page at its own address: labs in other pages install nothing.

import { BUILD } from './size.js';

/** Installs the service worker that the page builder has put beside the page. */
export function workOffline() {
  if (!BUILD || window.parent !== window || !isSecureContext || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(new URL('worker.js', document.baseURI)).catch(() => {}); // not allowed here: the page works with the network
}
