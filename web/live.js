// @ts-check
// What a screen reader is told: one region a document, whichever labs come and go.

const UNSEEN = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

/** The region of this document, which is made if there is none. Regions that come with their text are not read out. */
export function liveRegion() {
  const known = document.getElementById('chickadee-live');
  if (known) return known;
  const region = document.createElement('div');
  region.id = 'chickadee-live';
  region.setAttribute('aria-live', 'polite');
  region.style.cssText = UNSEEN;
  document.body.append(region);
  return region;
}

/**
 * Has a sentence read out. A region speaks when its text changes: said again, it ends with a space that is not heard.
 * @param {string} text
 */
export function speak(text) {
  const region = liveRegion();
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
