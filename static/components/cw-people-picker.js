// Chooses people out of the whole directory: a field that filters, the list it filters, and those who are chosen as chips.
// The field keeps the focus; ↑ ↓ move in the list, Enter chooses, Backspace in an empty field takes the last one back.
import { act } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { Component, clone, find, icon, make, mark, say } from './element.js';
import { View, together } from './page.js';
import { reconcile } from './reconcile.js';
import { presenceOf, sortedPeople } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./page.js').Page} Page
 */

/** Whoever wants somebody further down types a letter more. */
const SHOWN_MAX = 100;
const FIND_AFTER_MS = 150;

export class CwPeoplePicker extends View {
  static template = 'cw-people-picker';
  /** @type {number[]} */
  #chosen = [];
  /** Who is not offered: those who are in already. @type {ReadonlySet<number>} */
  #without = new Set();
  /** @type {ReadonlyArray<User>} */
  #people = [];
  #active = 0;
  #timer = 0;

  build() {
    const input = this.input;
    input.addEventListener('input', () => {
      this.#active = 0;
      this.update(this.page.store.state);
      clearTimeout(this.#timer);
      const query = input.value.trim();
      if (query !== '') this.#timer = window.setTimeout(() => void act(this, 'findPeople', query), FIND_AFTER_MS);
    });
    input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault()); // the field keeps the focus
    this.#list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null;
      if (option instanceof HTMLElement) this.#toggle(Number(option.dataset.user));
    });
    this.ref('chips', HTMLElement).addEventListener('click', (event) => {
      const chip = event.target instanceof Element ? event.target.closest('button') : null;
      if (!chip) return;
      this.#toggle(Number(chip.dataset.user));
      input.focus();
    });
    this.#list.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#list;
      if (scrollHeight - scrollTop - clientHeight < 200) void act(this, 'loadMorePeople');
    }, { passive: true });
  }

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.users, state.presence, state.link.phase, state.settings]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
  }

  /** @param {string} sentence what is wrong with the choice */
  tell(sentence) {
    const error = this.ref('error', HTMLElement);
    error.hidden = sentence === '';
    say(this.ref('errorText', HTMLElement), sentence);
    this.ref('box', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(this.input, 'aria-invalid', sentence === '' ? null : 'true');
    mark(this.input, 'aria-describedby', sentence === '' ? null : error.id);
  }

  get input() {
    return this.ref('find', HTMLInputElement);
  }

  get #list() {
    return this.ref('list', HTMLElement);
  }

  /** @returns {ReadonlyArray<number>} in the order in which they were chosen */
  get chosen() {
    return this.#chosen;
  }

  /** @param {ReadonlySet<number>} without */
  begins(without) {
    this.#without = without;
    this.#chosen = [];
    this.#active = 0;
    this.input.value = '';
    this.tell('');
    this.update(this.page.store.state);
    this.#list.scrollTop = 0;
  }

  /** @param {State} state */
  update(state) {
    const query = this.input.value.trim().toLocaleLowerCase();
    this.#people = sortedPeople(state)
      .filter((user) => !this.#without.has(user.id) && `${user.displayName} ${user.username}`.toLocaleLowerCase().includes(query))
      .slice(0, SHOWN_MAX);
    this.#active = Math.max(0, Math.min(this.#active, this.#people.length - 1));
    reconcile(this.#list, this.#people, {
      key: (user) => user.id,
      create: () => new PersonOption(),
      update: (option, user) => option.update(user, this.#chosen.includes(user.id), user === this.#people[this.#active], state),
    });
    reconcile(this.ref('chips', HTMLElement), this.#chosen, {
      key: (id) => id,
      create: (id) => chip(id),
      update: (button, id) => {
        const name = state.users.get(id)?.displayName ?? '…';
        say(find(button, 'name', HTMLElement), name);
        mark(button, 'aria-label', words.group.unchoose(name));
      },
    });
    this.ref('chips', HTMLElement).hidden = this.#chosen.length === 0;
    const active = this.#people[this.#active];
    mark(this.input, 'aria-activedescendant', active ? optionId(active.id) : null);
    this.ref('none', HTMLElement).hidden = this.#people.length > 0;
    this.#list.hidden = this.#people.length === 0;
    say(this.ref('none', HTMLElement), query === '' ? words.sidebar.nobody : words.sidebar.noMatch(this.input.value.trim()));
    say(this.ref('count', HTMLElement), this.#chosen.length === 0 ? '' : words.group.chosen(this.#chosen.length));
  }

  /** @param {number} user */
  #toggle(user) {
    const isChosen = this.#chosen.includes(user);
    this.#chosen = isChosen ? this.#chosen.filter((id) => id !== user) : [...this.#chosen, user];
    // What found somebody has done its work.
    if (!isChosen && this.input.value !== '') {
      this.input.value = '';
      this.#active = 0;
    }
    this.tell('');
    this.update(this.page.store.state);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    const active = this.#people[this.#active];
    const last = this.#chosen.at(-1);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const count = this.#people.length;
      this.#active = count === 0 ? 0 : (this.#active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count;
      this.update(this.page.store.state);
      const now = this.#people[this.#active];
      if (now) document.getElementById(optionId(now.id))?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && active && !event.ctrlKey && !event.metaKey) this.#toggle(active.id);
    else if (event.key === 'Backspace' && this.input.value === '' && last !== undefined) this.#toggle(last);
    else return;
    event.preventDefault();
  }
}

/** @param {number} user */
const optionId = (user) => `pick-${user}`;

/** @param {number} user */
function chip(user) {
  const name = make('span', '');
  name.dataset.ref = 'name';
  const button = make('button', 'chosen', name, icon('i-x', 'i s'));
  button.type = 'button';
  button.dataset.user = String(user);
  return button;
}

class PersonOption extends Component {
  build() {
    this.setAttribute('role', 'option');
    this.append(clone('cw-person-option'));
  }

  /**
   * @param {User} user
   * @param {boolean} isChosen
   * @param {boolean} isActive
   * @param {State} state
   */
  update(user, isChosen, isActive, state) {
    this.id = optionId(user.id);
    this.dataset.user = String(user.id);
    mark(this, 'aria-selected', String(isChosen));
    this.classList.toggle('act', isActive);
    const presence = presenceOf(state, user.id).state;
    find(this, 'avatar', CwAvatar).update({ name: user.displayName, hue: user.hue, presence });
    say(find(this, 'name', HTMLElement), user.displayName);
    say(find(this, 'username', HTMLElement), `@${user.username}`);
  }
}

customElements.define('cw-person-option', PersonOption);
customElements.define('cw-people-picker', CwPeoplePicker);
