// What languages have in common: numbers, plurals and lists by the rules `Intl` knows for each. Holds no word itself.

/** The order in which a catalogue gives the forms of a noun, as far as its language has them. */
const CATEGORIES = /** @type {const} */ (['zero', 'one', 'two', 'few', 'many', 'other']);

/** What a sentence of the server counts and no field does; null: nothing. @param {string} sentence */
export const countedIn = (sentence) => {
  const found = /\d+/u.exec(sentence);
  return found && Number(found[0]);
};

/** A wait as whole seconds, or minutes where nobody would count seconds. @param {number} ms @returns {{ seconds: number } | { minutes: number }} */
export const waitOf = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 90 ? { seconds } : { minutes: Math.ceil(seconds / 60) };
};

/** @param {string} language such as 'en' */
export const grammarOf = (language) => {
  const plurals = new Intl.PluralRules(language);
  const { pluralCategories } = plurals.resolvedOptions();
  const categories = CATEGORIES.filter((category) => pluralCategories.includes(category));
  const numbers = new Intl.NumberFormat(language);
  /** Made when first needed: it takes longer than all that is said before. @type {Intl.ListFormat | undefined} */
  let lists;
  /** @param {number} n */
  const number = (n) => numbers.format(n);
  /** The form for a number. @param {number} n @param {...string} forms in the order of the language's categories */
  const form = (n, ...forms) => forms[categories.indexOf(plurals.select(n))] ?? forms.at(-1) ?? '';
  return {
    number,
    form,
    /** '1 message', '1,234 messages'. @param {number} n @param {...string} forms */
    count: (n, ...forms) => `${number(n)} ${form(n, ...forms)}`,
    /** 'Bob, Priya and Jean'. @param {ReadonlyArray<string>} names */
    list: (names) => (lists ??= new Intl.ListFormat(language, { type: 'conjunction' })).format(names),
  };
};
