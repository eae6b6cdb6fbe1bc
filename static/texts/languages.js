// The languages of the page. A new one is its file beside these, and its entry here. English comes with the page; another one
// when it is spoken.
import { en } from './en.js';

/** `name`: as those who speak it call it. */
export const languages = {
  en: { name: 'English', load: async () => en },
  de: { name: 'Deutsch', load: async () => (await import('./de.js')).de },
};
