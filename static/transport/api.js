// Everything over HTTP, with one shape for whatever goes wrong. Never throws and never keeps anything.

import { API_PATH, ERROR, FILL_PAGE_SIZE, PAGE_SIZE, isRecord } from '../protocol.js';

/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */
/**
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Presence} Presence
 * @typedef {import('../state/types.js').Device} Device
 * @typedef {import('../state/types.js').PasswordCheck} PasswordCheck
 * @typedef {import('../state/types.js').MessagesPage} MessagesPage
 * @typedef {import('../state/types.js').ConversationsPage} ConversationsPage
 * @typedef {import('../state/types.js').UsersPage} UsersPage
 * @typedef {import('../state/types.js').ConversationAnswer} ConversationAnswer
 * @typedef {import('../state/types.js').MembersPage} MembersPage
 * @typedef {import('../state/types.js').MeAnswer} MeAnswer
 * @typedef {import('../state/types.js').SearchAnswer} SearchAnswer
 * @typedef {import('../state/types.js').ChangesFrame} ChangesFrame
 * @typedef {{ reset: true, rev: number, head: number }} ResetAnswer
 * @typedef {(input: string, init?: RequestInit) => Promise<Response>} Fetch
 */

/** No answer for this long counts as none: a server that hangs must not hold the page. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * @param {{ fetch: Fetch, onUnauthenticated: () => void }} given `onUnauthenticated`: a call that needs a session found none.
 */
export const createApi = ({ fetch, onUnauthenticated }) => {
  /**
   * @template T
   * @param {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal] nobody waits for the answer any more
   * @returns {Promise<Outcome<T>>}
   */
  const call = async (method, path, body, signal) => {
    /** @type {RequestInit} */
    const init = {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), ...(signal ? [signal] : [])]),
    };
    if (method !== 'GET') {
      const isFile = body instanceof Blob;
      init.headers = { 'content-type': isFile ? body.type : 'application/json' };
      init.body = isFile ? body : JSON.stringify(body ?? {});
    }
    try {
      const response = await fetch(API_PATH + path, init);
      const text = response.status === 204 ? '' : await response.text();
      // What is no JSON is no answer of our server's, and falls through to having none.
      if (response.ok) return { ok: true, value: /** @type {T} */ (text === '' ? null : JSON.parse(text)) };
      const failure = failureOf(response, parse(text));
      if (failure.code === ERROR.unauthenticated) onUnauthenticated();
      return { ok: false, failure };
    } catch {
      return { ok: false, failure: { code: ERROR.network, message: 'no answer' } };
    }
  };

  return {
    call,
    /** @returns {Promise<Outcome<MeAnswer>>} */
    me: () => call('GET', '/me'),
    /**
     * @param {{ username: string, password: string, displayName?: string, keepSignedIn: boolean, code?: string, invitation?: string }} form
     * @returns {Promise<Outcome<{ user: User }>>}
     */
    signUp: (form) => call('POST', '/signup', form),
    /**
     * @param {{ username: string, password: string, keepSignedIn: boolean }} form
     * @returns {Promise<Outcome<{ user: User, weakPassword?: boolean }>>}
     */
    logIn: (form) => call('POST', '/login', form),
    /** @returns {Promise<Outcome<null>>} */
    logOut: () => call('POST', '/logout'),
    /**
     * @param {{ displayName?: string, pronoun?: string, hue?: number, status?: string, readReceipts?: boolean }} change
     * @returns {Promise<Outcome<{ user: User, readReceipts: boolean }>>}
     */
    updateMe: (change) => call('PATCH', '/me', change),
    /** @param {Blob | null} picture @returns {Promise<Outcome<{ user: User }>>} */
    updatePicture: (picture) => (picture ? call('PUT', '/me/picture', picture) : call('DELETE', '/me/picture')),
    /** @param {string} current @param {string} next @returns {Promise<Outcome<null>>} */
    changePassword: (current, next) => call('POST', '/me/password', { current, new: next }),
    /** @param {string} password @param {string} [username] @returns {Promise<Outcome<PasswordCheck>>} */
    checkPassword: (password, username) => call('POST', '/password-check', { password, username }),
    /** @returns {Promise<Outcome<{ sessions: ReadonlyArray<Device> }>>} */
    devices: () => call('GET', '/sessions'),
    /** @param {number} id @returns {Promise<Outcome<null>>} */
    endDevice: (id) => call('DELETE', `/sessions/${id}`),
    /** @returns {Promise<Outcome<null>>} */
    endOtherDevices: () => call('POST', '/sessions/end-others'),
    /** @param {number} id @param {number | null} until @returns {Promise<Outcome<null>>} */
    mute: (id, until) => call('PUT', `/conversations/${id}/mute`, until === null ? {} : { until }),
    /** @param {number} id @returns {Promise<Outcome<null>>} */
    unmute: (id) => call('DELETE', `/conversations/${id}/mute`),
    /** @returns {Promise<Outcome<{ users: ReadonlyArray<User> }>>} */
    blocked: () => call('GET', '/blocks'),
    /** @param {number} user @returns {Promise<Outcome<null>>} */
    block: (user) => call('PUT', `/blocks/${user}`),
    /** @param {number} user @returns {Promise<Outcome<null>>} */
    unblock: (user) => call('DELETE', `/blocks/${user}`),
    /** @param {{ after?: string, query?: string }} [where] @returns {Promise<Outcome<UsersPage>>} */
    users: ({ after, query } = {}) => call('GET', `/users${search({ after, q: query, limit: 100 })}`),
    /**
     * @param {string} q
     * @param {{ before?: string, limit?: number, signal?: AbortSignal }} options
     * @returns {Promise<Outcome<SearchAnswer>>}
     */
    search: (q, { before, limit, signal }) =>
      call('GET', `/search${search({ q, before, limit, zone: -new Date().getTimezoneOffset() })}`, undefined, signal),
    /** @param {string | null} before @returns {Promise<Outcome<ConversationsPage>>} */
    conversations: (before) => call('GET', `/conversations${search({ before: before ?? undefined, limit: 50 })}`),
    /** @param {number} id @returns {Promise<Outcome<ConversationAnswer>>} */
    conversation: (id) => call('GET', `/conversations/${id}`),
    /** @param {{ clientId: string, name: string, members: ReadonlyArray<number> }} group @returns {Promise<Outcome<ConversationAnswer>>} */
    createGroup: (group) => call('POST', '/conversations', { kind: 'group', ...group }),
    /** @param {number} id @param {string} name @returns {Promise<Outcome<ConversationAnswer>>} */
    renameGroup: (id, name) => call('PATCH', `/conversations/${id}`, { name }),
    /** @param {number} id @param {{ after?: string, query?: string }} [where] @returns {Promise<Outcome<MembersPage>>} */
    members: (id, { after, query } = {}) =>
      call('GET', `/conversations/${id}/members${search({ after, q: query, limit: 100 })}`),
    /** @param {number} id @param {ReadonlyArray<number>} users @returns {Promise<Outcome<ConversationAnswer>>} */
    addMembers: (id, users) => call('POST', `/conversations/${id}/members`, { users }),
    /** @param {number} id @param {number} user @returns {Promise<Outcome<ConversationAnswer>>} */
    removeMember: (id, user) => call('DELETE', `/conversations/${id}/members/${user}`),
    /**
     * @param {number} id
     * @param {{ before?: number, after?: number, around?: number, limit?: number }} [where]
     * @returns {Promise<Outcome<MessagesPage>>}
     */
    messages: (id, { before, after, around, limit = PAGE_SIZE } = {}) =>
      call('GET', `/conversations/${id}/messages${search({ before, after, around, limit })}`),
    /** @param {number} id @param {number} after @returns {Promise<Outcome<MessagesPage>>} */
    missing: (id, after) => call('GET', `/conversations/${id}/messages${search({ after, limit: FILL_PAGE_SIZE })}`),
    /** @param {number} id @param {number} after @returns {Promise<Outcome<ChangesFrame | ResetAnswer>>} */
    changes: (id, after) => call('GET', `/conversations/${id}/changes${search({ after, limit: 500 })}`),
  };
};

/** @typedef {ReturnType<typeof createApi>} Api */

/** Where the page says, while it closes, that it closes. */
export const CLOSING_PATH = `${API_PATH}/sessions/closing`;

/** @param {Record<string, string | number | undefined>} fields */
const search = (fields) => {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};

/** @param {string} text @returns {unknown} */
const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/**
 * A proxy in between may answer with anything; it becomes the same shape.
 * @param {Response} response
 * @param {unknown} answer
 * @returns {Failure}
 */
const failureOf = (response, answer) => {
  const said = isRecord(answer) ? answer : {};
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  const retryAfterMs =
    typeof said.retryAfterMs === 'number' ? said.retryAfterMs : Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const feedback = isRecord(said.feedback) ? said.feedback : null;
  return {
    code: typeof said.code === 'string' ? said.code : response.status >= 500 ? ERROR.unknown : 'refused',
    message: typeof said.message === 'string' ? said.message : '',
    status: response.status,
    ...(typeof said.field === 'string' ? { field: said.field } : {}),
    ...(typeof said.suggestion === 'string' ? { suggestion: said.suggestion } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(feedback
      ? {
          feedback: {
            warning: String(feedback.warning ?? ''),
            suggestions: Array.isArray(feedback.suggestions) ? feedback.suggestions.map(String) : [],
          },
        }
      : {}),
  };
};
