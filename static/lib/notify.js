// Tells a person who is not looking: a sound made here, and a notification of the system where the browser allows one. One
// tab of several rings. Never asks for permission by itself and never shows a text the page does not have.

/**
 * @typedef {import('./settings.js').TextStorage} TextStorage
 * `id` is the same in every tab; a later notice with the same `tag` takes the place of the earlier one.
 * @typedef {{ id: string, tag: string, title: string, text: string, isNewMessage: boolean, onClick: () => void }} Notice
 */

const RUNG_KEY = 'chinwag.rung';

/** Soft and short: two sine tones, the second a fifth higher. */
const TONES = Object.freeze([
  { hertz: 660, startS: 0 },
  { hertz: 990, startS: 0.09 },
]);
const TONE_S = 0.18;
const LOUDNESS = 0.08;

/**
 * @param {Window & typeof globalThis} window
 * @param {TextStorage | null} storage shared by the tabs
 */
export const createNotifier = (window, storage) => {
  /** @type {AudioContext | null} */
  let audio = null;

  /** Whoever writes first rings; the others find it written. @param {string} id */
  const isFirstTab = (id) => {
    try {
      if (storage?.getItem(RUNG_KEY) === id) return false;
      storage?.setItem(RUNG_KEY, id);
    } catch {
      // no shared storage: each tab rings for itself
    }
    return true;
  };

  const ring = () => {
    if (!('AudioContext' in window)) return;
    audio ??= new window.AudioContext();
    if (audio.state === 'suspended') audio.resume().catch(() => undefined); // before the first click browsers allow no sound
    const now = audio.currentTime;
    for (const { hertz, startS } of TONES) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = hertz;
      loudness.gain.setValueAtTime(0, now + startS);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, now + startS + 0.01);
      loudness.gain.exponentialRampToValueAtTime(0.0001, now + startS + TONE_S);
      tone.connect(loudness).connect(audio.destination);
      tone.start(now + startS);
      tone.stop(now + startS + TONE_S);
    }
  };

  /** @returns {'granted' | 'denied' | 'default' | 'missing'} */
  const permission = () =>
    window.isSecureContext && 'Notification' in window ? window.Notification.permission : 'missing';

  return {
    permission,
    /** Only from a click. */
    allow: async () => {
      if (permission() === 'missing') return /** @type {const} */ ('missing');
      return window.Notification.requestPermission();
    },
    /** @param {Notice} notice @param {{ sound: boolean, notifications: boolean }} settings */
    tell: (notice, settings) => {
      const isFirst = isFirstTab(notice.id);
      if (settings.sound && notice.isNewMessage && isFirst) ring();
      if (!settings.notifications || permission() !== 'granted' || !isFirst) return;
      try {
        const shown = new window.Notification(notice.title, { body: notice.text, tag: notice.tag, silent: true });
        shown.onclick = () => {
          window.focus();
          notice.onClick();
          shown.close();
        };
      } catch {
        // Chrome on Android only shows them from a service worker
      }
    },
  };
};

/** @typedef {ReturnType<typeof createNotifier>} Notifier */
