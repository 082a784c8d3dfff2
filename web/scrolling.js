// @ts-check
// Wheel and fingers over a lab in a page that scrolls: they are the page's, unless the lab was clicked and something under the
// pointer can scroll.

/** @import { Box } from './box.js' */

/**
 * @param {Box} box
 * @param {(x: number, y: number, dy: number) => boolean} scrolls True if something at these pixels of the canvas can be moved by `dy`.
 * @param {AbortSignal} signal
 */
export function guardScrolling(box, scrolls, signal) {
  const { frame } = box;
  /**
   * @param {{ clientX: number, clientY: number }} at
   * @param {number} dy
   */
  const scrollsAt = ({ clientX, clientY }, dy) => {
    const { canvas } = box;
    if (!canvas) return false;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return scrolls(((clientX - left) / width) * canvas.width, ((clientY - top) / height) * canvas.height, dy);
  };

  frame.addEventListener(
    'wheel',
    (event) => {
      // With Ctrl, or two fingers, it is the page that is made larger.
      const ours = !event.ctrlKey && scrollsAt(event, event.deltaY);
      if (ours && box.hasFocus) return;
      event.stopPropagation();
      if (ours) box.hint('Click the lab to scroll in it');
    },
    { capture: true, signal },
  );
  frame.addEventListener(
    'touchstart',
    (event) => {
      // A finger on something that scrolls, in a lab that is in use, is not the page's. The browser decides at this moment.
      if (event.touches.length === 1 && box.hasFocus && (scrollsAt(event.touches[0], 1) || scrollsAt(event.touches[0], -1))) event.preventDefault();
    },
    { capture: true, passive: false, signal },
  );
  frame.style.touchAction = 'pan-y pinch-zoom';
}
