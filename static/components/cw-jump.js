// The palette of Ctrl+K: type a few letters, Enter, and one is there. The box keeps the focus; the list follows it.
import { act, signal } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { icon, make, mark, say } from './element.js';
import { jumpOptions } from './jump-options.js';
import { sayMarked } from './marked.js';
import { View, together } from './page.js';
import { closeOutside } from './popover.js';
import { reconcile } from './reconcile.js';
import { SearchRun } from './search-run.js';
import { keyNames } from './shortcuts.js';
import { readJump } from '../state/jump.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./jump-options.js').Option} Option
 * @typedef {import('./page.js').Page} Page
 */

/** More belong into the full search. */
const HITS_MAX = 3;
/** Others than those on the list are asked for after a pause in the typing. */
const PEOPLE_AFTER_MS = 150;

const GROUPS = /** @type {const} */ (['places', 'messages', 'commands']);

export class CwJump extends View {
  static template = 'cw-jump';
  /** @type {ReadonlyArray<Option>} */
  #options = [];
  /** The chosen one; none of these means the first. */
  #chosen = '';
  #peopleTimer = 0;
  #run = new SearchRun((text, options) => act(this, 'searchMessages', text, options), () => this.#draw(), HITS_MAX);

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    dialog.addEventListener('close', () => this.#leave());
    dialog.addEventListener('keydown', (event) => this.#onKey(event));
    this.ref('close', HTMLButtonElement).addEventListener('click', () => dialog.close());
    this.#text.addEventListener('input', () => this.#typed());
    this.ref('list', HTMLElement).addEventListener('click', (event) => {
      const id = event.target instanceof Element ? event.target.closest('[role="option"]')?.id : undefined;
      const option = this.#options.find((one) => idOf(one) === id);
      if (option) this.#take(option);
    });
  }

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.conversations, state.users, state.presence, state.drafts, state.outbox, state.settings, state.link, state.now]);
    page.store.watch(select, () => this.#draw(), this.life);
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  get #text() {
    return this.ref('text', HTMLInputElement);
  }

  open() {
    if (this.#dialog.open) return;
    this.#text.value = '';
    this.#chosen = '';
    this.#dialog.showModal();
    this.#text.focus();
    this.#draw();
  }

  #leave() {
    clearTimeout(this.#peopleTimer);
    this.#run.close();
    this.ref('list', HTMLElement).replaceChildren();
  }

  #typed() {
    const { kind, query } = readJump(this.#text.value);
    this.#chosen = '';
    this.#run.type(kind === 'all' ? query : '');
    clearTimeout(this.#peopleTimer);
    const { people } = this.page.store.state;
    const areAllHere = people.total !== null && people.next === null;
    if (query !== '' && !areAllHere && (kind === 'all' || kind === 'people')) {
      this.#peopleTimer = window.setTimeout(() => void act(this, 'findPeople', query), PEOPLE_AFTER_MS);
    }
    this.#draw();
    this.ref('list', HTMLElement).scrollTop = 0;
  }

  #draw() {
    if (!this.#dialog.open) return;
    const text = this.#text.value;
    const { found } = this.#run;
    this.#options = jumpOptions(this.page.store.state, this.page, text, found.hits ?? []);
    reconcile(this.ref('list', HTMLElement), GROUPS.filter((group) => this.#options.some((option) => option.group === group)), {
      key: (group) => group,
      create: (group) => {
        const head = make('div', 'gh');
        head.id = `jump-${group}`;
        const box = make('div', '', head);
        box.setAttribute('role', 'group');
        box.setAttribute('aria-labelledby', head.id);
        return box;
      },
      update: (box, group) => this.#drawGroup(box, group),
    });
    const isNone = this.#options.length === 0;
    this.ref('none', HTMLElement).hidden = !isNone;
    say(this.ref('none', HTMLElement), isNone ? words.jump.none(readJump(text).query) : '');
    mark(this.#text, 'aria-expanded', String(!isNone));
    this.#choose();
  }

  /**
   * @param {HTMLElement} box
   * @param {typeof GROUPS[number]} group
   */
  #drawGroup(box, group) {
    say(/** @type {Element} */ (box.firstElementChild), words.jump[group]);
    reconcile(box, this.#options.filter((option) => option.group === group), {
      key: (option) => option.key,
      create: (option) => {
        const face = option.face ? new CwAvatar() : make('span', 'ic', icon(option.icon));
        if (option.face) {
          face.className = 'av x32';
          face.setAttribute('aria-hidden', 'true');
        }
        const line = make('div', 'opt', face, make('span', 'w', make('b', ''), make('span', 's')), make('span', 'r'));
        line.id = idOf(option);
        line.setAttribute('role', 'option');
        return line;
      },
      update: (line, option) => {
        const [face, text, end] = line.children;
        const [title, note] = text?.children ?? [];
        if (!title || !note || !end) return;
        if (face instanceof CwAvatar && option.face) face.update(option.face);
        sayMarked(title, option.title, option.titleMarks);
        sayMarked(note, option.note, option.noteMarks);
        if (option.keys === '') say(end, option.end);
        else if (end.childElementCount === 0) end.append(...keyNames(option.keys).map((name) => make('kbd', '', name)));
      },
    });
  }

  /** The chosen line, or the first. */
  get #current() {
    return this.#options.find((option) => option.key === this.#chosen) ?? this.#options[0];
  }

  #choose() {
    const current = this.#current;
    mark(this.#text, 'aria-activedescendant', current ? idOf(current) : null);
    for (const line of this.ref('list', HTMLElement).querySelectorAll('[role="option"]')) {
      mark(line, 'aria-selected', String(current !== undefined && line.id === idOf(current)));
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    const count = this.#options.length;
    const at = this.#current ? this.#options.indexOf(this.#current) : -1;
    const step = { ArrowDown: at + 1, ArrowUp: at - 1 + count, PageDown: Math.min(at + 5, count - 1), PageUp: Math.max(at - 5, 0) }[event.key];
    if (step !== undefined && count > 0) {
      this.#chosen = this.#options[step % count]?.key ?? '';
      this.#choose();
      this.ref('list', HTMLElement).querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && event.target === this.#text) {
      if (event.ctrlKey || event.metaKey) this.#take({ leads: 'search', text: readJump(this.#text.value).query });
      else if (this.#current) this.#take(this.#current);
    } else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) this.#dialog.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Option | { leads: 'search', text: string }} option */
  #take(option) {
    this.#dialog.close();
    if (option.leads === 'place') signal(this, 'cw-go', { target: option.target, ...(option.seq === undefined ? {} : { seq: option.seq }) });
    else if (option.leads === 'search') signal(this, 'cw-search', { text: option.text });
    else option.run(this, this.page.store.state);
  }
}

/** @param {Option} option */
function idOf({ key }) {
  return `jump-option-${key}`;
}

customElements.define('cw-jump', CwJump);
