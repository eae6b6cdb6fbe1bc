// What a component is given to look at: the state and the clock. Never the actions and never the connection.
import { Component } from './element.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {ReturnType<typeof import('../transport/client.js').createClient>} Client
 * @typedef {Readonly<Pick<Client, 'store' | 'times'>>} Page
 */

/** A component that shows part of the state. `update()` is complete and may run at any time. */
export class View extends Component {
  /** @type {Page | null} */
  #page = null;

  /** Given by whoever puts the component on the page. */
  set page(page) {
    if (page === this.#page) return;
    this.#page = page;
    if (this.isConnected) this.begin(page);
  }

  get page() {
    if (!this.#page) throw new Error(`${this.localName} was not given its page`);
    return this.#page;
  }

  joined() {
    if (this.#page) this.begin(this.#page);
  }

  /**
   * A view inside that came later: whoever needs it first gives it its page.
   * @template {View} T
   * @param {string} name
   * @param {new () => T} type
   * @returns {T}
   */
  furnished(name, type) {
    const view = this.ref(name, type);
    view.page = this.page;
    return view;
  }

  /**
   * Watches that end with `life`.
   * @param {Page} _page
   */
  begin(_page) {}
}

/**
 * Several selections as one: the same array as long as each of them is the same object, and the words they are told in are.
 * @template {ReadonlyArray<unknown>} T
 * @param {(state: State) => [...T]} select
 * @returns {(state: State) => T}
 */
export function together(select) {
  /** @type {T | null} */
  let last = null;
  let told = words;
  return (state) => {
    const now = select(state);
    const before = last;
    if (before !== null && told === words && now.every((value, i) => Object.is(value, before[i]))) return before;
    last = now;
    told = words;
    return now;
  };
}
