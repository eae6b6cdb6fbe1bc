// The choices of this device, in localStorage. Where that is missing or refused, they last as long as the page.
import { LANGUAGES } from '../texts/words.js';

/** @typedef {import('../state/types.js').Settings} Settings */

const KEY = 'chinwag.settings';

/**
 * What each setting may be; the first is the default where nothing was chosen.
 * @type {{ [K in keyof Settings]: ReadonlyArray<Settings[K]> }}
 */
const CHOICES = {
  theme: ['system', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  hours: ['system', '24', '12'],
  language: ['system', ...LANGUAGES],
  sound: [true, false],
  notifications: [false, true],
  enterSends: [true, false],
};

/** @typedef {{ getItem: (key: string) => string | null, setItem: (key: string, value: string) => void }} TextStorage */

/** @param {TextStorage | null} storage @returns {Settings} */
export const loadSettings = (storage) => {
  /** @type {Record<string, unknown>} */
  let kept = {};
  try {
    const parsed = /** @type {unknown} */ (JSON.parse(storage?.getItem(KEY) ?? '{}'));
    if (typeof parsed === 'object' && parsed !== null) kept = /** @type {Record<string, unknown>} */ (parsed);
  } catch {
    // unreadable: as if nothing was chosen
  }
  return {
    theme: choose('theme', kept),
    density: choose('density', kept),
    hours: choose('hours', kept),
    language: choose('language', kept),
    sound: choose('sound', kept),
    notifications: choose('notifications', kept),
    enterSends: choose('enterSends', kept),
  };
};

/** @template {keyof Settings} K @param {K} name @param {Record<string, unknown>} kept @returns {Settings[K]} */
const choose = (name, kept) => CHOICES[name].find((choice) => choice === kept[name]) ?? CHOICES[name][0];

/** @param {TextStorage | null} storage @param {Settings} settings */
export const saveSettings = (storage, settings) => {
  try {
    storage?.setItem(KEY, JSON.stringify(settings));
  } catch {
    // full or refused: the choice lasts as long as the page
  }
};

/** Reading the property itself may throw where storage is refused. @param {Window} window @returns {Storage | null} */
export const windowStorage = (window) => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};
