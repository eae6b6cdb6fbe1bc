// States like the pictures of the visual target: the same people, the same words, the same clock.
import { DEFAULT_SETTINGS, initialState } from './state/initial.js';

/**
 * @typedef {import('../../static/state/types.js').State} State
 * @typedef {import('../../static/state/types.js').Message} Message
 * @typedef {import('../../static/state/types.js').ConversationCopy} Copy
 * @typedef {import('../../static/state/types.js').Receipt} Receipt
 * @typedef {import('../../static/state/types.js').Presence} Presence
 */

const [ME, BOB, DANA, MEI, YUSUF, JEAN, TOM, PRIYA] = [1, 2, 3, 4, 5, 6, 7, 8];
const DAY = 86_400_000;

/** Today at a time of the pictures. @param {string} clock */
const at = (clock) => {
  const [h, m, s] = clock.split(':').map(Number);
  return new Date(2026, 10, 23, h, m, s ?? 0).getTime();
};

const users = new Map(
  /** @type {[number, string, string, number, 'he' | 'she' | undefined][]} */ ([
    [ME, 'alice', 'Alice Marsh', 20, 'she'],
    [BOB, 'bob', 'Bob Hargreaves', 250, 'he'],
    [DANA, 'dana', 'Dana Okafor', 330, undefined],
    [MEI, 'mei', 'Mei Lin', 190, undefined],
    [YUSUF, 'yusuf', 'Yusuf Demir', 95, undefined],
    [JEAN, 'jean', 'Jean Marsh', 300, 'she'],
    [TOM, 'tom', 'Tom Marsh', 145, undefined],
    [PRIYA, 'priya', 'Priya Nair', 60, undefined],
  ]).map(([id, username, displayName, hue, pronoun]) => [id, { id, username, displayName, hue, ...(pronoun ? { pronoun } : {}) }]),
);

/** @param {Record<number, Partial<Presence>>} some @param {number} now */
const presences = (some, now) =>
  new Map(
    [BOB, DANA, MEI, YUSUF, JEAN, TOM, PRIYA].map((user) => {
      const given = some[user] ?? {};
      return [user, /** @type {Presence} */ ({ user, state: 'online', ...(user === YUSUF ? { state: 'idle', idleSince: now - 12 * 60_000 } : {}), ...given })];
    }),
  );

/**
 * @param {number} conversation
 * @param {ReadonlyArray<[sender: number, clock: string | number, body: string, more?: Partial<Message>]>} lines
 * @returns {Message[]}
 */
const messages = (conversation, lines) =>
  lines.map(([sender, clock, body, more], i) => ({
    conversation, seq: i + 1, rev: i + 1, sender, kind: 'text', clientId: `${conversation}-${i + 1}`, body, version: 1,
    at: typeof clock === 'number' ? clock : at(clock), ...more,
  }));

/**
 * @param {number} id
 * @param {number} other
 * @param {Message[]} list
 * @param {{ unread?: number, receipts?: Receipt[] } & Partial<Copy>} [more]
 * @returns {[number, Copy]}
 */
const chat = (id, other, list, { receipts = [], ...more } = {}) => {
  const last = list.at(-1) ?? null;
  return [
    id,
    {
      id, kind: 'direct', name: null, memberCount: 2, head: list.length, first: 1, lastMessage: last, lastAt: last?.at ?? 0, unread: 0,
      members: [{ user: ME, role: 'member', from: 1 }, { user: other, role: 'member', from: 1 }],
      cursor: list.length, deliveredUpTo: list.length, readUpTo: list.length, rev: 100, liveRev: 100, countedRev: 100, catchingUp: false, stale: false,
      runs: list.length > 0 ? [{ from: 1, to: list.length, messages: list }] : [], holes: [], isTailLoaded: true, anchor: null,
      receipts: new Map([[other, { delivered: receipts.filter((receipt) => receipt.kind === 'delivered'), read: receipts.filter((receipt) => receipt.kind === 'read') }]]),
      newest: 'idle', older: 'idle', newer: 'idle', ...more,
    },
  ];
};

/** @param {number} user @param {'delivered' | 'read'} kind @param {number} from @param {number} upTo @param {string} clock @param {string} [since] @returns {Receipt} */
const receipt = (user, kind, from, upTo, clock, since) => ({ user, kind, from, upTo, at: at(clock), rev: upTo, ...(since ? { since: at(since) } : {}) });

const CRON = '```\n0 2 * * * rsync -a ~/Photos/ nas:photos/\n```\nSo the photos are safe, every night';

/** @param {'stored' | 'delivered'} jean */
const others = (jean) => [
  chat(5, JEAN, messages(5, [[ME, '16:20:41', 'Ring you after tea x']]), { receipts: jean === 'delivered' ? [receipt(JEAN, 'delivered', 1, 1, '11:19')] : [] }),
  chat(6, PRIYA, messages(6, [[ME, '15:04', 'Perfect, thank you!']]), { receipts: [receipt(PRIYA, 'delivered', 1, 1, '15:04'), receipt(PRIYA, 'read', 1, 1, '15:05')] }),
  chat(7, TOM, messages(7, [[TOM, at('12:00') - 3 * DAY, 'See you Thursday']])),
  chat(8, DANA, messages(8, [[DANA, '17:38', 'Can you do the crumble on Sunday?']]), { unread: 1, cursor: 0 }),
];

/** @param {string} clock @returns {State} */
const signedIn = (clock) => {
  const now = at(clock);
  return {
    ...initialState({ ...DEFAULT_SETTINGS, hours: '24' }, now),
    phase: 'signedIn', me: users.get(ME) ?? null, session: { id: 1, keep: true }, users, isAttended: true,
    link: { phase: 'live', lostAt: null, retryAt: null, attempt: 0, reason: 'start', wasLive: true },
    presence: presences({ [JEAN]: { state: 'offline', lastSeen: at('11:20') }, [TOM]: { state: 'offline', lastSeen: now - 3 * DAY } }, now),
    drafts: new Map([['c7', { text: 'About the car on Thursday', version: 1, at: now, saved: true }]]),
    people: { next: null, total: 8, load: 'idle' },
  };
};

const bobBack = () =>
  messages(3, [
    [BOB, '09:41', 'Seven o’clock on the towpath'],
    [BOB, '09:42', '', { deletedAt: at('09:43') }],
    [ME, '14:02:09', CRON, { editedAt: at('14:03'), version: 2, writtenAt: at('14:02:08') }],
    [ME, '14:02:10', 'And tomorrow’s walk: https://walks.example/hebden-to-todmorden'],
    [ME, '14:02:11', 'Shall we take the 8:40?', { writtenAt: at('14:02:10') }],
    [BOB, '17:51', 'Yes! Sorry, no signal past Mytholmroyd. The 8:40 is perfect.', { replyTo: 5 }],
    [BOB, '17:52', 'I’ll bring the flask'],
    [BOB, '17:52:30', 'The 8:40 it is. I’ll bring the flask'],
  ]);

const LATE = { id: 1, conversation: 3, user: BOB, count: 3, at: at('17:45:12'), offlineSince: at('13:58'), afterSeq: 5, oldestAt: at('14:02:09') };
const lateReceipts = [receipt(BOB, 'delivered', 1, 5, '17:45:12', '13:58'), receipt(BOB, 'read', 1, 5, '17:51:30')];

/** @type {Record<string, () => State>} */
export const states = {
  auth: () => ({ ...initialState(DEFAULT_SETTINGS, at('17:53')), phase: 'signedOut' }),
  ended: () => ({ ...initialState(DEFAULT_SETTINGS, at('17:53')), phase: 'signedOut', ended: 'revoked' }),
  unreachable: () => ({ ...initialState(DEFAULT_SETTINGS, at('17:53')), phase: 'unreachable' }),
  chat: () => ({
    ...signedIn('17:53'),
    conversations: new Map([chat(3, BOB, bobBack(), { unread: 3, cursor: 5, readUpTo: 5, receipts: lateReceipts }), ...others('stored')]),
    view: { conversation: 3 }, divider: 6, late: new Map([[1, LATE]]), typing: new Map([[3, new Map([[BOB, Infinity]])]]),
  }),
  list: () => ({ ...(states.chat?.() ?? signedIn('17:53')), view: null, divider: null }),
  away: () => {
    const list = messages(3, [
      [BOB, '09:41', 'Canal is frozen at the edges'],
      [ME, '09:44', 'Gorgeous. Is that past the second lock?'],
      [BOB, '09:46', 'Just before it. Back on the train at noon.'],
      [ME, '14:02:09', CRON],
      [ME, '14:02:10', 'And tomorrow’s walk: https://walks.example/hebden-to-todmorden'],
      [ME, '14:02:11', 'Shall we take the 8:40?'],
    ]);
    const state = signedIn('14:03');
    return {
      ...state,
      presence: presences({ [BOB]: { state: 'offline', lastSeen: at('13:58') }, [JEAN]: { state: 'offline', lastSeen: at('11:20') }, [TOM]: { state: 'offline', lastSeen: at('12:00') - 3 * DAY } }, state.now),
      conversations: new Map([chat(3, BOB, list, { receipts: [receipt(BOB, 'delivered', 1, 3, '09:44'), receipt(BOB, 'read', 1, 3, '09:45')] }), ...others('delivered').filter(([id]) => id !== 8)]),
      view: { conversation: 3 },
    };
  },
  offline: () => {
    const list = messages(3, [
      [ME, '14:02:11', 'Shall we take the 8:40?'],
      [BOB, '17:51', 'Yes! Sorry, no signal past Mytholmroyd. The 8:40 is perfect.', { replyTo: 1 }],
      [ME, '18:04', 'Platform 2, I think. See you by the coffee stand'],
      [BOB, '18:06', 'Grand'],
    ]);
    const state = signedIn('18:11');
    const waits = { user: ME, target: { conversation: 3 } };
    return {
      ...state,
      now: at('18:11:30'),
      link: { phase: 'waiting', lostAt: at('18:09'), retryAt: at('18:11:34'), attempt: 3, reason: 'lost', wasLive: true },
      presence: presences({ [BOB]: { lastSeen: at('18:09') }, [DANA]: { lastSeen: at('18:09') }, [MEI]: { lastSeen: at('18:09') }, [YUSUF]: { lastSeen: at('17:57') }, [JEAN]: { state: 'offline', lastSeen: at('11:20') }, [TOM]: { state: 'offline', lastSeen: state.now - 3 * DAY } }, state.now),
      conversations: new Map([chat(3, BOB, list, { receipts: [receipt(BOB, 'delivered', 1, 3, '18:05'), receipt(BOB, 'read', 1, 3, '18:06')] }), ...others('stored')]),
      outbox: [
        { ...waits, clientId: 'q0', order: 0, body: 'walk-video.mov is too big, I’ll bring the disk', writtenAt: at('18:07'), state: 'failed', failed: { code: 'storage', message: 'The server has no space left.' } },
        { ...waits, clientId: 'q1', order: 1, body: 'Do you still have my waterproof?', writtenAt: at('18:10'), state: 'queued' },
        { ...waits, clientId: 'q2', order: 2, body: 'I’ll bring the flask and the good biscuits', writtenAt: at('18:11'), state: 'queued' },
      ],
      drafts: new Map([['c3', { text: 'And a spare torch, just in case', version: 0, at: state.now, saved: false }]]),
      lostLine: { at: at('18:09'), afterSeqs: new Map([[3, 4]]) },
      view: { conversation: 3 },
    };
  },
  empty: () => {
    const state = signedIn('17:53');
    const few = new Map([...users].filter(([id]) => ![MEI, PRIYA].includes(id)));
    return { ...state, users: few, people: { next: null, total: 6, load: 'idle' }, drafts: new Map() };
  },
  first: () => ({ ...signedIn('17:53'), view: { to: MEI } }),
  failed: () => {
    const state = states.chat?.() ?? signedIn('17:53');
    return { ...state, conversations: new Map([...state.conversations].map(([id, copy]) => [id, id === 3 ? { ...copy, first: 1, runs: [{ from: 4, to: 8, messages: copy.runs[0]?.messages.slice(3) ?? [] }], older: 'failed' } : copy])) };
  },
  toasts: () => ({
    ...(states.chat?.() ?? signedIn('17:53')), weakPassword: true,
    toasts: [{ id: 1, kind: 'sent', count: 2 }, { id: 2, kind: 'late', late: LATE }, { id: 3, kind: 'failed', failure: { code: 'busy', message: 'The server is busy.' } }],
  }),
  long: () => {
    const list = messages(3, Array.from({ length: 5000 }, (_, i) => [i % 3 === 0 ? ME : BOB, at('08:00') - (5000 - i) * 60_000, `Message ${i + 1}${' and some more words'.repeat(i % 5)}`]));
    return { ...signedIn('17:53'), conversations: new Map([chat(3, BOB, list)]), view: { conversation: 3 } };
  },
};
