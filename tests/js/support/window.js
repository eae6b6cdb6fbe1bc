// As much of a browser window as the client uses, with a server behind it that a test plays by hand: one socket, fetched
// paths with prepared answers, and time that stands still.

import { createFakeClock } from './clock.js';
import { createFakeIndexedDb } from './indexeddb.js';

export const createFakeWindow = ({ database = createFakeIndexedDb(), clock = createFakeClock(), routes = {} } = {}) => {
  const sockets = [];
  const fetched = [];
  const beacons = [];
  const listeners = new Map();
  const kept = new Map();
  const listen = (type, run) => listeners.set(type, [...(listeners.get(type) ?? []), run]);
  const document = { visibilityState: 'visible', hasFocus: () => true, addEventListener: listen };

  class FakeWebSocket {
    constructor(address, protocol) {
      Object.assign(this, { address, protocol, sent: [], onopen: null, onmessage: null, onclose: null });
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.isClosed = true;
    }
  }

  const window = {
    document,
    location: { protocol: 'http:', host: 'chat.example:8080' },
    navigator: {
      languages: ['en-GB'],
      sendBeacon: (path) => {
        beacons.push(path);
        return true;
      },
    }, // no locks: a plain-http address
    indexedDB: database,
    isSecureContext: false,
    localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
    WebSocket: FakeWebSocket,
    Date: { now: clock.now },
    Math: { random: clock.random },
    setTimeout: clock.after,
    clearTimeout: clock.cancel,
    addEventListener: listen,
    fetch: async (path, init) => {
      fetched.push(`${init.method} ${path}`);
      const route = Object.entries(routes).find(([prefix]) => `${init.method} ${path}`.startsWith(prefix));
      if (!route) throw new TypeError('network');
      const answer = await (typeof route[1] === 'function' ? route[1](path, init.body && JSON.parse(init.body)) : route[1]);
      const { status = 200, ...body } = answer;
      return {
        ok: status < 400,
        status,
        headers: new Map(),
        text: async () => (status === 204 ? '' : JSON.stringify(body)),
      };
    },
  };
  const socket = () => sockets.at(-1);
  return {
    window,
    clock,
    database,
    sockets,
    fetched,
    routes,
    beacons,
    document,
    socket,
    say: async (frame) => {
      socket().onmessage({ data: JSON.stringify(frame) });
      await clock.settle();
    },
    sent: (type) => socket().sent.filter((frame) => frame.type === type),
    fire: (type) => {
      for (const run of listeners.get(type) ?? []) run({});
    },
    settle: clock.settle,
  };
};
