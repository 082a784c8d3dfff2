// @ts-check
// Uncompressed bytes of chickadee_bg.wasm, to tell how far its download is; 0 means unknown. The page builder writes this file.
export const WASM_BYTES = 0;
