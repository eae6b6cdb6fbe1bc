// The names and numbers of the wire, version 1: frames, error codes, close codes, limits and addresses. No other module
// spells one of them. Decodes what the server sends; never sends or stores anything.

/** @typedef {import('./state/types.js').ServerFrame} ServerFrame */

export const SUBPROTOCOL = 'chinwag.v1';
export const SOCKET_PATH = '/ws';
export const API_PATH = '/api/v1';

/**
 * Where a person's own picture is, if they have one; another picture has another address.
 * @param {{ id: number, picture?: string } | null | undefined} user
 */
export const pictureAddress = (user) =>
  user?.picture === undefined ? undefined : `${API_PATH}/users/${user.id}/picture/${user.picture}`;

/** Frames the page sends. */
export const SEND = Object.freeze(
  /** @type {const} */ ({
    hello: 'hello',
    messageSend: 'message.send',
    messageEdit: 'message.edit',
    messageDelete: 'message.delete',
    reactionSet: 'reaction.set',
    receiptDelivered: 'receipt.delivered',
    receiptRead: 'receipt.read',
    typing: 'typing',
    presenceSet: 'presence.set',
    presenceWatch: 'presence.watch',
    draftSet: 'draft.set',
    cursorSet: 'cursor.set',
    lateSeen: 'late.seen',
  }),
);

/** Frames the page receives. */
export const FRAME = Object.freeze(
  /** @type {const} */ ({
    ready: 'ready',
    changes: 'changes',
    reset: 'reset',
    messageStored: 'message.stored',
    message: 'message',
    messageChanged: 'message.changed',
    receipt: 'receipt',
    receiptCounts: 'receipt.counts',
    late: 'late',
    lateSeen: 'late.seen',
    cursor: 'cursor',
    draft: 'draft',
    account: 'account',
    mute: 'mute',
    block: 'block',
    presence: 'presence',
    typing: 'typing',
    user: 'user',
    conversation: 'conversation',
    ok: 'ok',
    error: 'error',
    sessionEnded: 'session.ended',
    goodbye: 'goodbye',
    beat: 'beat',
  }),
);

/** Error codes that the page treats by name; any other is shown with its sentence and counts as final. */
export const ERROR = Object.freeze(
  /** @type {const} */ ({
    busy: 'busy',
    rateLimited: 'rate_limited',
    unknown: 'unknown',
    clientIdReused: 'client_id_reused',
    bodyEmpty: 'body_empty',
    bodyTooLong: 'body_too_long',
    versionConflict: 'version_conflict',
    draftConflict: 'draft_conflict',
    deleted: 'deleted',
    tooMany: 'too_many',
    notFound: 'not_found',
    forbidden: 'forbidden',
    unauthenticated: 'unauthenticated',
    wrongCredentials: 'wrong_credentials',
    usernameTaken: 'username_taken',
    usernameInvalid: 'username_invalid',
    usernameReserved: 'username_reserved',
    usernameLookalike: 'username_lookalike',
    passwordWeak: 'password_weak',
    passwordTooLong: 'password_too_long',
    displayNameInvalid: 'display_name_invalid',
    tooManyAttempts: 'too_many_attempts',
    originRefused: 'origin_refused',
    starting: 'starting',
    damaged: 'damaged',
    /** Not on the wire: no answer came. */
    network: 'network',
  }),
);

/** After these a request is repeated with the same client id; all others are final. */
const PASSING = new Set([ERROR.busy, ERROR.rateLimited, ERROR.unknown, ERROR.starting, ERROR.network].map(String));

/** @param {string} code */
export const isPassing = (code) => PASSING.has(code);

export const CLOSE = Object.freeze(
  /** @type {const} */ ({
    normal: 1000,
    restart: 1012,
    overload: 1013,
    sessionEnded: 4001,
    replaced: 4002,
  }),
);

/** In force until `ready` brings the server's own. Bytes of UTF-8. */
export const DEFAULT_LIMITS = Object.freeze({ bodyMaxBytes: 8192, frameMaxBytes: 65536, draftMaxBytes: 8192 });

/** Most conversations in one `hello`, and most people in one `presence.watch`. */
export const HELLO_CONVERSATIONS_MAX = 200;
export const WATCH_USERS_MAX = 200;

/** Most changes of one conversation that are told one by one; beyond, `reset` comes. */
export const CHANGES_MAX = 2000;

/** Messages of one page while reading, and while fetching what is missing (the server's largest). */
export const PAGE_SIZE = 50;
export const FILL_PAGE_SIZE = 200;

/** No frame for this many heartbeats: the link is dead. */
export const SILENT_HEARTBEATS = 2.5;

/** `typing` is repeated at most this often, and a received one ends after the second. */
export const TYPING_REPEAT_MS = 3000;
export const TYPING_ENDS_MS = 5000;

/** `receipt.delivered` goes out at most this often for one conversation. */
export const DELIVERED_EVERY_MS = 200;

/** @typedef {'number' | 'string' | 'boolean' | 'object' | 'array'} FieldKind */

/**
 * What each frame must carry to be taken; optional fields are left out here.
 * @type {Readonly<Record<string, Readonly<Record<string, FieldKind>>>>}
 */
const REQUIRED = Object.freeze({
  [FRAME.ready]: {
    user: 'object',
    session: 'object',
    accountRev: 'number',
    peopleRev: 'number',
    serverTime: 'number',
    heartbeatMs: 'number',
    readReceipts: 'boolean',
    limits: 'object',
    unreadTotal: 'number',
    conversations: 'array',
    moreConversations: 'boolean',
    users: 'array',
    presence: 'array',
    late: 'array',
    moreLate: 'boolean',
  },
  [FRAME.changes]: {
    conversation: 'number',
    after: 'number',
    rev: 'number',
    messages: 'array',
    receipts: 'array',
    more: 'boolean',
  },
  [FRAME.reset]: { conversation: 'number', rev: 'number', head: 'number' },
  [FRAME.messageStored]: { clientId: 'string', conversation: 'number', seq: 'number', rev: 'number', at: 'number' },
  [FRAME.message]: { message: 'object' },
  [FRAME.messageChanged]: { message: 'object' },
  [FRAME.receipt]: { conversation: 'number', receipt: 'object' },
  [FRAME.receiptCounts]: { conversation: 'number', seq: 'number', delivered: 'number', read: 'number', of: 'number' },
  [FRAME.late]: { late: 'object' },
  [FRAME.lateSeen]: { ids: 'array' },
  [FRAME.cursor]: { conversation: 'number', cursor: 'number', unread: 'number', mentioned: 'number', accountRev: 'number' },
  [FRAME.draft]: { conversation: 'number', accountRev: 'number' },
  [FRAME.account]: { readReceipts: 'boolean', accountRev: 'number' },
  [FRAME.mute]: { conversation: 'number', accountRev: 'number' },
  [FRAME.block]: { user: 'number', blocked: 'boolean', accountRev: 'number' },
  [FRAME.presence]: { users: 'array' },
  [FRAME.typing]: { conversation: 'number', user: 'number', on: 'boolean' },
  [FRAME.user]: { user: 'object', peopleRev: 'number' },
  [FRAME.conversation]: { conversation: 'object' },
  [FRAME.ok]: { ref: 'number' },
  [FRAME.error]: { code: 'string', message: 'string' },
  [FRAME.sessionEnded]: { reason: 'string' },
  [FRAME.goodbye]: { reason: 'string', retryAfterMs: 'number' },
  [FRAME.beat]: { at: 'number' },
});

/**
 * Decodes one text frame. Null for what this page does not know or cannot use: a newer server may say more than we understand.
 * @param {string} text
 * @returns {ServerFrame | null}
 */
export const decodeFrame = (text) => {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isServerFrame(value) ? value : null;
};

/** @param {unknown} value @returns {value is ServerFrame} */
const isServerFrame = (value) => {
  if (!isRecord(value) || typeof value.type !== 'string' || !Object.hasOwn(REQUIRED, value.type)) return false;
  return Object.entries(REQUIRED[value.type]).every(([name, kind]) => isKind(value[name], kind));
};

/** @param {unknown} value @param {FieldKind} kind */
const isKind = (value, kind) => {
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'object') return isRecord(value) && !Array.isArray(value);
  return typeof value === kind;
};

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isRecord = (value) => typeof value === 'object' && value !== null;
