// @ts-check
// Copying, where a page may or may not do so, and the truth about it.

/** @import { Box } from './box.js' */

/**
 * Copies a text, or shows it selected, to be copied by hand. True if it was copied.
 * @param {Box} box
 * @param {string} text
 */
export async function copyText(box, text) {
  if (isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No permission here, as in many iframes.
    }
  }
  if (copyByCommand(box.frame, text)) return true;
  showToCopy(box, text);
  return false;
}

/**
 * The old way, which works without https.
 * @param {HTMLElement} frame
 * @param {string} text
 */
function copyByCommand(frame, text) {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.style.cssText = 'position:fixed;left:0;top:0;opacity:0;pointer-events:none';
  let reached = false;
  area.addEventListener('copy', (event) => {
    event.stopPropagation(); // labs listen at the document, and would copy something else
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    reached = Boolean(event.clipboardData);
  });
  frame.append(area);
  area.focus({ preventScroll: true });
  area.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    // refused
  }
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done && reached;
}

/**
 * @param {Box} box
 * @param {string} text
 */
function showToCopy(box, text) {
  const note = box.ask('This page may not copy. The link, to be copied by hand:', 'Close', () => box.canvas?.focus({ preventScroll: true }));
  const link = document.createElement('p');
  link.tabIndex = 0;
  link.style.cssText = 'margin:.6em 0 0;font:13px/1.45 ui-monospace,monospace;max-height:8rem;overflow:auto;user-select:all;-webkit-user-select:all';
  link.textContent = text;
  note.insertBefore(link, note.querySelector('button'));
  link.focus({ preventScroll: true });
  getSelection()?.selectAllChildren(link);
}

