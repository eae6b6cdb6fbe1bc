// What is asked of the server by whoever runs it, or comes to it with a link. Loaded later, given the page's one way to ask.
// Keeps nothing.

/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */
/**
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Presence} Presence
 * @typedef {'open' | 'invitation' | 'closed'} SignUp
 * @typedef {Readonly<{ id: number, createdAt: number, expiresAt: number, places: number, used: number }>} Invitation
 * @typedef {Readonly<{ user: User, createdAt: number, isAdmin: boolean }>} RunPerson
 * @typedef {Readonly<{ people: ReadonlyArray<RunPerson>, presence: ReadonlyArray<Presence>, next?: string, total: number }>} PeoplePage
 * @typedef {Readonly<{ signUp: SignUp, hasAdmin: boolean, invited?: boolean }>} Admission
 */

/** @param {import('./api.js').Api['call']} call */
export const createRunning = (call) => ({
  /** @returns {Promise<Outcome<{ isAdmin: boolean }>>} */
  me: () => call('GET', '/me'),
  /** @param {string} [invitation] @returns {Promise<Outcome<Admission>>} */
  admission: (invitation) => call('POST', '/admission', { invitation }),
  /** @param {string} code @returns {Promise<Outcome<null>>} */
  takeServer: (code) => call('POST', '/me/admin', { code }),
  /** @param {string} token @param {string} next @returns {Promise<Outcome<{ username: string }>>} */
  setPassword: (token, next) => call('POST', '/password-link', { token, new: next }),
  /** @returns {Promise<Outcome<{ signUp: SignUp }>>} */
  settings: () => call('GET', '/admin/settings'),
  /** @param {string} signUp @returns {Promise<Outcome<{ signUp: SignUp }>>} */
  changeSettings: (signUp) => call('PUT', '/admin/settings', { signUp }),
  /** @returns {Promise<Outcome<{ invitations: ReadonlyArray<Invitation> }>>} */
  invitations: () => call('GET', '/admin/invitations'),
  /** @param {{ places: number, hours: number }} invitation @returns {Promise<Outcome<{ id: number, token: string }>>} */
  invite: (invitation) => call('POST', '/admin/invitations', invitation),
  /** @param {number} id @returns {Promise<Outcome<null>>} */
  uninvite: (id) => call('DELETE', `/admin/invitations/${id}`),
  /** @param {string} query @param {string} [after] @returns {Promise<Outcome<PeoplePage>>} */
  people: (query, after) => call('GET', `/admin/people?${new URLSearchParams({ q: query, ...(after === undefined ? {} : { after }) })}`),
  /** @param {number} id @param {{ disabled?: boolean, isAdmin?: boolean }} change @returns {Promise<Outcome<null>>} */
  changePerson: (id, change) => call('PATCH', `/admin/people/${id}`, change),
  /** @param {number} id @returns {Promise<Outcome<{ token: string }>>} */
  linkPassword: (id) => call('POST', `/admin/people/${id}/password-link`),
});

/** @typedef {ReturnType<typeof createRunning>} Running */
