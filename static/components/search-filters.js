// The small controls beside the search box. Each only edits the text in it: what one chooses can be read there, typed there
// and taken away there.
import { make, mark, say } from './element.js';
import { closeOutside, openAt } from './popover.js';
import { filterIn, withFilter } from '../lib/query.js';
import { conversationTitle, otherPerson, shortName, sortedPeople, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 */

/**
 * Its controls, as the panel's template has them.
 * @typedef {Readonly<{
 *   text: HTMLInputElement, chat: HTMLButtonElement, chatText: HTMLElement, from: HTMLSelectElement, fromBox: HTMLElement, has: HTMLButtonElement,
 *   date: HTMLButtonElement, dateText: HTMLElement, days: HTMLDialogElement, after: HTMLInputElement, before: HTMLInputElement, anyDay: HTMLButtonElement
 * }>} Controls
 */

/** A list of people longer than this is no list; their name can be typed behind `from:`. */
const PEOPLE_MAX = 200;

export class SearchFilters {
  #controls;
  #state;
  #changed;

  /**
   * @param {Controls} controls
   * @param {() => State} state
   * @param {() => void} changed the text was edited
   */
  constructor(controls, state, changed) {
    this.#controls = controls;
    this.#state = state;
    this.#changed = changed;
    const { chat, from, has, date, days, after, before, anyDay } = controls;
    chat.addEventListener('click', () => {
      const open = viewedConversation(this.#state());
      this.#set('in', filterIn(this.#text, 'in') === null && open ? placeWord(this.#state(), open) : null);
    });
    from.addEventListener('change', () => this.#set('from', from.value === '' ? null : from.value));
    has.addEventListener('click', () => this.#set('has', filterIn(this.#text, 'has', 'link') === null ? 'link' : null));
    date.addEventListener('click', () => {
      openAt(days, date.getBoundingClientRect());
      after.focus();
    });
    closeOutside(days);
    for (const field of [after, before]) field.addEventListener('change', () => this.#set(field === after ? 'after' : 'before', field.value === '' ? null : field.value));
    anyDay.addEventListener('click', () => {
      this.#set('before', null);
      this.#set('after', null);
      days.close();
    });
  }

  get #text() {
    return this.#controls.text.value;
  }

  /**
   * @param {import('../lib/query.js').FilterName} name
   * @param {string | null} value
   */
  #set(name, value) {
    this.#controls.text.value = withFilter(this.#text, name, value);
    this.#changed();
  }

  /** The controls say what the text says. */
  update() {
    const state = this.#state();
    const { chat, chatText, has, date, dateText, after, before } = this.#controls;
    const place = filterIn(this.#text, 'in');
    const open = viewedConversation(state);
    chat.hidden = place === null && open === null;
    mark(chat, 'aria-pressed', String(place !== null));
    say(chatText, place === null ? words.search.thisChat : placeTitle(state, place));
    mark(has, 'aria-pressed', String(filterIn(this.#text, 'has', 'link') !== null));
    const [since, until] = [filterIn(this.#text, 'after') ?? '', filterIn(this.#text, 'before') ?? ''];
    if (after.value !== since) after.value = since;
    if (before.value !== until) before.value = until;
    mark(date, 'aria-pressed', String(since !== '' || until !== ''));
    say(dateText, words.search.days(since, until));
    this.#updateFrom(state);
  }

  /** @param {State} state */
  #updateFrom(state) {
    const { from, fromBox } = this.#controls;
    const chosen = filterIn(this.#text, 'from') ?? '';
    const people = [
      { value: '', name: words.search.anyone },
      { value: 'me', name: words.message.you },
      ...sortedPeople(state).slice(0, PEOPLE_MAX).map(({ username, displayName }) => ({ value: username, name: displayName })),
    ];
    if (!people.some(({ value }) => value === chosen)) people.push({ value: chosen, name: chosen }); // typed, and known to the server
    const isSame = people.length === from.length && people.every(({ value, name }, i) => from.options[i]?.value === value && from.options[i]?.text === name);
    if (!isSame) {
      from.replaceChildren(
        ...people.map(({ value, name }) => {
          const option = make('option', '', name);
          option.value = value;
          return option;
        }),
      );
    }
    if (from.value !== chosen) from.value = chosen;
    fromBox.classList.toggle('on', chosen !== '');
  }
}

/**
 * What `in:` calls a chat: the other one's username, or the group's name.
 * @param {State} state
 * @param {ConversationCopy} copy
 */
export function placeWord(state, copy) {
  return otherPerson(state, copy)?.username ?? conversationTitle(state, copy);
}

/**
 * @param {State} state
 * @param {string} place
 */
function placeTitle(state, place) {
  const word = place.toLocaleLowerCase();
  for (const copy of state.conversations.values()) {
    if (placeWord(state, copy).toLocaleLowerCase() !== word) continue;
    const other = otherPerson(state, copy);
    return other ? words.search.withPerson(shortName(other)) : words.search.inChat(conversationTitle(state, copy));
  }
  return words.search.inChat(place);
}
