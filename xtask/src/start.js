// What trunk's initializer script does, with the failures that it leaves out: every one of them reaches onFailure.
import initializer from './web/loader.js';
import { WASM_BYTES as total } from './web/size.js'; // uncompressed: the server's own length is that of the compressed file

const { onStart, onProgress, onComplete, onSuccess, onFailure } = initializer();
onStart?.();
try {
  const [bindings, response] = await Promise.all([import('./chickadee.js'), fetch('./chickadee_bg.wasm')]);
  if (!response.ok) throw new Error(`the server answered ${response.status} for chickadee_bg.wasm.`);
  let current = 0;
  const count = new TransformStream({
    transform(chunk, controller) {
      current += chunk.byteLength;
      onProgress?.({ current, total });
      controller.enqueue(chunk);
    },
  });
  const headers = { 'Content-Type': 'application/wasm' };
  const wasm = await bindings.default({ module_or_path: new Response(response.body.pipeThrough(count), { headers }) });
  onComplete?.();
  onSuccess?.(wasm);
  window.wasmBindings = bindings;
  dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm } }));
} catch (error) {
  onComplete?.();
  onFailure?.(error);
}
