// What components may ask for: verbs that go up. `Actions` is the whole list; transport/client.js makes the object.
// Nothing here touches the page or the socket itself.

/**
 * @template T
 * @typedef {import('./types.js').Outcome<T>} Outcome
 */
/**
 * @typedef {import('./types.js').Target} Target
 * @typedef {import('./types.js').Settings} Settings
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Device} Device
 * @typedef {import('./types.js').Pronoun} Pronoun
 * @typedef {import('./types.js').PasswordCheck} PasswordCheck
 * @typedef {import('./types.js').SearchAnswer} SearchAnswer
 */

/**
 * Session and account. Those that return an `Outcome` never throw.
 * @typedef {object} AccountActions
 * @property {(form: { username: string, password: string, displayName?: string, keepSignedIn: boolean, code?: string, invitation?: string }) => Promise<Outcome<User>>} signUp
 * @property {(form: { username: string, password: string, keepSignedIn: boolean }) => Promise<Outcome<User>>} logIn
 * @property {(options?: { evenIfTextWaits?: boolean }) => Promise<{ done: true } | { done: false, waiting: number, drafts: number } | { done: false, failure: import('./types.js').Failure }>} logOut
 *   First tells how many unsent messages and unsaved drafts wait (they stay on this device for their owner); with `evenIfTextWaits` it goes on.
 * @property {() => void} retryStart After `phase: 'unreachable'`.
 * @property {(password: string, username?: string) => Promise<Outcome<PasswordCheck>>} checkPassword
 * @property {(current: string, next: string) => Promise<Outcome<null>>} changePassword
 * @property {(change: { displayName?: string, pronoun?: Pronoun | '', hue?: number, status?: string, readReceipts?: boolean }) => Promise<Outcome<User>>} updateMe
 * @property {(picture: Blob | null) => Promise<Outcome<User>>} updatePicture A small picture, or with null initials again.
 * @property {() => Promise<Outcome<ReadonlyArray<Device>>>} listDevices
 * @property {(id: number) => Promise<Outcome<null>>} endDevice
 * @property {() => Promise<Outcome<null>>} endOtherDevices
 * @property {(make: (call: import('../transport/api.js').Api['call']) => unknown) => unknown} ask What only parts that come later ask of the server: they bring the questions along.
 * @property {() => void} settleWeakPassword Hides the advice to change the password, until the next log-in.
 */

/**
 * Conversations and their messages.
 * @typedef {object} ChatActions
 * @property {(view: Target | null, seq?: number) => void} open Shows a conversation, at a message if one is named; `{ to: user }` for a person (finds an existing direct conversation by itself); null leaves.
 * @property {(conversation: number, seq: number) => void} seek Brings the log of the open chat to a message; `state.sought` tells how far that is.
 * @property {() => void} endSeeking What was sought was shown, or was said not to be there.
 * @property {(target: Target, body: string, replyTo?: number) => Promise<void>} send Resolves when the text is kept on this device; then it is in `state.outbox`.
 * @property {(clientId: string) => Promise<void>} tryAgain A failed message.
 * @property {(clientId: string) => Promise<void>} discard A queued or failed message.
 * @property {(conversation: number, seq: number, body: string) => Promise<Outcome<null>>} edit
 * @property {(conversation: number, seq: number) => Promise<Outcome<null>>} remove
 * @property {(conversation: number, seq: number, emoji: string, on: boolean) => Promise<void>} react Shown at once; sent when there is a connection. Resolves when it is kept on this device.
 * @property {(conversation: number) => Promise<void>} loadOlder Call two screens ahead; does nothing while one is on its way or there is none.
 * @property {(conversation: number) => Promise<void>} loadNewer For a window that does not reach the head.
 * @property {(conversation: number, seq: number) => void} loadQuote A message that a reply names and that is not loaded; shown by `messageAt` once here.
 * @property {(conversation: number) => Promise<void>} loadNewest Also 'Try again' of a failed first page.
 * @property {(seq: number) => void} lookAt The newest message of the open chat that is on the screen now.
 * @property {(conversation: number, seq: number) => void} sawMessage The message was at or past view for a second, window focused.
 * @property {(conversation: number, seq: number) => Promise<Outcome<null>>} markUnreadFrom
 * @property {(ids: ReadonlyArray<number>) => void} sawLate Those came-back lines were in view.
 * @property {(target: Target, text: string) => void} setDraft At every input; debounced inside. Also says 'typing'.
 * @property {(target: Target) => void} stopTyping On blur and on leaving.
 * @property {() => Promise<void>} loadMoreConversations
 * @property {() => Promise<void>} loadMorePeople
 * @property {(query: string) => Promise<Outcome<ReadonlyArray<User>>>} findPeople
 * @property {(users: ReadonlyArray<number>) => void} watchPeople The people now shown, at most 200; replaces the former list.
 */

/**
 * What one does not want to hear of. Stored by the server for all devices; what it refuses is said in a toast.
 * @typedef {object} ChoiceActions
 * @property {(conversation: number, until: number | null) => Promise<Outcome<null>>} mute Until a moment, or with null for ever.
 * @property {(conversation: number) => Promise<Outcome<null>>} unmute
 * @property {(user: number) => Promise<Outcome<null>>} block
 * @property {(user: number) => Promise<Outcome<null>>} unblock
 * @property {() => Promise<Outcome<ReadonlyArray<User>>>} listBlocked
 */

/**
 * Groups and who is in them. Those that return an `Outcome` never throw; what changed is in the state when they resolve.
 * @typedef {object} GroupActions
 * @property {(clientId: string, name: string, members: ReadonlyArray<number>) => Promise<Outcome<number>>} createGroup Opens it. Repeated with the same client id it makes no second one.
 * @property {(conversation: number, name: string) => Promise<Outcome<null>>} renameGroup
 * @property {(conversation: number, users: ReadonlyArray<number>) => Promise<Outcome<null>>} addMembers
 * @property {(conversation: number, user: number) => Promise<Outcome<null>>} removeMember Oneself: leaves.
 * @property {(conversation: number) => Promise<void>} loadMembers The next page of those who are not known yet.
 * @property {(conversation: number, query: string) => Promise<Outcome<import('./types.js').MembersPage>>} findMembers By name, also those that the page does not know yet.
 * @property {() => string} newRequest A client id.
 */

/**
 * @typedef {object} FindActions
 * @property {(query: string, options?: { before?: string, limit?: number, signal?: AbortSignal }) => Promise<Outcome<SearchAnswer>>} searchMessages Own messages, newest first; the chats of what was found are loaded too.
 * @property {(text: string) => void} rememberSearch It led somewhere; `state.searches` offers it again.
 * @property {() => void} forgetSearches
 */

/**
 * @typedef {object} PageActions
 * @property {() => void} reconnectNow
 * @property {(change: Partial<Settings>) => void} changeSettings
 * @property {() => Promise<'granted' | 'denied' | 'default' | 'missing'>} allowNotifications Only from a click.
 * @property {(id: number) => void} closeToast
 * @property {(text: string) => void} notify Says a thing that was done, for a moment.
 */

/** @typedef {AccountActions & ChatActions & ChoiceActions & FindActions & GroupActions & PageActions} Actions */

export {};
