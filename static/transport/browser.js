// The browser's socket and channel as the small shapes the transport uses, so that tests can stand in for them.

import { SUBPROTOCOL } from '../protocol.js';

/**
 * @typedef {import('./connection.js').Socket} Socket
 * @typedef {import('./outbox.js').Channel} Channel
 */

/** @param {Window & typeof globalThis} window @param {string} address @returns {Socket} */
export const openBrowserSocket = (window, address) => {
  const inner = new window.WebSocket(address, SUBPROTOCOL);
  /** @type {Socket} */
  const socket = {
    send: (text) => {
      // One that closes drops what it is given and complains in the console; its end is on the way to us.
      if (inner.readyState === inner.OPEN) inner.send(text);
    },
    close: (code) => inner.close(code),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  inner.onopen = () => socket.onopen?.();
  inner.onmessage = (event) => socket.onmessage?.(event);
  inner.onclose = (event) => socket.onclose?.(event);
  return socket;
};

/** Later than this it is done in a busy moment, too. */
const IDLE_WITHIN_MS = 2_000;

/** When the browser has nothing better to do; Safari cannot say when. @param {Window & typeof globalThis} window @param {() => void} run */
export const whenIdle = (window, run) => {
  if ('requestIdleCallback' in window) window.requestIdleCallback(() => run(), { timeout: IDLE_WITHIN_MS });
  else run();
};

/** @param {Window & typeof globalThis} window @param {string} name @returns {Channel | null} */
export const openBrowserChannel = (window, name) => {
  if (!('BroadcastChannel' in window)) return null;
  const inner = new window.BroadcastChannel(name);
  /** @type {Channel} */
  const channel = { postMessage: (news) => inner.postMessage(news), onmessage: null, close: () => inner.close() };
  inner.onmessage = (event) => channel.onmessage?.(event);
  return channel;
};
