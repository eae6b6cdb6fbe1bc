// Has the browser open the page without the server, too, where it allows that: by https or on this machine. Elsewhere, and
// with a server that has no such file, everything else works as before.

const WORKER = 'service-worker.js';

/**
 * @typedef {{ createPolicy: (name: string, rules: { createScriptURL: () => string }) => { createScriptURL: (text: string) => string } }} PolicyFactory
 */

/**
 * A worker's address is a script to Trusted Types. The one policy that the server allows gives this address and no other,
 * and a second one cannot be made.
 * @param {Window & typeof globalThis} window
 */
const addressFor = (window) => {
  const factory = /** @type {PolicyFactory | undefined} */ (Reflect.get(window, 'trustedTypes'));
  return factory ? factory.createPolicy('service-worker', { createScriptURL: () => WORKER }).createScriptURL('') : WORKER;
};

/** After the page is there: what the worker fetches must not take the line from what is seen. @param {Window & typeof globalThis} window */
export const openWithoutServer = (window) => {
  if (!('serviceWorker' in window.navigator)) return;
  const register = async () => {
    try {
      await window.navigator.serviceWorker.register(addressFor(window), { updateViaCache: 'none' });
    } catch {
      // Forbidden here, or not there: the page needs its server to open, as everywhere else.
    }
  };
  if (window.document.readyState === 'complete') void register();
  else window.addEventListener('load', () => void register(), { once: true });
};
