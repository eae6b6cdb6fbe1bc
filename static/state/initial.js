// The state before anything is known, and the settings a device starts with.

import { DEFAULT_LIMITS } from '../protocol.js';
import { NO_SEARCHES } from './searches.js';

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Settings} Settings */
/** @typedef {import('./types.js').Link} Link */

/** @type {Settings} */
export const DEFAULT_SETTINGS = Object.freeze({
  theme: 'system',
  density: 'comfortable',
  hours: 'system',
  language: 'system',
  sound: true,
  notifications: false,
  enterSends: true,
});

/** @type {Link} */
const LINK_OFF = Object.freeze({
  phase: 'off',
  lostAt: null,
  retryAt: null,
  attempt: 0,
  reason: 'start',
  wasLive: false,
});

/** @param {Settings} settings @param {number} now @returns {State} */
export const initialState = (settings, now) => ({
  phase: 'starting',
  ended: null,
  me: null,
  session: null,
  weakPassword: false,
  readReceipts: true,
  blocked: new Set(),
  limits: DEFAULT_LIMITS,
  link: LINK_OFF,
  accountRev: 0,
  peopleRev: 0,
  users: new Map(),
  people: { next: null, total: null, load: 'idle' },
  presence: new Map(),
  typing: new Map(),
  conversations: new Map(),
  list: { more: false, next: null, load: 'idle' },
  view: null,
  divider: null,
  late: new Map(),
  lateUnseen: new Set(),
  outbox: [],
  reactions: [],
  flush: null,
  drafts: new Map(),
  settings,
  toasts: [],
  toastId: 0,
  deviceStorage: 'kept',
  isAttended: false,
  inView: 0,
  now,
  lostLine: null,
  sought: null,
  searches: NO_SEARCHES,
});
