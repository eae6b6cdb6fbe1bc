// Whom one may mention, above the composer, while an @ is being typed in a group. The caret stays in the text: the list is
// moved through from there. It changes the text only by what is chosen and never sends it.
import { act } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { make, mark } from './element.js';
import { EVERYBODY, foldName, mentionBeingTyped } from '../lib/mention.js';
import { mentionable } from '../state/named.js';
import { presenceOf } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 */

export class MentionList {
  #text;
  #list;
  #context;
  /** What is being typed, while the list is open for it. @type {{ at: number, query: string } | null} */
  #typed = null;
  /** Closed by hand: not opened again for the same @. */
  #closedAt = -1;
  /** The names to choose from, in order. @type {ReadonlyArray<string>} */
  #names = [];
  #active = 0;
  /** Members the server has named for what is typed in a group. @type {{ key: string, users: ReadonlyArray<User> }} */
  #found = { key: '', users: [] };

  /**
   * @param {HTMLTextAreaElement} text
   * @param {HTMLElement} list
   * @param {() => { state: State, copy: ConversationCopy | null }} context
   */
  constructor(text, list, context) {
    this.#text = text;
    this.#list = list;
    this.#context = context;
    for (const type of ['input', 'keyup', 'click']) text.addEventListener(type, () => this.follow());
    text.addEventListener('blur', () => this.close());
    list.addEventListener('pointerdown', (event) => event.preventDefault()); // the caret stays where it is
    list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option) this.#choose([...list.children].indexOf(option));
    });
  }

  close() {
    this.#typed = null;
    this.#hide();
  }

  #hide() {
    this.#names = [];
    if (this.#list.hidden) return;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    for (const name of ['aria-activedescendant', 'aria-controls', 'aria-haspopup', 'aria-autocomplete']) mark(this.#text, name, null);
  }

  /** Opens, narrows or closes with what stands before the caret. */
  follow() {
    const { copy } = this.#context();
    const text = this.#text;
    const isHere = copy?.kind === 'group' && document.activeElement === text && text.selectionStart === text.selectionEnd;
    const typed = isHere ? mentionBeingTyped(text.value.slice(0, text.selectionStart)) : null;
    if (typed === null) this.#closedAt = -1;
    if (!copy || typed === null || typed.at === this.#closedAt) return this.close();
    const isSame = this.#typed?.at === typed.at && this.#typed.query === typed.query;
    if (isSame) return;
    this.#typed = typed;
    this.#active = 0;
    this.#draw();
    void this.#ask(copy, typed.query);
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was meant for the list */
  onKey(event) {
    if (this.#names.length === 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const by = event.key === 'ArrowDown' ? 1 : -1;
        this.#active = (this.#active + by + this.#names.length) % this.#names.length;
        this.#show();
        break;
      }
      case 'Enter':
        if (this.#isWhole()) {
          this.close();
          return false;
        }
        this.#choose(this.#active);
        break;
      case 'Tab':
        this.#choose(this.#active);
        break;
      case 'Escape':
        this.#closedAt = this.#typed?.at ?? -1;
        this.close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  /** Whoever has typed a whole name means their Enter for the text. */
  #isWhole() {
    return this.#typed !== null && foldName(this.#typed.query) === foldName(this.#names[this.#active] ?? '');
  }

  /** Of a large group the page knows only some. @param {ConversationCopy} copy @param {string} query */
  async #ask(copy, query) {
    const key = `${copy.id} ${query}`;
    const known = copy.members.filter((member) => member.until === undefined).length;
    if (query === '' || known >= copy.memberCount || this.#found.key === key) return;
    const outcome = await act(this.#text, 'findMembers', copy.id, query);
    if (!outcome.ok || this.#typed?.query !== query || this.#context().copy?.id !== copy.id) return;
    this.#found = { key, users: outcome.value.users };
    this.#draw();
  }

  #draw() {
    const { state, copy } = this.#context();
    if (!copy || !this.#typed) return this.close();
    const { query } = this.#typed;
    const found = this.#found.key === `${copy.id} ${query}` ? this.#found.users : [];
    const { users, hasAll } = mentionable(state, copy, query, found);
    this.#names = [...users.map((user) => user.username), ...(hasAll ? [EVERYBODY] : [])];
    if (this.#names.length === 0) return this.#hide();
    const options = users.map((user) => {
      const face = new CwAvatar();
      const { displayName: name, hue } = user;
      const option = make('div', 'whom', face, make('b', '', name), make('small', '', `@${user.username}`));
      face.className = 'av x28';
      mark(face, 'aria-hidden', 'true');
      return { option, draw: () => face.update({ name, hue, presence: presenceOf(state, user.id).state }) };
    });
    if (hasAll) {
      const sign = make('span', 'av x28', '@');
      mark(sign, 'aria-hidden', 'true');
      const note = make('small', '', words.mentions.everybody(Math.max(0, copy.memberCount - 1)));
      options.push({ option: make('div', 'whom', sign, make('b', '', `@${EVERYBODY}`), note), draw: () => undefined });
    }
    this.#list.replaceChildren(...options.map(({ option }) => option));
    for (const [i, { option, draw }] of options.entries()) {
      option.id = `mention-${i}`;
      mark(option, 'role', 'option');
      draw();
    }
    this.#list.hidden = false;
    mark(this.#text, 'aria-controls', this.#list.id);
    mark(this.#text, 'aria-haspopup', 'listbox');
    mark(this.#text, 'aria-autocomplete', 'list');
    this.#show();
  }

  #show() {
    this.#active = Math.min(this.#active, this.#names.length - 1);
    for (const [i, option] of [...this.#list.children].entries()) mark(option, 'aria-selected', String(i === this.#active));
    this.#list.children[this.#active]?.scrollIntoView({ block: 'nearest' });
    mark(this.#text, 'aria-activedescendant', `mention-${this.#active}`);
  }

  /** @param {number} index */
  #choose(index) {
    const name = this.#names[index];
    const typed = this.#typed;
    if (name === undefined || !typed) return;
    const text = this.#text;
    const end = text.selectionEnd;
    const hasSpace = /^\s/u.test(text.value.slice(end));
    text.setRangeText(`@${name}${hasSpace ? '' : ' '}`, typed.at, end, 'end');
    if (hasSpace) text.selectionStart = text.selectionEnd = text.selectionEnd + 1;
    this.close();
    text.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }));
  }
}
