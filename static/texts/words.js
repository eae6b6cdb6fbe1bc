// The words of the page in the chosen language. Components read `words` whenever they show something and keep none of it,
// because it is another catalogue once another language is chosen. Holds no word itself.
import * as catalogues from './languages.js';

/** @typedef {import('./en.js').Texts} Texts */
/** @typedef {keyof typeof catalogues} Language */
/** What may be chosen: a language, or that of the browser. @typedef {'system' | Language} LanguageChoice */

export const LANGUAGES = /** @type {ReadonlyArray<Language>} */ (Object.keys(catalogues));

/** As those who speak it call it. @param {Language} one */
export const nameOf = (one) => catalogues[one].language;

/** Spoken where the browser asks for none that the page knows. @type {Language} */
const FALLBACK = 'en';

/** The one that is spoken. @type {Language} */
export let language = FALLBACK;
/** @type {Texts} */
export let words = catalogues[language];
/** The region whose habits times and dates follow, such as 'en-GB'. */
export let locale = words.locale;

/**
 * From now on the words are those of the chosen language. Of one language spoken in several regions, the browser's own
 * region decides how dates look.
 * @param {LanguageChoice} choice
 * @param {ReadonlyArray<string>} wished the browser's languages, best first
 */
export const speak = (choice, wished) => {
  language = choice === 'system' ? wished.map(languageOf).find(isKnown) ?? FALLBACK : choice;
  words = catalogues[language];
  locale = wished.find((tag) => languageOf(tag) === language) ?? words.locale;
};

/**
 * The word a template asks for.
 * @param {string} key the way to it in a catalogue, such as 'account.logIn'
 */
export const wordAt = (key) => {
  /** @type {unknown} */
  let found = words;
  for (const step of key.split('.')) found = /** @type {Record<string, unknown>} */ (Object(found))[step];
  if (typeof found !== 'string') throw new Error(`no words for ${key}`);
  return found;
};

/** @param {string} tag */
const languageOf = (tag) => tag.split('-')[0]?.toLowerCase() ?? '';

/** @param {string} language @returns {language is Language} */
const isKnown = (language) => language in catalogues;
