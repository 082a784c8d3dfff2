// The entry on a server, where there is no page: importing it does nothing, and it exports what its types promise.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const entry = new URL('../../web/chickadee.js', import.meta.url);

test('the entry can be imported where there are no elements', async () => {
  assert.equal(globalThis.HTMLElement, undefined);
  const before = Object.getOwnPropertyNames(globalThis).sort();
  const module = await import(entry.href);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis).sort(), before, 'nothing is left behind');
  await assert.rejects(module.mount(undefined), { name: 'TypeError', message: /^mount needs an element/ });
});

test('the entry exports what its types promise', async () => {
  const types = readFileSync(new URL('../../web/chickadee.d.ts', import.meta.url), 'utf8');
  const promised = [...types.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(await import(entry.href)).sort(), promised.sort());
});
