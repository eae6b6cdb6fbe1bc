// One chat in the list: with whom, the last words and how they fared, when, and how much is unread.
import { CwAvatar } from './cw-avatar.js';
import { CwReceipt } from './cw-receipt.js';
import { Component, mark, say, tellTime } from './element.js';
import { hashOf } from './route.js';
import { eventWords } from './group-words.js';
import { firstName } from './rows.js';
import { pictureAddress } from '../protocol.js';
import { isMuted } from '../state/choices.js';
import { isIn } from '../state/members.js';
import { namedIn } from '../state/named.js';
import { conversationTitle, groupHue, otherPerson, presenceOf, previewOf, shownMentioned, shownUnread, typingUsers, viewedConversation } from '../state/select.js';
import { plainText } from '../lib/format.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./page.js').Page} Page
 */

export class CwChatRow extends Component {
  static template = 'cw-chat-row';

  build() {
    this.setAttribute('role', 'listitem');
  }

  /**
   * @param {ConversationCopy} copy
   * @param {State} state
   * @param {Page} page
   */
  update(copy, state, page) {
    const { times } = page;
    const title = conversationTitle(state, copy);
    const other = otherPerson(state, copy);
    const presence = other ? presenceOf(state, other.id).state : 'unknown';
    const isOpen = viewedConversation(state) === copy;
    const unread = shownUnread(state, copy);
    const mentioned = shownMentioned(state, copy);
    const link = this.ref('link', HTMLAnchorElement);
    const preview = previewWords(copy, state);
    this.ref('avatar', CwAvatar).update({ name: title, hue: other?.hue ?? groupHue(copy.id), picture: pictureAddress(other), isGroup: copy.kind === 'group', presence });
    say(this.ref('name', HTMLElement), title);
    const time = this.ref('time', HTMLTimeElement);
    if (copy.lastAt > 0) tellTime(time, preview.at ?? copy.lastAt, times.row(preview.at ?? copy.lastAt));
    time.hidden = copy.lastAt <= 0;
    this.ref('receipt', CwReceipt).update(preview.tick, preview.tick === null ? '' : tickWord(preview.tick));
    say(this.ref('draft', HTMLElement), preview.isDraft ? `${words.sidebar.draft} ` : '');
    const text = this.ref('text', HTMLElement);
    say(text, preview.text);
    text.classList.toggle('ty', preview.isTyping);
    this.ref('mentioned', HTMLElement).hidden = mentioned === 0;
    const badge = this.ref('badge', HTMLElement);
    const isQuiet = isMuted(copy, state.now);
    badge.classList.toggle('mute', isQuiet);
    this.ref('muted', SVGElement).toggleAttribute('hidden', !isQuiet);
    badge.hidden = unread === 0;
    say(badge, unread > 999 ? '999+' : String(unread));
    mark(badge, 'aria-hidden', 'true');
    const isOver = !isIn(copy);
    link.classList.toggle('over', isOver);
    link.classList.toggle('new', unread > 0 && !isQuiet);
    mark(link, 'href', hashOf({ conversation: copy.id }));
    mark(link, 'aria-current', isOpen ? 'true' : null);
    mark(link, 'data-conversation', String(copy.id));
    const facts = [
      title,
      other && presence !== 'unknown' ? words.presence.word[presence] : '',
      isOver ? words.group.noMember : '',
      unread > 0 ? words.sidebar.unread(unread) : '',
      mentioned > 0 ? words.mentions.unread(mentioned) : '',
      isQuiet ? words.chatMenu.muted : '',
      copy.lastAt > 0 ? times.row(preview.at ?? copy.lastAt) : '',
      preview.isDraft ? `${words.sidebar.draft} ${preview.text}` : preview.text,
    ];
    mark(link, 'aria-label', words.sidebar.rowName(facts));
  }
}

/** @typedef {import('./cw-receipt.js').Tick} Tick */

/**
 * @param {ConversationCopy} copy
 * @param {State} state
 * @returns {{ text: string, tick: Tick | null, isDraft: boolean, isTyping: boolean, at: number | null }}
 */
export function previewWords(copy, state) {
  const typing = typingUsers(state, copy.id);
  const isOpen = viewedConversation(state) === copy;
  const plain = { tick: null, isDraft: false, isTyping: false, at: null };
  if (typing.length > 0 && !isOpen) return { ...plain, text: words.composer.typing([firstName(state.users.get(typing[0] ?? 0))]), isTyping: true };
  const preview = previewOf(state, copy);
  if (preview.kind === 'draft') return { ...plain, text: preview.text, isDraft: true };
  if (preview.kind === 'queued') {
    const { item } = preview;
    return { ...plain, text: plainText(item.body), tick: item.state === 'failed' ? 'failed' : 'queued', at: item.writtenAt };
  }
  if (preview.kind === 'none') return { ...plain, text: '' };
  const { message, facts } = preview;
  if (message.kind === 'event') return { ...plain, text: eventWords([message], state), at: message.at };
  const isOwn = message.sender === state.me?.id;
  const isGone = message.deletedAt !== undefined;
  const author = copy.kind === 'group' && !isOwn ? `${firstName(state.users.get(message.sender))}: ` : '';
  const tick = facts && !isGone ? (facts.late && facts.state === 'delivered' ? 'late' : facts.state) : null;
  return { ...plain, text: author + (isGone ? words.sidebar.deleted : plainText(message.body, namedIn(state, message))), tick, at: message.at };
}

/** @param {Tick} tick */
function tickWord(tick) {
  return words.sidebar.ticks[tick];
}

customElements.define('cw-chat-row', CwChatRow);
