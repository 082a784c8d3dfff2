// @ts-check
// Files that are fetched: where they are, and a sentence for everything that hosts do to them.

import { pause, sentence } from './text.js';

/** @import { Progress } from './chickadee.js' */

// Written out one by one: `new URL('…', import.meta.url)` is the form that bundlers find, copy and rewrite.
const FILES = {
  'chickadee.js': new URL('../chickadee.js', import.meta.url),
  'chickadee_bg.wasm': new URL('../chickadee_bg.wasm', import.meta.url),
  'gridworld-small.safetensors': new URL('../assets/models/gridworld-small.safetensors', import.meta.url),
  'gridworld-best.safetensors': new URL('../assets/models/gridworld-best.safetensors', import.meta.url),
  'gridworld-faithful.safetensors': new URL('../assets/models/gridworld-faithful.safetensors', import.meta.url),
  'tree-faithful.safetensors': new URL('../assets/models/tree-faithful.safetensors', import.meta.url),
  'tree-best.safetensors': new URL('../assets/models/tree-best.safetensors', import.meta.url),
  'tree-small.safetensors': new URL('../assets/models/tree-small.safetensors', import.meta.url),
};

// Not part of a call, or a bundler would look for a file.
const HERE = import.meta.url;

// Vite's development server bundles packages into a folder of its own and leaves their files where they were installed.
const INSTALLED = /^(.*\/node_modules\/)\.vite\/deps[^/]*\//.exec(HERE)?.[1];

/**
 * The address of a file of Chickadee; `folder`, if given, is where a copy of `dist/` lies.
 * @param {string} name
 * @param {string} [folder]
 */
export function addressOf(name, folder) {
  const lies = folder ?? (INSTALLED && `${INSTALLED}chickadee-lab/`);
  if (lies) {
    const base = new URL(lies.endsWith('/') ? lies : `${lies}/`, document.baseURI);
    return new URL(name.endsWith('.safetensors') ? `assets/models/${name}` : name, base);
  }
  const address = /** @type {Record<string, URL>} */ (FILES)[name];
  if (!address) throw new Error(`There is no file ${name}.`);
  return address;
}

/** The address of Chickadee's own page, if this script lies beside it; empty in a bundle, where it is not known. */
export function pageAddress() {
  return /^https?:.*\/web\/assets\.js([?#]|$)/.test(HERE) ? new URL('../', HERE).href : '';
}

/**
 * What the page's Content-Security-Policy has refused so far.
 * @type {{ directive: string, blocked: string }[]}
 */
const refusals = [];
let watching = false;

/** Takes note of what the Content-Security-Policy refuses, from the first call on. */
export function watchPolicy() {
  if (watching) return;
  watching = true;
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, disposition }) => {
    if (disposition === 'enforce') refusals.push({ directive: effectiveDirective, blocked: blockedURI });
  });
}

/**
 * The sentence on a directive that is missing, if something of this address (or kind) was refused. The browser tells of it a
 * moment after the failure.
 * @param {string} blocked
 * @param {string} needs
 */
export async function refusal(blocked, needs) {
  await pause(50);
  const found = refusals.find((entry) => entry.blocked && (blocked.startsWith(entry.blocked) || entry.blocked.startsWith(blocked)));
  return found && `the Content-Security-Policy of this page forbids it: its ${found.directive} needs ${needs}.`;
}

/**
 * Why nothing came from an address.
 * @param {URL} address
 * @param {unknown} error
 */
async function unreachable(address, error) {
  const policy = await refusal(address.href, address.origin === location.origin ? "'self'" : address.origin);
  if (policy) return policy;
  if (address.protocol === 'file:') return 'a page that is opened from a file cannot fetch anything; serve its folder, for example with `python3 -m http.server`.';
  if (address.origin !== location.origin) {
    return `${address.host} did not answer, or does not allow it to other sites: it has to send the header Access-Control-Allow-Origin.`;
  }
  return `${sentence(error).replace(/\.$/, '')}.`;
}

/**
 * The answer of a server that has the file.
 * @param {URL} address
 * @param {string} name
 */
export async function fetched(address, name) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new Error(`${name} could not be fetched: ${await unreachable(address, error)}`);
  }
  if (!response.ok) throw new Error(`${name} could not be fetched: the server answered ${response.status} for ${address}.`);
  if (response.headers.get('Content-Type')?.includes('html')) throw new Error(isPage(name, address));
  return response;
}

/**
 * @param {string} name
 * @param {URL} address
 */
function isPage(name, address) {
  return `${name} could not be fetched: the server answered with a web page instead of the file ${address}; it is missing there, or the server rewrites the address.`;
}

/**
 * The bytes of an answer, reported as they come. The first ones are looked at: a server may give a page any type.
 * @param {Response} response
 * @param {URL} address
 * @param {string} name
 * @param {number} known Bytes of the file, or 0.
 * @param {(progress: Progress) => void} report
 * @param {(error: Error) => void} [refuse] Told the reason, where what reads on would hide it.
 */
export function counted(response, address, name, known, report, refuse) {
  const packed = response.headers.get('Content-Encoding');
  const total = known || (packed ? 0 : Number(response.headers.get('Content-Length')) || 0);
  let current = 0;
  /** @type {TransformStream<Uint8Array, Uint8Array>} */
  const count = new TransformStream({
    transform(chunk, controller) {
      const wrong = current === 0 && notTheFile(chunk, name, address);
      if (wrong) {
        const error = new Error(wrong);
        refuse?.(error);
        throw error;
      }
      current += chunk.byteLength;
      report({ current, total });
      controller.enqueue(chunk);
    },
  });
  return response.body?.pipeThrough(count) ?? null;
}

/**
 * A sentence, if these first bytes are those of something else.
 * @param {Uint8Array} chunk
 * @param {string} name
 * @param {URL} address
 */
function notTheFile(chunk, name, address) {
  const start = new TextDecoder('latin1').decode(chunk.subarray(0, 64));
  if (/^\s*<(!doctype|html|\?xml)/i.test(start)) return isPage(name, address);
  if (start.startsWith('version https://git-lfs')) {
    return `${name} could not be fetched: ${address} is a Git LFS pointer; the host has to be given the file itself.`;
  }
  return undefined;
}

/** @type {Map<string, Promise<Uint8Array>>} */
const weights = new Map();

/**
 * The bytes of a checkpoint that comes with Chickadee, fetched once for all labs of the page.
 * @param {string} model
 * @param {string | undefined} folder
 * @param {(fraction: number) => void} report
 */
export function shippedWeights(model, folder, report) {
  const name = `${model}.safetensors`;
  const address = addressOf(name, folder);
  const known = weights.get(address.href);
  if (known) return known;
  const coming = bytesFrom(address, name, ({ current, total }) => total > 0 && report(Math.min(current / total, 1)));
  weights.set(address.href, coming);
  coming.catch(() => weights.delete(address.href)); // a later lab may try again
  return coming;
}

/**
 * The bytes of a checkpoint of one's own: given, or fetched from an address.
 * @param {string | URL | ArrayBuffer | Uint8Array} source
 */
export async function checkpoint(source) {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const address = new URL(source, document.baseURI);
  const name = `The checkpoint ${address.pathname.split('/').pop()}`;
  return bytesFrom(address, name, () => {});
}

/**
 * All bytes of a file.
 * @param {URL} address
 * @param {string} name
 * @param {(progress: Progress) => void} report
 */
async function bytesFrom(address, name, report) {
  /** @type {Error | undefined} */
  let refused;
  const body = counted(await fetched(address, name), address, name, 0, report, (error) => (refused = error));
  try {
    return new Uint8Array(await new Response(body).arrayBuffer());
  } catch (error) {
    throw refused ?? new Error(`${name} could not be fetched: ${sentence(error)}`);
  }
}
