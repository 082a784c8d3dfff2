// The page's transformer beside ONNX Runtime Web: the same weights, the same context, the same queries, in one run.
//
// Served by `cargo xtask bench-web` as bench/ beside the page. Nothing is timed before the logits agree.

import { transformer } from '../web/chickadee.js';
import { generator, random, read } from './checkpoint.js';
import { cachedQuery, wholePass } from './onnx.js';

const HEADS = 4;
const STATES = 25; // of the gridworld: a policy field
const TOLERANCE = 1e-3; // of the largest logit: single precision in another order

/** ONNX Runtime: the build without WebGPU is faster on the processor, so each provider gets its own. */
async function runtime(provider) {
  const ort = await import(`./node_modules/onnxruntime-web/dist/ort.${provider}.bundle.min.mjs`);
  ort.env.wasm.numThreads = 1; // a page without cross-origin isolation has no threads
  ort.env.logLevel = 'error';
  return ort;
}

/** Codes of all states (unit vectors), and the tokens of a walk among them. */
export function experience(length, token) {
  const uniform = generator(7);
  const codes = Array.from({ length: STATES }, () => {
    const code = Array.from({ length: 10 }, () => uniform() + uniform() + uniform() - 1.5);
    const norm = Math.hypot(...code);
    return code.map((x) => x / norm);
  });
  const context = new Float32Array(length * token);
  let state = 0;
  for (let t = 0; t < length; t++) {
    const next = Math.floor(STATES * uniform());
    context.set(codes[state], t * token);
    context[t * token + 10 + Math.floor(5 * uniform())] = 1;
    context.set(codes[next], t * token + 15);
    context[t * token + 25] = next === 12 ? 1 : 0;
    state = next;
  }
  const queries = new Float32Array(STATES * token);
  codes.forEach((code, i) => queries.set(code, i * token));
  return { context, queries };
}

/** Milliseconds a call of several ways in turn: every way gets batches of some 20 ms, and its least batch counts. */
export async function race(ways, rounds) {
  const times = {};
  const batch = async (run, count) => {
    const begin = performance.now();
    for (let i = 0; i < count; i++) await run();
    return (performance.now() - begin) / count;
  };
  const counts = {};
  for (const [name, run] of Object.entries(ways)) {
    await batch(run, 3);
    counts[name] = Math.max(1, Math.round(20 / Math.max(await batch(run, 3), 0.01)));
    times[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(ways)) times[name].push(await batch(run, counts[name]));
  }
  const digits = (x) => Number(x.toPrecision(3));
  const summary = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return { least: digits(sorted[0]), median: digits(sorted[Math.floor(sorted.length / 2)]) };
  };
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summary(list)]));
}

/**
 * One size. `source` is the address of a checkpoint, or a width for random weights; `provider` is "wasm" or "webgpu".
 * Gives {difference, decision, field, first}: the largest difference of logits, and milliseconds by way.
 */
export async function compare({ source, length, provider, rounds = 15 }) {
  const bytes =
    typeof source === 'number' ? random(source) : new Uint8Array(await (await fetch(new URL(source, new URL('..', import.meta.url)))).arrayBuffer());
  const tensors = read(bytes);
  const ours = await transformer(bytes);
  const ort = await runtime(provider);
  const { context, queries } = experience(length, ours.token);
  const query = queries.slice(0, ours.token);
  ours.append(context);
  const wanted = ours.ask(queries);

  const sessions = [];
  const session = async (file, kind = provider) => {
    const opened = await ort.InferenceSession.create(file, { executionProviders: [kind], graphOptimizationLevel: 'all' });
    sessions.push(opened);
    return opened;
  };
  const tensor = (values, shape) => new ort.Tensor('float32', values, shape);
  const whole = new Float32Array(context.length + query.length);
  whole.set(context);
  whole.set(query, context.length);
  const tokens = { tokens: tensor(whole, [length + 1, ours.token]) };

  // Keys and values come from ONNX Runtime's own pass.
  const keeper = await session(wholePass(tensors, HEADS, length, true), 'wasm');
  const kept = await keeper.run(tokens);
  const layers = Object.keys(kept).filter((name) => name.startsWith('keys_')).length;
  const list = (name) => Array.from({ length: layers }, (_, layer) => kept[`${name}_${layer}`]);
  const [keys, values] = [list('keys'), list('values')];
  const cache = { keys: keys.map((t) => t.data), values: values.map((t) => t.data) };
  const inputs = {};
  keys.forEach((t, layer) => (inputs[`keys_${layer}`] = t));
  values.forEach((t, layer) => (inputs[`values_${layer}`] = t));

  let difference = 0;
  const way = async (file, feeds) => {
    const opened = await session(file);
    const run = async () => (await opened.run(feeds)).logits.data;
    const scale = Math.max(...wanted.map(Math.abs));
    const logits = await run();
    for (let i = 0; i < logits.length; i++) difference = Math.max(difference, Math.abs(logits[i] - wanted[i]) / scale);
    if (!(difference < TOLERANCE)) throw new Error(`ONNX Runtime's logits differ from ours by ${difference}, so this is another model.`);
    return run;
  };
  const one = { query: tensor(query, [1, ours.token]) };
  const all = { query: tensor(queries, [STATES, ours.token]) };
  const name = (what) => `ort ${provider}, ${what}`;
  const result = {};
  result.decision = await race(
    {
      ours: () => ours.ask(query),
      [name('cache in the graph')]: await way(cachedQuery(tensors, HEADS, length, 1, cache), one),
      [name('cache as inputs')]: await way(cachedQuery(tensors, HEADS, length, 1), { ...one, ...inputs }),
    },
    rounds,
  );
  result.field = await race(
    {
      ours: () => ours.ask(queries),
      [name('cache in the graph')]: await way(cachedQuery(tensors, HEADS, length, STATES, cache), all),
    },
    rounds,
  );
  result.first = await race(
    {
      ours: () => {
        ours.truncate(0);
        ours.append(context);
        return ours.ask(query);
      },
      [name('whole pass')]: await way(wholePass(tensors, HEADS, length), tokens),
    },
    Math.min(rounds, 5),
  );
  for (const opened of sessions) await opened.release();
  ours.free();
  return { ort: ort.env.versions.web, difference: Number(difference.toPrecision(2)), ...result };
}
