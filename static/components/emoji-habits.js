// The emoji used last and the skin tone, of this device: one memory for the picker and the menu. Looks at what another
// window may have kept meanwhile whenever it is asked.
import { loadHabits, saveHabits, withUse } from '../lib/emoji.js';
import { windowStorage } from '../lib/settings.js';

/** Where nothing can be kept they last as long as the page. */
let last = loadHabits(null);

export const habits = () => {
  const kept = loadHabits(windowStorage(window));
  if (kept.recent.length > 0 || kept.tone !== 0) last = kept;
  return last;
};

/** @param {string} emoji */
export const wasUsed = (emoji) => {
  last = withUse(habits(), emoji);
  saveHabits(windowStorage(window), last);
};

/** @param {number} tone */
export const chooseTone = (tone) => {
  last = { ...habits(), tone };
  saveHabits(windowStorage(window), last);
};
