// One search as somebody types it: waits for a pause, asks, and lets only the answer to the newest text count. Knows nothing
// of the page; the first answer that shows is always the one to what stands in the box.
import { isWorthAsking } from '../lib/query.js';

/**
 * @typedef {import('../state/types.js').Hit} Hit
 * @typedef {import('../state/types.js').SearchAnswer} SearchAnswer
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('../state/actions.js').FindActions} FindActions
 */

/**
 * `text`: what `hits` answer, or what was asked last. `isAsking`: an answer is on its way, for a new text or for more.
 * @typedef {Readonly<{
 *   text: string, isAsking: boolean, hits: ReadonlyArray<Hit> | null, next: string | undefined, reach: SearchAnswer['reach'],
 *   unknown: ReadonlyArray<string>, failure: Failure | null
 * }>} Found
 */

/** @type {Found} */
const NOTHING = Object.freeze({ text: '', isAsking: false, hits: null, next: undefined, reach: 'all', unknown: [], failure: null });
const PAUSE_MS = 150;
/** A server that has too much to do is asked again by itself so often, when it said in how long. */
const AGAIN_MAX = 3;

export class SearchRun {
  #ask;
  #tell;
  #limit;
  #timer = 0;
  #waits = new AbortController();
  /** @type {Found} */
  #found = NOTHING;

  /**
   * @param {FindActions['searchMessages']} ask
   * @param {(found: Found) => void} tell
   * @param {number} [limit]
   */
  constructor(ask, tell, limit) {
    this.#ask = ask;
    this.#tell = tell;
    this.#limit = limit;
  }

  get found() {
    return this.#found;
  }

  /** @param {string} text */
  type(text) {
    const wanted = text.trim();
    if (wanted === this.#found.text) return;
    this.#stop();
    if (!isWorthAsking(wanted)) {
      if (wanted === '') this.#put(NOTHING);
      else this.#put({ ...NOTHING, text: wanted });
      return;
    }
    this.#put({ ...this.#found, text: wanted, isAsking: true, failure: null });
    this.#timer = setTimeout(() => void this.#send(wanted), PAUSE_MS);
  }

  /** The same once more, after it failed or because the server is back. */
  again() {
    this.#stop();
    if (!isWorthAsking(this.#found.text)) return;
    this.#put({ ...this.#found, isAsking: true, failure: null });
    void this.#send(this.#found.text);
  }

  /** The page after what is there. */
  more() {
    const { next, isAsking, text } = this.#found;
    if (next === undefined || isAsking) return;
    this.#put({ ...this.#found, isAsking: true, failure: null });
    void this.#send(text, next);
  }

  close() {
    this.#stop();
    this.#put(NOTHING);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#waits.abort();
    this.#waits = new AbortController();
  }

  /**
   * @param {string} text
   * @param {string} [before]
   * @param {number} [attempt]
   */
  async #send(text, before, attempt = 0) {
    const { signal } = this.#waits;
    const outcome = await this.#ask(text, { signal, ...(before === undefined ? {} : { before }), ...(this.#limit === undefined ? {} : { limit: this.#limit }) });
    if (signal.aborted) return;
    const former = before === undefined ? [] : (this.#found.hits ?? []);
    const wait = outcome.ok ? undefined : outcome.failure.retryAfterMs;
    if (wait !== undefined && attempt < AGAIN_MAX) this.#timer = setTimeout(() => void this.#send(text, before, attempt + 1), wait);
    else if (!outcome.ok) this.#put({ ...this.#found, hits: before === undefined ? null : former, isAsking: false, failure: outcome.failure });
    else {
      const { hits, next, reach, unknown = [] } = outcome.value;
      // So far the server has looked and found nothing: the first hit may stand further back.
      const goesOn = hits.length === 0 && next !== undefined;
      this.#put({ text, isAsking: goesOn, hits: goesOn && former.length === 0 ? null : [...former, ...hits], next, reach, unknown, failure: null });
      if (goesOn) void this.#send(text, next);
    }
  }

  /** @param {Found} found */
  #put(found) {
    this.#found = found;
    this.#tell(found);
  }
}
