// The rows in which the newest chats are kept on a device: what one write changes of them, and what they say at the next start.
// Pure. Never gives a person the rows of another, and never puts older revs over newer ones.

import { KEPT_CONVERSATIONS, draftsToKeep, latesToKeep, mergeKept } from './kept.js';
import { mergeSearches } from './searches.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Kept} Kept
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 */
/**
 * `kept`: the conversations that have a row, with the time of their last message.
 * @typedef {Omit<Kept, 'users' | 'people' | 'peopleRev' | 'conversations'> & { key: 'head', kept: ReadonlyArray<readonly [number, number]> }} HeadRow
 * @typedef {Pick<Kept, 'users' | 'people' | 'peopleRev'> & { key: 'people', user: number }} PeopleRow
 * @typedef {{ key: string, user: number, copy: ConversationCopy }} CopyRow
 * @typedef {HeadRow | PeopleRow | CopyRow} Row
 */

const HEAD = 'head';
const PEOPLE = 'people';
/** @param {number} id */
const keyOf = (id) => `c${id}`;

/** The rows that a write of these looks at first. @param {ReadonlyArray<ConversationCopy>} changed */
export const keysOf = (changed) => [HEAD, PEOPLE, ...changed.map((copy) => keyOf(copy.id))];

/**
 * What one write changes, given the rows as they are: another tab may be further, and another log-in may own them.
 * @param {State} now
 * @param {ReadonlyArray<Row | undefined>} rows
 * @param {object} given
 * @param {ReadonlyArray<ConversationCopy>} given.changed
 * @param {ReadonlyArray<number>} given.gone
 * @param {boolean} given.isBeginning
 * @param {boolean} given.hasPeople
 * @param {(conversation: number) => boolean} given.hasUntoldRead
 * @returns {{ put: Row[], remove: string[] } | null} null: there is nothing to be written into
 */
export const rowsToChange = (now, rows, { changed, gone, isBeginning, hasPeople, hasUntoldRead }) => {
  const { me, session } = now;
  if (!me || !session) return null;
  const [first, second, ...others] = rows;
  const held = /** @type {HeadRow | undefined} */ (first);
  const isOurs = held?.me.id === me.id;
  // Without its head the cache was wiped meanwhile: only a session that the server has just confirmed begins it anew.
  if (!isBeginning && !(isOurs && held.session.id === session.id)) return null;
  const people = isOurs ? /** @type {PeopleRow | undefined} */ (second) : undefined;
  const copies = changed.map((copy, i) => {
    const row = /** @type {CopyRow | undefined} */ (others[i]);
    return mergeKept(row?.user === me.id ? row.copy : undefined, copy, hasUntoldRead(copy.id));
  });
  /** @type {Map<number, number>} */
  const kept = new Map(isOurs ? held.kept : []);
  for (const copy of copies) kept.set(copy.id, copy.lastAt);
  for (const id of gone) kept.delete(id);
  const newest = [...kept].sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, KEPT_CONVERSATIONS);
  const ids = new Set(newest.map(([id]) => id));
  /** @type {HeadRow} */
  const head = {
    key: HEAD,
    me,
    session,
    blocked: [...now.blocked],
    accountRev: isOurs ? Math.max(held.accountRev, now.accountRev) : now.accountRev,
    late: latesToKeep(now),
    drafts: draftsToKeep(now),
    searches: isOurs ? mergeSearches(held.searches, now.searches) : now.searches,
    kept: newest,
  };
  /** @type {Row[]} */
  const put = [head];
  for (const copy of copies) if (ids.has(copy.id)) put.push({ key: keyOf(copy.id), user: me.id, copy });
  const isFurther = people !== undefined && people.peopleRev > now.peopleRev;
  if (!isFurther && (hasPeople || people === undefined)) put.push(peopleRow(now, me.id));
  const former = [...(held?.kept.map(([id]) => id) ?? []), ...gone];
  return { put, remove: former.filter((id) => !ids.has(id)).map(keyOf) };
};

/** @param {State} now @param {number} user @returns {PeopleRow} */
const peopleRow = ({ users, people, peopleRev }, user) => ({
  key: PEOPLE,
  user,
  users: [...users.values()],
  people: { next: people.next, total: people.total },
  peopleRev,
});

/** @param {ReadonlyArray<Row>} rows @returns {Kept | null} */
export const keptOf = (rows) => {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const head = /** @type {HeadRow | undefined} */ (byKey.get(HEAD));
  const people = /** @type {PeopleRow | undefined} */ (byKey.get(PEOPLE));
  if (!head || !people || !head.session.keep || people.user !== head.me.id) return null;
  const { me, session, blocked, accountRev, late, drafts, searches } = head;
  const conversations = head.kept.flatMap(([id]) => {
    const row = /** @type {CopyRow | undefined} */ (byKey.get(keyOf(id)));
    return row?.user === me.id ? [row.copy] : [];
  });
  const { users, people: paging, peopleRev } = people;
  return { me, session, blocked, accountRev, peopleRev, users, people: paging, conversations, late, drafts, searches };
};
