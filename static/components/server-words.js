// The words about running a server, in the language that the page speaks, and what puts them into a template.
import { language, words } from '../texts/words.js';
import { de } from '../texts/server-de.js';
import { en } from '../texts/server-en.js';

/** @returns {import('../texts/server-en.js').ServerTexts} */
export const serverWords = () => (language === 'de' ? de : en);

/** Why something was refused. @param {import('../state/types.js').Failure} failure @returns {string} */
export const whyNot = (failure) => serverWords().refused[failure.code] ?? words.failure.words(failure);

/** What a template may leave to these words: `data-s` its text, and its name. @param {ParentNode} root */
export function fillServer(root) {
  for (const element of root.querySelectorAll('[data-s]')) {
    const word = wordAt(element.getAttribute('data-s') ?? '');
    // A component inside has been here before.
    if (element.lastChild instanceof Text) element.lastChild.data = word;
    else element.append(word);
  }
  for (const element of root.querySelectorAll('[data-s-label]')) {
    const word = wordAt(element.getAttribute('data-s-label') ?? '');
    element.setAttribute('aria-label', word);
    if (element instanceof HTMLInputElement) element.placeholder = word;
  }
}

/** @param {string} key the way to it, such as 'door.why' */
function wordAt(key) {
  /** @type {unknown} */
  let found = serverWords();
  for (const step of key.split('.')) found = /** @type {Record<string, unknown>} */ (Object(found))[step];
  if (typeof found !== 'string') throw new Error(`no words for ${key}`);
  return found;
}
