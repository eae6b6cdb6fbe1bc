// Brings what the first screen does without: the templates, style sheets and components of all that opens over it or beside
// it. index.html names them. One try at a time; one that failed leaves nothing behind that the next would stumble over.
import { act } from './act.js';
import { words } from '../texts/words.js';

/** @typedef {typeof import('./later.js')} Later */

/** Without an answer for so long a file has failed. */
const ANSWER_WITHIN_MS = 30_000;

/** @type {Later | null} */
let here = null;
/** @type {Promise<Later> | null} */
let trying = null;
let hasTemplates = false;
/** The address as it was when the page was opened: what comes later may have been named in it. */
export const openedAt = globalThis.location?.hash ?? '';
/** What a person wants to see as soon as it is here. @type {((later: Later) => void) | null} */
let wish = null;
/** What else waits for it. @type {Array<(later: Later) => void>} */
const waiting = [];

/** What came later, once it is here. */
export const laterParts = () => here;

/** Runs once it is here, whoever asked for it. @param {(later: Later) => void} run */
export function whenLater(run) {
  if (here) run(here);
  else waiting.push(run);
}

/** @returns {Promise<Later>} fails where a file cannot be had now; it may be tried again */
export function loadLater() {
  trying ??= bring().catch((/** @type {unknown} */ error) => {
    trying = null;
    throw error;
  });
  return trying;
}

/**
 * Runs what needs the later parts: at once where they are here, so that the focus moves within the click, else when they
 * have come. The last wish counts; a failure is said.
 * @param {Element} from
 * @param {(later: Later) => void} run
 */
export async function withLater(from, run) {
  if (here) return run(here);
  wish = run;
  try {
    const later = await loadLater();
    if (wish !== run) return;
    wish = null;
    run(later);
  } catch {
    if (wish !== run) return;
    wish = null;
    act(from, 'notify', words.app.partMissing);
  }
}

/** What was wanted belongs to what is no longer on the screen. */
export function dropWish() {
  wish = null;
}

/** An element comes to life as soon as its class is known: by then its template and its looks have to be here. */
async function bring() {
  const named = (/** @type {string} */ kind) => [...document.querySelectorAll(`link[rel="later"][as="${kind}"]`)].filter((link) => link instanceof HTMLLinkElement);
  await Promise.all([...named('style').map(bringStyle), ...(hasTemplates ? [] : named('document').map(bringTemplates))]);
  here = await import('./later.js');
  for (const run of waiting.splice(0)) run(here);
  return here;
}

/** @param {HTMLLinkElement} link @returns {Promise<void>} */
function bringStyle(link) {
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.rel = 'later';
      reject(new Error(link.href));
    };
    link.rel = 'stylesheet';
  });
}

/** The browser makes a document of the file; nothing in it runs, and no text becomes markup. @param {HTMLLinkElement} link */
async function bringTemplates(link) {
  const found = await documentAt(link.href);
  document.body.append(...found.body.children);
  hasTemplates = true;
}

/** @param {string} address @returns {Promise<Document>} */
function documentAt(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = () => reject(new Error(address));
    request.open('GET', address);
    request.responseType = 'document';
    request.timeout = ANSWER_WITHIN_MS;
    request.onload = () => (request.status === 200 && request.responseXML ? resolve(request.responseXML) : failed());
    request.onerror = failed;
    request.ontimeout = failed;
    request.send();
  });
}
