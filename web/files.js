// @ts-check
// Files of the user's own: chosen or dropped, and looked at before they are read.

/** The most bytes that are read: more than any transformer that a page could run. */
const LARGEST = 400e6;
/** Bytes that tell one kind of file from another. */
const HEAD = 4096;

/**
 * The bytes of a file; only the first ones, if these show that it cannot be what its name says. Rejects with a sentence if it is too large.
 * @param {File} file
 */
export async function readFile(file) {
  if (file.size > LARGEST) throw new Error(`larger than ${LARGEST / 1e6} MB`);
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  // A checkpoint begins with the length of its header: what is longer than the file is none, and the simulator says what it is instead.
  if (/\.safetensors$/i.test(file.name) && file.size > HEAD) {
    const length = new DataView(head.buffer).getBigUint64(0, true);
    if (length > BigInt(file.size)) return head;
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error('the browser could not read it');
  }
}

/**
 * Lets the user choose a file. Any kind can be chosen: telephones offer none of which they do not know the ending.
 * @param {HTMLElement} frame
 * @param {(file: File) => void} take
 */
export function chooseFile(frame, take) {
  const input = document.createElement('input');
  input.type = 'file';
  input.style.cssText = 'position:absolute;width:1px;height:1px;opacity:0;pointer-events:none';
  input.tabIndex = -1;
  input.setAttribute('aria-label', 'A file for the lab');
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.remove();
    if (file) take(file);
  });
  input.addEventListener('cancel', () => input.remove());
  frame.append(input);
  input.click();
}

/**
 * Takes what is dropped on a lab.
 * @param {HTMLElement} frame
 * @param {(file: File) => void} take
 * @param {AbortSignal} signal
 */
export function takeDrops(frame, take, signal) {
  frame.addEventListener(
    'drop',
    (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      // The drawing library must know that nothing is held over it any more.
      frame.querySelector('canvas')?.dispatchEvent(new Event('dragleave'));
      for (const file of files) take(file);
    },
    { capture: true, signal },
  );
}
