// Wire objects with what a test does not care about filled in.

import { initialState, DEFAULT_SETTINGS } from '../../../static/state/initial.js';
import { reducer } from '../../../static/state/reducer.js';

export const ALICE = { id: 1, username: 'alice', displayName: 'Alice Marsh', hue: 20 };
export const BOB = { id: 2, username: 'bob', displayName: 'Bob Hargreaves', hue: 250, pronoun: 'he' };
export const JEAN = { id: 3, username: 'jean', displayName: 'Jean Marsh', hue: 300 };
export const NOW = 1_700_000_000_000;
export const CONVERSATION = 3;

let ids = 0;
export const clientId = () => `018bcfe5-6800-7000-8000-${String(++ids).padStart(12, '0')}`;

export const message = (seq, given = {}) => ({
  conversation: CONVERSATION,
  seq,
  rev: 100 + seq,
  sender: BOB.id,
  kind: 'text',
  body: `text ${seq}`,
  at: NOW + seq * 1000,
  version: 1,
  ...given,
});
export const messages = (from, to, given = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i, given));

export const conversation = (given = {}) => ({
  id: CONVERSATION,
  kind: 'direct',
  rev: 100,
  head: 0,
  first: 1,
  members: [
    { user: ALICE.id, role: 'member', from: 1 },
    { user: BOB.id, role: 'member', from: 1 },
  ],
  memberCount: 2,
  lastAt: NOW,
  unread: 0,
  mentioned: 0,
  cursor: 0,
  deliveredUpTo: 0,
  readUpTo: 0,
  receipts: [],
  ...given,
});

export const ready = (given = {}) => ({
  type: 'ready',
  user: ALICE,
  session: { id: 1, keep: false },
  accountRev: 1,
  peopleRev: 5,
  serverTime: NOW,
  heartbeatMs: 15_000,
  readReceipts: true,
  limits: { bodyMaxBytes: 8192, frameMaxBytes: 65_536, draftMaxBytes: 8192 },
  unreadTotal: 0,
  blocked: [],
  conversations: [conversation()],
  moreConversations: false,
  users: [ALICE, BOB, JEAN],
  presence: [{ user: BOB.id, state: 'online' }],
  late: [],
  moreLate: false,
  ...given,
});

export const page = (list, given = {}) => ({
  messages: list,
  receipts: [],
  late: [],
  rev: 500,
  head: list.at(-1)?.seq ?? 0,
  first: 1,
  hasBefore: (list[0]?.seq ?? 1) > 1,
  hasAfter: false,
  ...given,
});

export const receipt = (kind, from, upTo, given = {}) => ({
  user: BOB.id,
  kind,
  from,
  upTo,
  at: NOW + 50_000,
  rev: 300 + upTo,
  ...given,
});

export const queued = (body, given = {}) => ({
  clientId: clientId(),
  user: ALICE.id,
  order: NOW,
  target: { conversation: CONVERSATION },
  body,
  writtenAt: NOW,
  state: 'queued',
  ...given,
});

export const start = () => initialState(DEFAULT_SETTINGS, NOW);

/** The state after these events, one after the other; plain frames may stand among them. */
export const after = (events, from = start()) => events.reduce((state, event) => reducer(state, asEvent(event)), from);

export const frame = (given, asked) => ({
  type: 'frame',
  frame: given,
  now: NOW,
  ...(asked ? { asked: new Set(asked) } : {}),
});
export const live = {
  type: 'link.changed',
  now: NOW,
  link: { phase: 'live', lostAt: null, retryAt: null, attempt: 0, reason: 'lost', wasLive: true },
};
export const lost = (at = NOW) => ({
  type: 'link.changed',
  now: at,
  link: { phase: 'waiting', lostAt: at, retryAt: at + 4000, attempt: 1, reason: 'lost', wasLive: true },
});
export const newest = (list, given) => ({
  type: 'page.loaded',
  conversation: CONVERSATION,
  which: 'newest',
  page: page(list, given),
});
export const said = (given) => frame({ type: 'message', message: given });

const asEvent = (event) => event;
export const copyIn = (state) => state.conversations.get(CONVERSATION);
export const seqsIn = (state) => copyIn(state).runs.flatMap((run) => run.messages.map((one) => one.seq));
