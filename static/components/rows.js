// What each line of the log says, worked out from the state: ticks, words beneath, quotes. Pure; no element is touched.
import { namedIn } from '../state/named.js';
import { reactionsOf } from '../state/reactions.js';
import { messageAt, messageFacts, shortName, viewedConversation } from '../state/select.js';
import { plainText } from '../lib/format.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/log.js').LogItem} LogItem
 * @typedef {import('../state/receipts.js').MessageFacts} MessageFacts
 * @typedef {import('./cw-message.js').Row} Row
 * @typedef {import('./cw-message.js').Pip} Pip
 * @typedef {import('./page.js').Page} Page
 */

/**
 * What every line of one drawing has in common.
 * `lastOwnKey`: the newest own message that is stored; `lastQueuedKey`: the newest that waits.
 * @typedef {Readonly<{
 *   state: State, page: Page, conversation: number | null, isGroup: boolean, isLive: boolean,
 *   lastOwnKey: string, lastQueuedKey: string, queued: number, newFrom: number
 * }>} Scene
 */

/**
 * @param {State} state
 * @param {Page} page
 * @param {ReadonlyArray<LogItem>} items
 * @param {number} newFrom messages from this seq on came while the log was open
 * @returns {Scene}
 */
export function sceneOf(state, page, items, newFrom) {
  let lastOwnKey = '';
  let lastQueuedKey = '';
  let queued = 0;
  for (const item of items) {
    if (item.kind === 'message' && item.isOwn) lastOwnKey = item.key;
    if (item.kind === 'queued' && item.item.state !== 'failed') {
      lastQueuedKey = item.key;
      queued += 1;
    }
  }
  const copy = viewedConversation(state);
  const conversation = copy?.id ?? null;
  const isGroup = copy?.kind === 'group';
  return { state, page, conversation, isGroup, isLive: state.link.phase === 'live', lastOwnKey, lastQueuedKey, queued, newFrom };
}

/**
 * @param {Extract<LogItem, { kind: 'message' }>} item
 * @param {Scene} scene
 * @param {LogItem | undefined} next
 * @returns {Row}
 */
export function messageRow(item, scene, next) {
  const { state, page } = scene;
  const { message, isOwn, isFirst, isLast } = item;
  const isGone = message.deletedAt !== undefined;
  const facts = isOwn && !isGone ? messageFacts(state, message.conversation, message) : null;
  const sender = state.users.get(message.sender);
  return {
    key: item.key,
    message,
    item: null,
    isOwn,
    isFirst,
    isLast,
    isNew: message.seq >= scene.newFrom,
    at: message.at,
    tick: facts ? (facts.late && facts.state === 'delivered' ? 'late' : facts.state) : null,
    tickName: facts ? tickName(facts, page) : '',
    late: facts?.late ? { at: facts.late.at } : null,
    beneath: facts && saysMore(item, facts, scene, next) ? beneath(facts, scene) : null,
    failed: null,
    quote: quoteOf(message.replyTo, scene),
    named: namedIn(state, message),
    who: scene.isGroup && !isOwn && isFirst && sender ? { name: firstName(sender), hue: sender.hue } : null,
    face: scene.isGroup && !isOwn && isLast && sender ? sender : null,
    isAmongMany: scene.isGroup && !isOwn,
    authorName: isOwn ? words.message.you : firstName(sender),
    reactions: chipsOf(message, scene),
  };
}

/**
 * @param {Message} message
 * @param {Scene} scene
 * @returns {Row['reactions']}
 */
function chipsOf(message, { state }) {
  return reactionsOf(state, message).map(({ emoji, count, users, mine = false }) => {
    const others = users.filter((user) => user !== state.me?.id).map((user) => state.users.get(user)?.displayName ?? '…');
    const names = mine ? [words.message.you, ...others] : others;
    return { emoji, count, isMine: mine, names, more: Math.max(0, count - names.length) };
  });
}

/**
 * @param {Extract<LogItem, { kind: 'queued' }>} item
 * @param {Scene} scene
 * @returns {Row}
 */
export function queuedRow({ key, item, isFirst, isLast }, scene) {
  const failed = item.state === 'failed' ? words.receipt.failed.words(words.failure.unsent(item.failed ?? { code: 'unknown', message: '' })) : null;
  const waits = failed === null && key === scene.lastQueuedKey && !scene.isLive;
  return {
    key,
    message: null,
    item,
    isOwn: true,
    isFirst,
    isLast,
    isNew: false,
    at: item.writtenAt,
    tick: failed === null ? 'queued' : 'failed',
    tickName: failed === null ? words.receipt.queued.name : words.receipt.failed.name(words.failure.unsent(item.failed ?? { code: 'unknown', message: '' })),
    late: null,
    beneath: waits ? plain(words.receipt.queued.words(scene.queued)) : null,
    failed,
    quote: quoteOf(item.replyTo, scene),
    named: namedIn(scene.state, null),
    who: null,
    face: null,
    isAmongMany: false,
    authorName: words.message.you,
    reactions: [],
  };
}

/**
 * Words stand under the last own message, and under the last of a run that reached someone late or not everyone.
 * @param {Extract<LogItem, { kind: 'message' }>} item
 * @param {MessageFacts} facts
 * @param {Scene} scene
 * @param {LogItem | undefined} next
 */
function saysMore(item, facts, scene, next) {
  if (item.key === scene.lastOwnKey) return true;
  if (!item.isLast && next?.kind === 'message' && sameLate(facts, next.message, scene)) return false;
  // With one's own read receipts off, more than 'delivered' is never told.
  const isComplete = facts.isComplete || (!scene.state.readReceipts && facts.state === 'delivered');
  return facts.late !== null || (scene.isGroup && !isComplete);
}

/**
 * @param {MessageFacts} facts
 * @param {Message} next
 * @param {Scene} scene
 */
function sameLate(facts, next, scene) {
  if (next.sender !== scene.state.me?.id) return false;
  return messageFacts(scene.state, next.conversation, next).late?.at === facts.late?.at;
}

/** @param {string} text @returns {NonNullable<Row['beneath']>} */
function plain(text) {
  return { bold: '', text, more: '', pips: [] };
}

/**
 * @param {MessageFacts} facts
 * @param {Scene} scene
 * @returns {NonNullable<Row['beneath']>}
 */
function beneath(facts, scene) {
  const { times } = scene.page;
  const { receipt } = words;
  if (scene.isGroup) return { ...plain(groupWords(facts, scene)), pips: pipsOf(facts, scene) };
  if (facts.late) {
    const more = facts.readAt === null ? '' : receipt.late.read(times.stamp(facts.readAt));
    return { bold: receipt.late.head(times.stamp(facts.late.at)), text: ` ${receipt.late.tail(times.duration(facts.late.laterMs))}`, more, pips: [] };
  }
  if (facts.state === 'read') return plain(facts.readAt === null ? receipt.read.wordsNoTime : receipt.read.words(times.stamp(facts.readAt)));
  if (facts.state === 'delivered') {
    return plain(facts.deliveredAt === null ? receipt.delivered.wordsNoTime : receipt.delivered.words(times.stamp(facts.deliveredAt)));
  }
  const away = awayName(facts, scene);
  const at = times.stamp(facts.storedAt);
  return plain(away === null ? receipt.stored.words(at) : receipt.stored.wordsAway(at, away));
}

/**
 * @param {MessageFacts} facts
 * @param {Scene} scene
 */
function groupWords(facts, { state, page: { times } }) {
  const { group, stored } = words.receipt;
  const { counts } = facts;
  const all = counts?.of ?? facts.members.length;
  if (all === 0) return stored.words(times.stamp(facts.storedAt));
  if (facts.state === 'read') return group.readByAll(all);
  if (counts) return group.counts(counts.delivered, all, counts.read);
  const read = facts.members.filter((member) => member.state === 'read').length;
  const delivered = facts.members.filter((member) => member.state !== 'waiting').length;
  const waiting = group.waiting(facts.waiting.map((id) => firstName(state.users.get(id))));
  return read > 0 ? group.read(read, all, waiting) : group.delivered(delivered, all, waiting);
}

/** More discs than these say less than the words beside them. */
const PIPS_MAX = 8;
const PIPS_ORDER = { read: 0, delivered: 1, waiting: 2 };

/**
 * Who has it, as discs, as long as not everybody has read it.
 * @param {MessageFacts} facts
 * @param {Scene} scene
 * @returns {ReadonlyArray<Pip>}
 */
function pipsOf({ members, isComplete }, { state }) {
  if (isComplete || members.length > PIPS_MAX) return [];
  return [...members]
    .sort((a, b) => PIPS_ORDER[a.state] - PIPS_ORDER[b.state])
    .map((member) => ({ user: state.users.get(member.user), state: member.state }));
}

/**
 * The other person's name when they are known to be offline.
 * @param {MessageFacts} facts
 * @param {Scene} scene
 */
function awayName(facts, { state, isLive }) {
  const [other] = facts.waiting;
  if (other === undefined || !isLive || state.presence.get(other)?.state !== 'offline') return null;
  return firstName(state.users.get(other));
}

/**
 * @param {MessageFacts} facts
 * @param {Page} page
 */
function tickName({ state, late, storedAt, deliveredAt, readAt }, { times }) {
  const { receipt } = words;
  if (late) {
    const spoken = times.durationSpoken(late.laterMs);
    return readAt === null
      ? receipt.late.name(times.stamp(storedAt), times.moment(late.at), spoken)
      : receipt.late.nameRead(times.stamp(storedAt), times.moment(late.at), spoken, times.moment(readAt));
  }
  if (state === 'read') return readAt === null ? receipt.read.wordsNoTime : receipt.read.name(times.moment(readAt));
  if (state === 'delivered') return deliveredAt === null ? receipt.delivered.wordsNoTime : receipt.delivered.name(times.moment(deliveredAt));
  return receipt.stored.name(times.moment(storedAt));
}

/**
 * @param {number | undefined} seq
 * @param {Scene} scene
 * @returns {Row['quote']}
 */
function quoteOf(seq, { state, conversation }) {
  if (seq === undefined || conversation === null) return null;
  const quoted = messageAt(state, conversation, seq);
  if (!quoted) return { seq, name: words.message.quoteFar, hue: 200, text: '…' };
  const author = state.users.get(quoted.sender);
  const kept = quoted.withheld ? words.message.withheld : plainText(quoted.body, namedIn(state, quoted));
  return {
    seq,
    name: quoted.sender === state.me?.id ? words.message.you : firstName(author),
    hue: author?.hue ?? 200,
    text: quoted.deletedAt === undefined ? kept : words.message.quoteGone,
  };
}

/**
 * How a person is called in a sentence, also one who is not known yet.
 * @param {User | undefined} user
 * @returns {string}
 */
export function firstName(user) {
  return user ? shortName(user) : '…';
}

/**
 * Whether two rows say the same: then what shows the one need not be touched for the other.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function isSame(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Map && b instanceof Map) return isSame([...a], [...b]);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(Reflect.get(a, name), Reflect.get(b, name)));
}
