// The kernels of two builds of the page in turn, in one browser: this one, and the one that is served as beside/.
//
// Served by `cargo xtask bench-web --beside FOLDER`. Nothing is timed before both give the same bits.

import * as ours from '../web/chickadee.js';
import { experience, race } from './compare.js';

const theirs = await import(new URL('../beside/web/chickadee.js', import.meta.url).href);

/** Milliseconds of one decision and of one more memory by both, at one width and context length. */
export async function decisions(width, length, rounds = 15) {
  const [here, there] = await Promise.all([ours, theirs].map((page) => page.transformer({ width, layers: 3, heads: 4 })));
  const { context, queries } = experience(length, here.token);
  const [query, memory] = [queries.slice(0, here.token), context.slice(0, here.token)];
  const answers = [here, there].map((model) => {
    model.append(context);
    return model.ask(queries);
  });
  same(answers[0], answers[1], `logits at d = ${width}, T = ${length}`);
  const append = (model) => () => {
    model.truncate(length - 1);
    model.append(memory);
  };
  const times = await race(
    {
      decision: () => here.ask(query),
      'decision, beside': () => there.ask(query),
      memory: append(here),
      'memory, beside': append(there),
    },
    rounds,
  );
  here.free();
  there.free();
  return { ...times, ratio: ratios(times) };
}

/** Milliseconds that both work, drawing left out, to store a seed and to recall it from all places. */
export async function recall(units, rounds = 12) {
  const link = `lab=caching&units=${units}&gain=1`;
  const labs = [];
  for (const page of [ours, theirs]) {
    const box = document.body.appendChild(document.createElement('div'));
    box.style.cssText = 'width: 320px; height: 320px';
    labs.push(await page.mount(box, { link, backend: 'cpu', autoplay: false }));
  }
  const once = async (lab) => {
    lab.setState(link);
    await lab.settled();
    lab.work();
    lab.command('cache');
    await lab.settled();
    const { frames, logic } = lab.work();
    return frames * logic;
  };
  const lists = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const [i, lab] of labs.entries()) {
      const time = await once(lab);
      if (round > 0) lists[i].push(time); // the first warms up
    }
  }
  same([labs[0].state().state_hash], [labs[1].state().state_hash], `the hash at N = ${units}`);
  for (const lab of labs) lab.destroy();
  const summary = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
  };
  const times = { recall: summary(lists[0]), 'recall, beside': summary(lists[1]) };
  return { ...times, ratio: ratios(times) };
}

/** Ours over theirs, of the least and of the median. */
function ratios(times) {
  const names = Object.keys(times).filter((name) => !name.endsWith(', beside'));
  const over = (name, of) => Number((times[name][of] / times[`${name}, beside`][of]).toFixed(3));
  return Object.fromEntries(names.map((name) => [name, { least: over(name, 'least'), median: over(name, 'median') }]));
}

function same(here, there, what) {
  if (here.length === 0 || here.some((value, i) => value === undefined || !Object.is(value, there[i]))) {
    throw new Error(`The two builds differ in ${what}: ${here} and ${there}.`);
  }
}
