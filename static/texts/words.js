// The words of the page in the chosen language. Components read `words` whenever they show something and keep none of it,
// because it is another catalogue once another language is chosen. Holds no word itself.
import { en } from './en.js';
import { languages } from './languages.js';

/** @typedef {import('./en.js').Texts} Texts */
/** @typedef {keyof typeof languages} Language */
/** What may be chosen: a language, or that of the browser. @typedef {'system' | Language} LanguageChoice */

export const LANGUAGES = /** @type {ReadonlyArray<Language>} */ (Object.keys(languages));

/** As those who speak it call it. @param {Language} one */
export const nameOf = (one) => languages[one].name;

/** Spoken where the browser asks for none that the page knows. @type {Language} */
const FALLBACK = 'en';

/** The catalogues that are here. @type {Map<Language, Texts>} */
const catalogues = new Map([[FALLBACK, en]]);

/** The one that is spoken. @type {Language} */
export let language = FALLBACK;
/** @type {Texts} */
export let words = en;
/** The region whose habits times and dates follow, such as 'en-GB'. */
export let locale = words.locale;

/**
 * From now on the words are those of the chosen language, unless it has to be learned first. Of one language spoken in
 * several regions, the browser's own region decides how dates look.
 * @param {LanguageChoice} choice
 * @param {ReadonlyArray<string>} wished the browser's languages, best first
 * @returns {Language | null} the one that has to be learned, while the words stay as they were
 */
export const speak = (choice, wished) => {
  const wanted = choice === 'system' ? wished.map(languageOf).find(isKnown) ?? FALLBACK : choice;
  const catalogue = catalogues.get(wanted);
  if (!catalogue) return wanted;
  language = wanted;
  words = catalogue;
  locale = wished.find((tag) => languageOf(tag) === language) ?? words.locale;
  return null;
};

/** Fetches a catalogue; it may fail, and be tried again. @param {Language} one */
export const learn = async (one) => {
  catalogues.set(one, await languages[one].load());
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
const isKnown = (language) => Object.hasOwn(languages, language);
