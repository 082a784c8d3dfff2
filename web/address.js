// @ts-check
// The address bar of Chickadee's own page, and its history.

import { isOn } from './options.js';
import { quietly } from './text.js';

/** @import { Handle } from './handle.js' */

/** What an entry of the history keeps besides its address. @typedef {{ chickadee: true, playing: boolean }} Kept */

/** @returns {Kept | undefined} */
const kept = () => (history.state?.chickadee ? history.state : undefined);

/** Where this tab keeps whether time passes: browsers write down the states of their history a second late, and a reload reads those. */
const KEY = `chickadee-playing:${location.pathname}`;

/** @param {boolean} playing */
const remember = (playing) => quietly(() => sessionStorage.setItem(KEY, String(playing))); // some pages may not store anything

/** True if time passed when this page was left, to be loaded again or to be come back to. */
function wasPlaying() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  let stored;
  if (entry?.type === 'reload') quietly(() => (stored = sessionStorage.getItem(KEY) ?? undefined));
  return stored === undefined ? Boolean(kept()?.playing) : stored === 'true';
}

/**
 * Keeps the link of a lab in the address. Scenes, labs and opened links are steps of the history, edits are not; Back and Forward open
 * what is in the address by then. A page that is loaded again goes on as it was.
 * @param {Handle} handle
 * @param {Record<string, string>} query
 */
export function keepAddress(handle, query) {
  /** True while the lab goes where the address says: that is no step of its own. */
  let following = false;

  /** @param {boolean} playing */
  const state = (playing) => {
    remember(playing);
    return /** @satisfies {Kept} */ ({ chickadee: true, playing });
  };
  const playing = () => {
    try {
      return handle.goesOn();
    } catch {
      return false;
    }
  };

  handle.addressed = (link, step) => {
    const push = step && !following && location.hash !== `#${link}`;
    following = false;
    if (push) history.pushState(state(playing()), '', `#${link}`);
    else history.replaceState(state(playing()), '', `#${link}`);
  };

  /** The last change, when the page is about to go. */
  const atTheEnd = () => {
    try {
      history.replaceState(state(handle.goesOn()), '', `#${handle.addressLink()}`);
    } catch {
      // the lab has ended: the address stays
    }
  };
  addEventListener('pagehide', atTheEnd);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && atTheEnd());

  const follow = () => {
    const link = location.hash.slice(1);
    try {
      if (link === handle.addressLink()) return;
      following = true;
      handle.setState(link);
      if (kept()?.playing) handle.play();
    } catch (error) {
      following = false;
      console.warn(`chickadee: ${error instanceof Error ? error.message : error}`); // the run goes on
    }
  };
  // Browsers tell of one move of the history twice.
  let told = '';
  addEventListener('popstate', () => {
    told = location.href;
    follow();
  });
  addEventListener('hashchange', () => {
    if (location.href !== told) follow();
    told = '';
  });

  const goOn = wasPlaying();
  // The simulator tells when this changes, and starts from rest.
  if (kept()) history.replaceState(state(false), '');
  if (goOn && (query.autoplay === undefined || isOn(query.autoplay))) handle.play();
}
