// @ts-nocheck: what it runs in is not a page
// A web worker of the pool: the same module as the page's, which it is handed compiled, and records in and out (src/web/workers.rs).

/** Milliseconds between two looks at what the page has said meanwhile. */
const TURN = 25;

let worker;
const failed = (error) => postMessage({ failed: String(error?.message ?? error) });

// A message to itself comes after those of the page that are there already.
const { port1, port2 } = new MessageChannel();
let turning = false;
port2.onmessage = () => {
  turning = false;
  try {
    const record = worker.work(TURN);
    postMessage(record, [record.buffer]);
    turn();
  } catch (error) {
    failed(error);
  }
};

function turn() {
  if (turning || !worker.isBusy()) return;
  turning = true;
  port1.postMessage(0);
}

onmessage = async ({ data }) => {
  try {
    if (data.module) {
      const bindings = await import(/* @vite-ignore */ /* webpackIgnore: true */ data.bindings);
      await bindings.default({ module_or_path: data.module });
      worker = new bindings.Worker();
      postMessage({ ready: true });
    } else {
      worker.receive(data);
      turn();
    }
  } catch (error) {
    failed(error);
  }
};
