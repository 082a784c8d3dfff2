// @ts-check
// Uncompressed bytes of chickadee_bg.wasm, to tell how far its download is, and what the files of one build have in common; 0 and
// "" mean unknown. The page builder writes this file.
export const WASM_BYTES = 0;
export const BUILD = '';
