// Where one writes: the text, what it answers or edits, and what is known about the other side. It keeps the text in the
// state's drafts and lets go of it only when it is kept as a message.
import { act, signal } from './act.js';
import { mark, say } from './element.js';
import { endedWords } from './group-words.js';
import { whenLater } from './load-later.js';
import { View, together } from './page.js';
import { firstName } from './rows.js';
import { composerHint, conversationTitle, draftOf, personOf, typingUsers, viewedConversation } from '../state/select.js';
import { chatKey } from './route.js';
import { plainText } from '../lib/format.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('./page.js').Page} Page
 */

/** The count appears when less than this share of the limit is left. */
const COUNT_FROM = 0.9;
const encoder = new TextEncoder();

export class CwComposer extends View {
  static template = 'cw-composer';
  /** @type {Target | null} */
  #target = null;
  /** Which chat the text belongs to. */
  #key = '';
  /** @type {Readonly<{ kind: 'reply' | 'edit', message: Message }> | null} */
  #context = null;
  /** What was written before an edit began. */
  #before = '';
  #bytes = 0;
  /** Comes after the first screen. @type {import('./mention-list.js').MentionList | null} */
  #mentions = null;

  build() {
    const text = this.#text;
    text.addEventListener('input', () => this.#typed());
    text.addEventListener('keydown', (event) => this.#onKey(event));
    text.addEventListener('blur', () => {
      if (this.#target) act(this, 'stopTyping', this.#target);
    });
    this.ref('box', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.ref('box', HTMLElement).addEventListener('pointerdown', (event) => {
      if (event.target !== event.currentTarget) return;
      event.preventDefault();
      text.focus();
    });
    this.ref('emoji', HTMLButtonElement).addEventListener('click', () => this.#pick());
    this.ref('cancel', HTMLButtonElement).addEventListener('click', () => this.#cancel());
  }

  /** @param {Page} page */
  begin(page) {
    whenLater(({ MentionList }) => {
      this.#mentions ??= new MentionList(this.#text, this.ref('mentions', HTMLElement), () => {
        const { state } = this.page.store;
        return { state, copy: viewedConversation(state) };
      });
      this.#mentions.follow(); // an @ may stand there already
    });
    const select = together((state) => [
      state.view, state.drafts, state.presence, state.typing, state.users, state.conversations, state.link.phase, state.settings, state.limits,
    ]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
    // Another width, or another text size, wraps the text anew.
    let former = '';
    const watcher = new ResizeObserver(() => {
      const sizes = `${this.clientWidth} ${getComputedStyle(this.#text).fontSize}`;
      if (sizes === former) return;
      former = sizes;
      this.#measure();
    });
    watcher.observe(this);
    this.life.addEventListener('abort', () => watcher.disconnect());
  }

  get #text() {
    return this.ref('text', HTMLTextAreaElement);
  }

  /** @param {State} state */
  update(state) {
    const { view } = state;
    if (!view) {
      this.#target = null;
      this.#key = '';
      return;
    }
    this.#follow(view, state);
    const copy = viewedConversation(state);
    const other = personOf(state, view);
    const name = words.composer.name(other ? firstName(other) : copy ? conversationTitle(state, copy) : '');
    this.#drawOver(copy, state);
    const text = this.#text;
    if (text.placeholder !== name) text.placeholder = name;
    mark(text, 'aria-label', name);
    mark(text, 'enterkeyhint', this.#enterSends(state) ? 'send' : 'enter');
    this.#drawHint(state, view);
    this.#drawContext(state);
    this.#drawCount(state);
  }

  /**
   * In a group one is no longer in there is nothing to write; what was begun stays to be read.
   * @param {ConversationCopy | null} copy
   * @param {State} state
   */
  #drawOver(copy, state) {
    const ended = copy && endedWords(copy, state, this.page);
    const isOver = ended !== null;
    this.ref('over', HTMLElement).hidden = !isOver;
    this.ref('box', HTMLElement).hidden = isOver;
    if (!isOver || !copy) return;
    const begun = draftOf(state, { conversation: copy.id }).trim();
    say(this.ref('overText', HTMLElement), ended);
    this.ref('begun', HTMLElement).hidden = begun === '';
    say(this.ref('begunText', HTMLElement), begun);
  }

  /** Puts the caret at the end of what is written. */
  write() {
    const text = this.#text;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  /** @param {Message} message */
  reply(message) {
    if (this.#context?.kind === 'edit') this.#cancel();
    this.#context = { kind: 'reply', message };
    this.update(this.page.store.state);
    this.write();
  }

  /** @param {Message} message */
  edit(message) {
    if (this.#context?.kind !== 'edit') this.#before = this.#text.value;
    this.#context = { kind: 'edit', message };
    this.#put(message.body);
    this.update(this.page.store.state);
    this.write();
  }

  /**
   * Another chat brings its own text; a person whose first message made a chat keeps theirs.
   * @param {Target} view
   * @param {State} state
   */
  #follow(view, state) {
    const text = this.#text;
    const draft = draftOf(state, view);
    const key = chatKey(state, view);
    this.#target = view;
    if (key === this.#key) {
      if (this.#context?.kind !== 'edit' && document.activeElement !== text && text.value !== draft) this.#put(draft);
      return;
    }
    this.#key = key;
    this.#context = null;
    this.#put(draft);
  }

  /** @param {string} value */
  #put(value) {
    const text = this.#text;
    text.value = value;
    this.#mentions?.close();
    this.#measure();
  }

  #typed() {
    this.#measure();
    if (this.#target && this.#context?.kind !== 'edit') act(this, 'setDraft', this.#target, this.#text.value);
    this.#drawCount(this.page.store.state);
  }

  /** The box grows with the text up to eight lines (the style sheet's maximum), then the text scrolls. */
  #measure() {
    const text = this.#text;
    this.style.setProperty('min-block-size', `${this.offsetHeight}px`); // a box that shrinks for a moment would move the log
    text.style.setProperty('block-size', 'auto');
    text.style.setProperty('block-size', `${text.scrollHeight}px`);
    this.style.removeProperty('min-block-size');
    this.#bytes = encoder.encode(text.value.trim()).length;
    mark(this.ref('send', HTMLElement), 'aria-disabled', this.#bytes === 0 ? 'true' : 'false');
  }

  /** Puts an emoji where the caret stands. */
  #pick() {
    const text = this.#text;
    const at = this.ref('emoji', HTMLElement).getBoundingClientRect();
    const choose = (/** @type {string} */ emoji) => {
      text.focus();
      text.setRangeText(emoji, text.selectionStart, text.selectionEnd, 'end');
      this.#typed();
    };
    signal(this, 'cw-pick', { at, choose });
  }

  async #send() {
    const target = this.#target;
    const text = this.#text;
    const body = text.value.trim();
    if (!target || body === '' || this.#bytes > this.page.store.state.limits.bodyMaxBytes) {
      text.focus();
      return;
    }
    const context = this.#context;
    this.#context = null;
    if (context?.kind === 'edit') {
      const { message } = context;
      this.#put(this.#before);
      this.update(this.page.store.state);
      if (body === message.body) return;
      const outcome = await act(this, 'edit', message.conversation, message.seq, body);
      if (outcome.ok || this.#target !== target) return;
      this.edit(message);
      this.#put(body);
    } else {
      this.#put('');
      act(this, 'setDraft', target, '');
      this.update(this.page.store.state);
      text.focus();
      const kept = act(this, 'send', target, body, context?.message.seq);
      signal(this, 'cw-sent', null);
      await kept;
    }
  }

  #cancel() {
    const wasEdit = this.#context?.kind === 'edit';
    this.#context = null;
    if (wasEdit) this.#put(this.#before);
    this.update(this.page.store.state);
    this.#text.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || this.#mentions?.onKey(event)) return;
    if (event.key === 'Escape' && this.#context) {
      event.preventDefault();
      this.#cancel();
    } else if (event.key === 'ArrowUp' && !event.altKey && this.#text.value === '' && !this.#context) {
      event.preventDefault();
      signal(this, 'cw-edit-last', null);
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      const isMeant = event.ctrlKey || event.metaKey || this.#enterSends(this.page.store.state);
      if (!isMeant) return;
      event.preventDefault();
      void this.#send();
    }
  }

  /** On a touch screen Enter is the only way to a new line.  @param {State} state */
  #enterSends(state) {
    return state.settings.enterSends && !matchMedia('(pointer: coarse)').matches;
  }

  /**
   * @param {State} state
   * @param {Target} view
   */
  #drawHint(state, view) {
    const away = composerHint(state, view);
    this.ref('away', HTMLElement).hidden = away === null;
    if (away) say(this.ref('awayText', HTMLElement), words.composer.away(firstName(away), away.pronoun));
    const copy = viewedConversation(state);
    const typing = copy ? typingUsers(state, copy.id) : [];
    this.ref('strip', HTMLElement).hidden = away !== null && this.#countText(state) === '';
    this.ref('typing', HTMLElement).hidden = typing.length === 0;
    if (typing.length > 0) say(this.ref('typingText', HTMLElement), words.composer.typing(typing.map((id) => firstName(state.users.get(id)))));
  }

  /** @param {State} state */
  #drawContext(state) {
    const context = this.#context;
    this.ref('context', HTMLElement).hidden = context === null;
    mark(this.ref('send', HTMLElement), 'aria-label', context?.kind === 'edit' ? words.composer.save : words.composer.send);
    if (!context) return;
    const { message } = context;
    const author = state.users.get(message.sender);
    const name = message.sender === state.me?.id ? words.message.you : firstName(author);
    this.ref('context', HTMLElement).style.setProperty('--h', String(author?.hue ?? 200));
    say(this.ref('contextTitle', HTMLElement), context.kind === 'edit' ? words.composer.editing : name);
    say(this.ref('contextText', HTMLElement), plainText(message.body));
  }

  /** @param {State} state */
  #drawCount(state) {
    const count = this.ref('count', HTMLElement);
    const text = this.#countText(state);
    count.hidden = text === '';
    count.classList.toggle('over', this.#bytes > state.limits.bodyMaxBytes);
    say(count, text);
    if (text !== '') this.ref('strip', HTMLElement).hidden = false;
  }

  /** @param {State} state */
  #countText({ limits }) {
    const left = limits.bodyMaxBytes - this.#bytes;
    if (this.#bytes < limits.bodyMaxBytes * COUNT_FROM) return '';
    return left < 0 ? words.composer.over(-left) : words.composer.left(left);
  }
}

customElements.define('cw-composer', CwComposer);
