// What the window says: focused, visible, used, awake, back on the network, closing. Ends with its signal.

import { CLOSING_PATH } from './api.js';

/**
 * @param {Window & typeof globalThis} window
 * @param {object} told
 * @param {(isAttended: boolean, isHidden: boolean) => void} told.onAttention
 * @param {() => void} told.onUse
 * @param {() => void} told.onWake
 * @param {() => void} told.onClosing
 * @param {AbortSignal} signal
 */
export const watchWindow = (window, { onAttention, onUse, onWake, onClosing }, signal) => {
  const { document } = window;
  const attention = () =>
    onAttention(document.visibilityState === 'visible' && document.hasFocus(), document.visibilityState !== 'visible');
  const woke = () => {
    attention();
    if (document.visibilityState === 'visible') onWake();
  };
  window.addEventListener('focus', woke, { signal });
  window.addEventListener('blur', attention, { signal });
  document.addEventListener('visibilitychange', woke, { signal });
  window.addEventListener('online', onWake, { signal });
  window.addEventListener('pageshow', woke, { signal });
  window.addEventListener('pagehide', onClosing, { signal });
  for (const used of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart']) {
    window.addEventListener(used, onUse, { signal, passive: true, capture: true });
  }
  attention();
};

/** The word that this window closes. Sent while it does, so nobody waits for an answer. @param {Navigator} navigator */
export const sayClosing = (navigator) =>
  navigator.sendBeacon(CLOSING_PATH, new Blob(['{}'], { type: 'application/json' }));
