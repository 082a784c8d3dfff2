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

/** Pixels of an image to one of the drawing that it is made of. */
const SHARPNESS = 2;

/**
 * Gives the user a text as a file of this name; a drawing (SVG) whose name ends in `.png` as that image.
 * @param {HTMLElement} frame
 * @param {string} name
 * @param {string} text
 */
export async function saveText(frame, name, text) {
  const drawing = new Blob([text], { type: 'image/svg+xml' });
  const kinds = /** @type {Record<string, string>} */ ({ csv: 'text/csv', svg: 'image/svg+xml' });
  const ending = name.split('.').pop() ?? '';
  save(frame, name, ending === 'png' ? await imageOf(drawing) : new Blob([text], { type: kinds[ending] ?? 'text/plain' }));
}

/**
 * @param {HTMLElement} frame
 * @param {string} name
 * @param {Blob} content
 */
function save(frame, name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.hidden = true;
  frame.append(link);
  link.click();
  link.remove();
  // The browser has begun by then; a file of this size is no burden meanwhile.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * A drawing as an image, on paper as it is.
 * @param {Blob} drawing
 * @returns {Promise<Blob>}
 */
async function imageOf(drawing) {
  const address = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = SHARPNESS * image.naturalWidth;
    canvas.height = SHARPNESS * image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser could not make the image'))));
    });
  } finally {
    URL.revokeObjectURL(address);
  }
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
