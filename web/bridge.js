// @ts-check
// The verbs of a lab over postMessage, for plain iframes.

import { kind, sentence } from './text.js';

/** @import { EventType, Handle, LabEvent } from './chickadee.js' */

/**
 * The verbs, and the calls that they stand for. A wrong argument is refused by the lab.
 * @type {Record<string, (lab: Handle, message: any) => unknown>}
 */
const VERBS = {
  play: (lab) => lab.play(),
  pause: (lab) => lab.pause(),
  step: (lab, message) => lab.step(message.n ?? 1),
  reset: (lab) => lab.reset(),
  command: (lab, message) => lab.command(message.command),
  state: (lab) => lab.state(),
  setState: (lab, message) => lab.setState(message.link),
  setOptions: (lab, message) => lab.setOptions(message.options),
  link: (lab) => lab.link(),
  exportCsv: (lab, message) => lab.exportCsv(message.table),
  exportPng: (lab) => lab.exportPng(),
  settled: (lab) => lab.settled(),
  names: (lab) => lab.names(),
};

/**
 * Answers the page around this iframe: `{v: 1, id, do: "command", command: "fly:20"}` gets `{v: 1, id, ok, result | error}`;
 * `{v: 1, do: "on", type: "cached"}` makes events of that type come as `{v: 1, event: {type, …}}`, `type: "state"` every new state.
 * Messages that are not of this form, or not from the page around, are left alone. Given a promise of a handle, it keeps messages until
 * there is one. Once there is, it says `{v: 1, event: {type: "ready"}}` unasked. Gives the function that ends it.
 * @param {Handle | Promise<Handle>} lab
 */
export function bridge(lab) {
  if (window.parent === window) return () => {};
  /** @type {Map<string, () => void>} */
  const subscriptions = new Map();
  const handle = Promise.resolve(lab);
  let ended = false;

  /** @param {MessageEvent} event */
  const listen = async (event) => {
    const message = event.data;
    if (event.source !== window.parent || message?.v !== 1 || typeof message.do !== 'string') return;
    const target = event.origin === 'null' ? '*' : event.origin;
    /** @param {object} reply */
    const send = (reply) => window.parent.postMessage({ v: 1, ...reply }, target);
    try {
      const lab = await handle;
      if (ended) return;
      const verb = Object.hasOwn(VERBS, message.do) ? VERBS[message.do] : undefined;
      let result;
      if (verb) result = await verb(lab, message);
      else if (message.do === 'on') subscribe(lab, message.type, send);
      else if (message.do === 'off') unsubscribe(message.type);
      else throw new TypeError(`"do" knows no verb ${kind(message.do)}; verbs are ${[...Object.keys(VERBS), 'on', 'off'].join(', ')}.`);
      send({ id: message.id, ok: true, result });
    } catch (error) {
      send({ id: message.id, ok: false, error: sentence(error) });
    }
  };

  /**
   * @param {Handle} handle
   * @param {EventType | 'state'} type
   * @param {(reply: object) => void} send
   */
  const subscribe = (handle, type, send) => {
    unsubscribe(type);
    if (type === 'state') {
      subscriptions.set(type, handle.observe((state) => send({ event: { type, state } })));
    } else {
      /** @param {LabEvent} event */
      const callback = (event) => send({ event });
      handle.on(type, callback);
      subscriptions.set(type, () => handle.off(type, callback));
    }
  };

  /** @param {string} type */
  const unsubscribe = (type) => {
    subscriptions.get(type)?.();
    subscriptions.delete(type);
  };

  // What came before this script did; web/boot.js has kept it.
  const early = /** @type {{ chickadeeInbox?: MessageEvent[] }} */ (window).chickadeeInbox?.splice(0) ?? [];
  addEventListener('message', listen);
  for (const event of early) void listen(event);
  handle.then(
    () => window.parent.postMessage({ v: 1, event: { type: 'ready' } }, '*'),
    (error) => window.parent.postMessage({ v: 1, event: { type: 'error', message: sentence(error) } }, '*'),
  );
  return () => {
    ended = true;
    removeEventListener('message', listen);
    for (const type of [...subscriptions.keys()]) unsubscribe(type);
  };
}
