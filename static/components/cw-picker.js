// Chooses one emoji: found by words, among those used last, or by looking through all of them. What is chosen for knows only
// who opened it. Its emoji are in the document while it is open, and laid out where one looks.
import { closeOutside, openAt } from './popover.js';
import { chooseTone, habits, wasUsed } from './emoji-habits.js';
import { make, mark, say } from './element.js';
import { View } from './page.js';
import { findEmoji, inTone, loadEmoji, quickOnes } from '../lib/emoji.js';
import { language, words } from '../texts/words.js';

/**
 * @typedef {import('../lib/emoji.js').Emoji} Emoji
 * @typedef {import('../lib/emoji.js').EmojiGroup} EmojiGroup
 */

/** A skeleton sooner than this would only flicker. */
const BONES_AFTER_MS = 300;
/** Beyond, one searches on. */
const FOUND_MAX = 120;

export class CwPicker extends View {
  static template = 'cw-picker';
  /** @type {ReadonlyArray<EmojiGroup>} */
  #groups = [];
  /** @type {(emoji: string) => void} */
  #choose = () => {};
  /** @type {'loading' | 'failed' | 'here'} */
  #load = 'loading';
  #bonesTimer = 0;
  /** Of the emoji that Tab reaches. @type {HTMLButtonElement | null} */
  #stop = null;

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    dialog.addEventListener('close', () => {
      clearTimeout(this.#bonesTimer);
      this.#list.replaceChildren();
      this.#stop = null;
    });
    dialog.addEventListener('keydown', (event) => this.#onKey(event));
    this.#search.addEventListener('input', () => this.#draw());
    this.#tone.addEventListener('change', () => {
      chooseTone(Number(this.#tone.value));
      this.#draw();
    });
    this.#list.addEventListener('click', (event) => this.#clicked(event.target));
    this.#list.addEventListener('focusin', (event) => this.#rove(event.target));
    this.ref('again', HTMLButtonElement).addEventListener('click', () => void this.#fetch());
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  get #search() {
    return this.ref('search', HTMLInputElement);
  }

  get #tone() {
    return this.ref('tone', HTMLSelectElement);
  }

  get #list() {
    return this.ref('list', HTMLElement);
  }

  /**
   * @param {DOMRect} at
   * @param {(emoji: string) => void} choose
   */
  open(at, choose) {
    this.#choose = choose;
    this.#search.value = '';
    this.#tone.value = String(habits().tone);
    void this.#fetch();
    openAt(this.#dialog, at);
    // On glass the keyboard would come up and cover what one may choose from.
    if (!matchMedia('(pointer: coarse)').matches) this.#search.focus();
  }

  close() {
    this.#dialog.close();
  }

  async #fetch() {
    this.#load = 'loading';
    this.ref('bones', HTMLElement).hidden = true;
    clearTimeout(this.#bonesTimer);
    this.#bonesTimer = window.setTimeout(() => {
      this.ref('bones', HTMLElement).hidden = this.#load !== 'loading';
    }, BONES_AFTER_MS);
    this.#draw();
    try {
      this.#groups = await loadEmoji(language);
      this.#load = 'here';
    } catch {
      this.#load = 'failed';
    }
    if (this.#dialog.open) this.#draw();
  }

  #draw() {
    const text = this.#search.value;
    const { recent, tone } = habits();
    const isHere = this.#load === 'here';
    const found = isHere ? findEmoji(this.#groups, text).slice(0, FOUND_MAX) : [];
    const isSearching = text.trim() !== '';
    if (this.#load !== 'loading') this.ref('bones', HTMLElement).hidden = true;
    this.ref('failed', HTMLElement).hidden = this.#load !== 'failed';
    this.ref('nothing', HTMLElement).hidden = !isSearching || !isHere || found.length > 0;
    say(this.ref('nothing', HTMLElement), words.emoji.nothing(text.trim()));
    say(this.ref('count', HTMLElement), isSearching && found.length > 0 ? words.emoji.found(found.length) : '');
    const sections = isSearching && isHere
      ? found.length > 0 ? [section('', found, tone)] : []
      : [this.#usual(recent), ...this.#groups.map(({ name, emoji }) => section(name, isHere ? emoji : [], tone))];
    this.#list.replaceChildren(...sections);
    this.#list.scrollTop = 0;
    this.#stop = this.#list.querySelector('button');
    if (this.#stop) this.#stop.tabIndex = 0;
  }

  /**
   * Those used last, or what people use most; with their names as soon as these are here.
   * @param {ReadonlyArray<string>} recent
   */
  #usual(recent) {
    const known = new Map(this.#groups.flatMap((group) => group.emoji.map((one) => /** @type {const} */ ([one[0], one[1]]))));
    const shown = recent.length > 0 ? recent : quickOnes({ recent, tone: 0 });
    const name = recent.length > 0 ? words.emoji.recent : words.emoji.often;
    return section(name, shown.map((one) => /** @type {const} */ ([one, known.get(one) ?? known.get(one.replace(/\p{Emoji_Modifier}/u, '')) ?? one])), 0);
  }

  /** @param {EventTarget | null} target */
  #clicked(target) {
    const button = target instanceof Element ? target.closest('button') : null;
    const emoji = button?.dataset.emoji;
    if (emoji === undefined) return;
    wasUsed(emoji);
    this.#dialog.close();
    this.#choose(emoji);
  }

  /** @param {EventTarget | null} target */
  #rove(target) {
    if (!(target instanceof HTMLButtonElement)) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = target;
    target.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const { target, key } = event;
    const buttons = [...this.#list.querySelectorAll('button')];
    if (target === this.#search) {
      if (key === 'Enter') this.#clicked(buttons[0] ?? null);
      else if (key === 'ArrowDown') buttons[0]?.focus();
      else return;
      event.preventDefault();
      return;
    }
    const at = buttons.findIndex((button) => button === target);
    if (at === -1) return;
    /** @type {HTMLElement | undefined} */
    let next;
    switch (key) {
      case 'ArrowRight':
        next = buttons[at + 1];
        break;
      case 'ArrowLeft':
        next = buttons[at - 1] ?? this.#search;
        break;
      case 'ArrowDown':
        next = lineBeside(buttons, at, 1);
        break;
      case 'ArrowUp':
        next = lineBeside(buttons, at, -1) ?? this.#search;
        break;
      case 'Home':
        next = buttons[0];
        break;
      case 'End':
        next = buttons.at(-1);
        break;
      default:
        if (key.length === 1 && key !== ' ') this.#search.focus(); // what is typed there goes on the search
        return;
    }
    event.preventDefault();
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  }
}

/**
 * @param {string} name
 * @param {ReadonlyArray<Emoji>} emoji
 * @param {number} tone
 */
function section(name, emoji, tone) {
  const buttons = emoji.map((one) => {
    const shown = inTone(one, tone);
    const button = make('button', 'emoji', shown);
    button.type = 'button';
    button.tabIndex = -1;
    button.dataset.emoji = shown;
    button.title = one[1];
    mark(button, 'aria-label', one[1]);
    return button;
  });
  const grid = make('div', 'all', ...buttons);
  const part = make('section', '', ...(name === '' ? [] : [make('h3', '', name)]), grid);
  part.style.setProperty('--lines', String(Math.ceil(buttons.length / 8)));
  part.hidden = buttons.length === 0;
  if (name !== '') mark(part, 'aria-label', name);
  return part;
}

/**
 * The one above or below, in the next line's nearest column.
 * @param {ReadonlyArray<HTMLElement>} buttons
 * @param {number} at
 * @param {1 | -1} step
 */
function lineBeside(buttons, at, step) {
  const from = buttons[at].getBoundingClientRect();
  /** @type {HTMLElement | undefined} */
  let best;
  let line = NaN;
  for (let i = at + step; i >= 0 && i < buttons.length; i += step) {
    const box = buttons[i].getBoundingClientRect();
    if (Math.abs(box.top - from.top) < 1) continue;
    if (Number.isNaN(line)) line = box.top;
    else if (Math.abs(box.top - line) > 1) break;
    const isNearer = !best || Math.abs(box.left - from.left) < Math.abs(best.getBoundingClientRect().left - from.left);
    if (isNearer) best = buttons[i];
  }
  return best;
}

customElements.define('cw-picker', CwPicker);
