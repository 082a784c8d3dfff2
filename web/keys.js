// @ts-check
// The way of the keyboard through a lab. The drawing library keeps every Tab for itself; here those that lead out of the lab are
// left to the browser, which knows what comes next in the page.

/** @import { Box } from './box.js' */

/**
 * Lets Tab leave after the last control and before the first one, and after Escape from anywhere. `leaves(backward)` says whether
 * the control that has the focus is the last one in that direction, and takes the focus from it if so.
 * @param {Box} box
 * @param {(backward: boolean) => 'end' | 'none' | 'inside'} leaves
 * @param {AbortSignal} signal
 */
export function guardKeys(box, leaves, signal) {
  const { frame } = box;
  let escaped = false;
  /** True if the focus came in from behind, and no control has it yet. */
  let fromBehind = false;

  frame.addEventListener(
    'keydown',
    (event) => {
      if (!box.isLab(event.target)) return;
      if (event.key === 'Escape') escaped = true;
      if (event.key !== 'Tab' || event.ctrlKey || event.altKey || event.metaKey) {
        if (event.key !== 'Escape' && event.key !== 'Shift') escaped = false;
        return;
      }
      const backward = event.shiftKey;
      const where = leaves(backward);
      const out = escaped || where === 'end' || (where === 'none' && backward && !fromBehind);
      fromBehind = false;
      if (!out) return;
      escaped = false;
      event.stopPropagation(); // the browser does what it does with a Tab
      // From the field for texts, the canvas would be the next stop.
      if (backward && box.canvas && event.target !== box.canvas) box.canvas.focus({ preventScroll: true });
    },
    { capture: true, signal },
  );
  frame.addEventListener(
    'focusin',
    (event) => {
      const from = event.relatedTarget;
      if (from instanceof Node && frame.contains(from)) return;
      escaped = false;
      fromBehind = from instanceof Node && Boolean(frame.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING);
      const ring = box.canvas?.matches(':focus-visible');
      frame.style.boxShadow = '';
      frame.style.outline = ring ? '3px solid #56b4e9' : '';
      frame.style.outlineOffset = '-3px';
    },
    { signal },
  );
  frame.addEventListener('focusout', () => (frame.style.outline = ''), { signal });
  frame.addEventListener('pointerdown', () => ((escaped = false), (frame.style.outline = '')), { capture: true, signal });
}
