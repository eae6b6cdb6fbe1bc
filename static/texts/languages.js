// The languages of the page, one line each. A new one is its file beside these, and its line here.
export { en } from './en.js';
export { de } from './de.js';
