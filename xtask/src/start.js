// What trunk's initializer script does, with the failures that it leaves out: every one of them reaches onFailure.
import { ensureWasm } from './web/load.js';
import initializer from './web/loader.js';

const { onStart, onProgress, onComplete, onSuccess, onFailure } = initializer();
onStart?.();
try {
  const bindings = await ensureWasm(onProgress);
  onComplete?.();
  onSuccess?.(bindings);
  window.wasmBindings = bindings;
  dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { bindings } }));
} catch (error) {
  onComplete?.();
  onFailure?.(error);
}
