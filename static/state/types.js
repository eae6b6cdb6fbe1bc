// The shapes everything in the page agrees on: what travels (wire objects and frames), what the page knows (`State`) and
// what may happen to it (`Event`). Types only; this module never runs anything.

/**
 * @typedef {'he' | 'she' | 'they'} Pronoun
 * @typedef {Readonly<{ id: number, username: string, displayName: string, hue: number, pronoun?: Pronoun, status?: string, picture?: string, disabled?: boolean }>} User
 * @typedef {'online' | 'idle' | 'offline' | 'unknown'} PresenceState
 * @typedef {Readonly<{ user: number, state: PresenceState, lastSeen?: number, idleSince?: number }>} Presence
 */

/**
 * One emoji on a message. `users`: the first 20 of `count`. `mine`: set by this person.
 * @typedef {Readonly<{ emoji: string, count: number, users: ReadonlyArray<number>, mine?: boolean }>} Reaction
 * @typedef {Readonly<{ user: number, emoji: string, on: boolean }>} ReactionChange
 */

/**
 * Whom a message's form mentions, in a group. `mentionsAll`: everybody else who was a member.
 * @typedef {Readonly<{ mentions?: ReadonlyArray<number>, mentionsAll?: boolean }>} Mentions
 */

/**
 * One message in its newest form. Deleted: `body` is empty and `deletedAt` set. Withheld: `body` is empty.
 * @typedef {Readonly<{
 *   conversation: number, seq: number, rev: number, sender: number, kind: 'text' | 'event', clientId?: string, body: string,
 *   at: number, writtenAt?: number, replyTo?: number, version: number, editedAt?: number, deletedAt?: number,
 *   withheld?: boolean, reactions?: ReadonlyArray<Reaction>, cut?: boolean, event?: Readonly<Record<string, unknown>>
 * }> & Mentions} Message
 */

/**
 * `from..=upTo` reached `user` at `at`. `since` is there only when that was late: the moment the member went offline.
 * @typedef {'delivered' | 'read'} ReceiptKind
 * @typedef {Readonly<{ user: number, kind: ReceiptKind, from: number, upTo: number, at: number, rev: number, since?: number }>} Receipt
 * @typedef {Readonly<{ seq: number, delivered: number, read: number, of: number }>} ReceiptCounts
 */

/**
 * Told to the sender: `user` came back at `at` and received `count` of the viewer's messages.
 * @typedef {Readonly<{ id: number, conversation: number, user: number, count: number, at: number, offlineSince: number, afterSeq: number, oldestAt: number }>} Late
 * @typedef {Readonly<{ user: number, role: 'owner' | 'member', from: number, until?: number }>} Member
 * @typedef {Readonly<{ text: string, version: number, at: number }>} Draft
 * @typedef {Readonly<{ until?: number }>} Mute Without `until` for ever; once `until` has passed it is as if there was none.
 */

/**
 * A conversation as the viewer sees it, on the wire.
 * @typedef {Readonly<{
 *   id: number, kind: 'direct' | 'group', name?: string, rev: number, head: number, first: number, members: ReadonlyArray<Member>,
 *   memberCount: number, lastMessage?: Message, lastAt: number, unread: number, mentioned: number, cursor: number, deliveredUpTo: number,
 *   readUpTo: number, receipts: ReadonlyArray<Receipt>, counts?: ReadonlyArray<ReceiptCounts>, muted?: Mute, draft?: Draft
 * }>} Conversation
 */

/**
 * @typedef {Readonly<{ bodyMaxBytes: number, frameMaxBytes: number, draftMaxBytes: number }>} Limits
 * @typedef {Readonly<{ id: number, keep: boolean }>} Session
 * @typedef {'logged_out' | 'revoked' | 'expired' | 'disabled' | 'password_changed'} SessionEndReason
 */

/* ── frames the page sends ─────────────────────────────────────────────────────────────────────────────────────── */

/**
 * @typedef {Readonly<{ type: 'hello', accountRev: number, peopleRev: number, conversations: ReadonlyArray<readonly [number, number]>, idle: boolean }>} HelloFrame
 * @typedef {Readonly<{ type: 'message.send', ref?: number, clientId: string, conversation?: number, to?: number, body: string, replyTo?: number, writtenAt?: number }>} MessageSendFrame
 * @typedef {Readonly<{ type: 'message.edit', ref?: number, clientId: string, conversation: number, seq: number, version: number, body: string }>} MessageEditFrame
 * @typedef {Readonly<{ type: 'message.delete', ref?: number, clientId: string, conversation: number, seq: number, version: number }>} MessageDeleteFrame
 * @typedef {Readonly<{ type: 'reaction.set', ref?: number, clientId: string, conversation: number, seq: number, emoji: string, on: boolean }>} ReactionSetFrame
 * @typedef {Readonly<{ type: 'receipt.delivered' | 'receipt.read', ref?: number, conversation: number, seq: number }>} ReceiptSendFrame
 * @typedef {Readonly<{ type: 'typing', conversation: number, on: boolean }>} TypingSendFrame
 * @typedef {Readonly<{ type: 'presence.set', idle: boolean }>} PresenceSetFrame
 * @typedef {Readonly<{ type: 'presence.watch', ref?: number, users: ReadonlyArray<number> }>} PresenceWatchFrame
 * @typedef {Readonly<{ type: 'draft.set', ref?: number, conversation: number, text: string, version: number }>} DraftSetFrame
 * @typedef {Readonly<{ type: 'cursor.set', ref?: number, conversation: number, seq: number }>} CursorSetFrame
 * @typedef {Readonly<{ type: 'late.seen', ref?: number, ids: ReadonlyArray<number> }>} LateSeenSendFrame
 * @typedef {HelloFrame | MessageSendFrame | MessageEditFrame | MessageDeleteFrame | ReactionSetFrame | ReceiptSendFrame | TypingSendFrame | PresenceSetFrame
 *   | PresenceWatchFrame | DraftSetFrame | CursorSetFrame | LateSeenSendFrame} ClientFrame
 */

/**
 * Those of the client frames that are answered by `message.stored`, `ok` or `error` with the same ref.
 * @typedef {MessageSendFrame | MessageEditFrame | MessageDeleteFrame | ReactionSetFrame | ReceiptSendFrame | PresenceWatchFrame | DraftSetFrame
 *   | CursorSetFrame | LateSeenSendFrame} RequestFrame
 */

/* ── frames the page receives ──────────────────────────────────────────────────────────────────────────────────── */

/**
 * @typedef {Readonly<{
 *   type: 'ready', user: User, session: Session, accountRev: number, peopleRev: number, serverTime: number, heartbeatMs: number,
 *   weakPassword?: boolean, readReceipts: boolean, limits: Limits, unreadTotal: number, blocked: ReadonlyArray<number>, conversations: ReadonlyArray<Conversation>, moreConversations: boolean,
 *   users: ReadonlyArray<User>, peopleReset?: boolean, presence: ReadonlyArray<Presence>, late: ReadonlyArray<Late>, moreLate: boolean
 * }>} ReadyFrame
 * @typedef {Readonly<{ type: 'changes', conversation: number, after: number, rev: number, messages: ReadonlyArray<Message>, receipts: ReadonlyArray<Receipt>, counts?: ReadonlyArray<ReceiptCounts>, more: boolean }>} ChangesFrame
 * @typedef {Readonly<{ type: 'reset', conversation: number, rev: number, head: number }>} ResetFrame
 * @typedef {Readonly<{ type: 'message.stored', ref?: number, clientId: string, conversation: number, seq: number, rev: number, at: number }> & Mentions} MessageStoredFrame
 * @typedef {Readonly<{ type: 'message', message: Message }>} MessageFrame
 * @typedef {Readonly<{ type: 'message.changed', message: Message, before?: Mentions, reaction?: ReactionChange }>} MessageChangedFrame
 * @typedef {Readonly<{ type: 'receipt', conversation: number, receipt: Receipt }>} ReceiptFrame
 * @typedef {Readonly<{ type: 'receipt.counts', conversation: number, seq: number, delivered: number, read: number, of: number }>} ReceiptCountsFrame
 * @typedef {Readonly<{ type: 'late', late: Late }>} LateFrame
 * @typedef {Readonly<{ type: 'late.seen', ids: ReadonlyArray<number> }>} LateSeenFrame
 * @typedef {Readonly<{ type: 'cursor', conversation: number, cursor: number, unread: number, mentioned: number, accountRev: number }>} CursorFrame
 * @typedef {Readonly<{ type: 'draft', conversation: number, draft?: Draft, accountRev: number }>} DraftFrame
 * @typedef {Readonly<{ type: 'account', readReceipts: boolean, accountRev: number }>} AccountFrame
 * @typedef {Readonly<{ type: 'mute', conversation: number, muted?: Mute, accountRev: number }>} MuteFrame
 * @typedef {Readonly<{ type: 'block', user: number, blocked: boolean, accountRev: number }>} BlockFrame
 * @typedef {Readonly<{ type: 'presence', ref?: number, users: ReadonlyArray<Presence> }>} PresenceFrame
 * @typedef {Readonly<{ type: 'typing', conversation: number, user: number, on: boolean }>} TypingFrame
 * @typedef {Readonly<{ type: 'user', user: User, peopleRev: number }>} UserFrame
 * @typedef {Readonly<{ type: 'conversation', conversation: Conversation }>} ConversationFrame
 * @typedef {Readonly<{ type: 'ok', ref: number, rev?: number, version?: number }>} OkFrame
 * @typedef {Readonly<{ type: 'error', ref?: number, code: string, message: string, field?: string, retryAfterMs?: number, draft?: Draft, current?: Message }>} ErrorFrame
 * @typedef {Readonly<{ type: 'session.ended', reason: SessionEndReason }>} SessionEndedFrame
 * @typedef {Readonly<{ type: 'goodbye', reason: 'restart' | 'overload', retryAfterMs: number }>} GoodbyeFrame
 * @typedef {Readonly<{ type: 'beat', at: number }>} BeatFrame
 * @typedef {ReadyFrame | ChangesFrame | ResetFrame | MessageStoredFrame | MessageFrame | MessageChangedFrame | ReceiptFrame
 *   | ReceiptCountsFrame | LateFrame | LateSeenFrame | CursorFrame | DraftFrame | AccountFrame | MuteFrame | BlockFrame | PresenceFrame | TypingFrame | UserFrame | ConversationFrame | OkFrame | ErrorFrame
 *   | SessionEndedFrame | GoodbyeFrame | BeatFrame} ServerFrame
 */

/* ── answers over HTTP ─────────────────────────────────────────────────────────────────────────────────────────── */

/**
 * @typedef {Readonly<{ messages: ReadonlyArray<Message>, receipts: ReadonlyArray<Receipt>, counts?: ReadonlyArray<ReceiptCounts>, late: ReadonlyArray<Late>, rev: number, head: number, first: number, hasBefore: boolean, hasAfter: boolean }>} MessagesPage
 * @typedef {Readonly<{ conversations: ReadonlyArray<Conversation>, users: ReadonlyArray<User>, next?: string }>} ConversationsPage
 * @typedef {Readonly<{ users: ReadonlyArray<User>, presence: ReadonlyArray<Presence>, next?: string, peopleRev: number, total: number }>} UsersPage
 * @typedef {Readonly<{ conversation: Conversation, users: ReadonlyArray<User> }>} ConversationAnswer
 * @typedef {Readonly<{ members: ReadonlyArray<Member>, users: ReadonlyArray<User>, presence: ReadonlyArray<Presence>, next?: string }>} MembersPage
 * @typedef {Readonly<{ conversation: number, seq: number, sender: number, at: number, excerpt: string, marks: ReadonlyArray<readonly [number, number]> }>} Hit
 * @typedef {Readonly<{ hits: ReadonlyArray<Hit>, next?: string, reach: 'all' | 'newest', unknown?: ReadonlyArray<string> }>} SearchAnswer
 *   `marks`: UTF-16 ranges of the excerpt. `reach`: 'newest' when only the newest messages were looked through. `unknown`: filters that name nobody and nothing.
 * @typedef {Readonly<{ user: User, session: Session, readReceipts: boolean, weakPassword?: boolean }>} MeAnswer
 * @typedef {Readonly<{ id: number, current: boolean, keep: boolean, kind: 'browser' | 'token', label: string, createdAt: number, lastUsedAt: number, online: boolean }>} Device
 * @typedef {Readonly<{ score: number, ok: boolean, warning?: string, suggestions: ReadonlyArray<string> }>} PasswordCheck
 * @typedef {Readonly<{ code: string, message: string, field?: string, retryAfterMs?: number, feedback?: Readonly<{ warning: string, suggestions: ReadonlyArray<string> }>, suggestion?: string, status?: number }>} Failure
 *   `code` is one of protocol.js ERROR or HTTP_ERROR, or 'network' when no answer came. `suggestion`: a username that is free.
 */

/**
 * What an action that waits for the server comes back with.
 * @template T
 * @typedef {Readonly<{ ok: true, value: T }> | Readonly<{ ok: false, failure: Failure }>} Outcome
 */

/* ── what the page knows ───────────────────────────────────────────────────────────────────────────────────────── */

/**
 * Where a text goes: a conversation, or a person with whom there is none yet.
 * @typedef {Readonly<{ conversation: number }> | Readonly<{ to: number }>} Target
 */

/**
 * Messages without a hole: `messages[i].seq === from + i`.
 * @typedef {Readonly<{ from: number, to: number, messages: ReadonlyArray<Message> }>} Run
 */

/**
 * One member's receipts by `upTo`, ascending, of one conversation.
 * @typedef {Readonly<{ delivered: ReadonlyArray<Receipt>, read: ReadonlyArray<Receipt> }>} MemberReceipts
 */

/** @typedef {'idle' | 'loading' | 'failed'} LoadState */

/**
 * Members beyond those that the server names by itself. `next`: where the next page begins; `isWhole`: the last one is here;
 * `met`: who was on the pages so far.
 * @typedef {Readonly<{ load: LoadState, next: string | null, isWhole: boolean, met: ReadonlyArray<number> }>} Roster
 */

/**
 * What the page holds of one conversation.
 * - `rev`: everything up to it has been seen (a complete prefix); sent in `hello`. `liveRev`: the greatest rev met.
 * - `countedRev`: `head`, `unread` and `lastMessage` are right up to this rev; a message with a smaller one moves no count.
 * - `mentionMoves`: what frames have lately changed of `mentioned`, also below the cursor.
 * - `runs`: the loaded messages, ascending, never touching each other. `holes`: seqs skipped by a live frame, to be fetched.
 * - `edits`: the newest forms of messages that are not loaded; a page that was read before them may still be on its way.
 * - `isTailLoaded`: the last run reaches the newest message, but for holes. `anchor`: the seq the log stands around after a
 *   jump; null = it stands at the end.
 * - `deliveredUpTo`: what the server knows as delivered to this user. `first`: oldest seq this user may see.
 * - `stale`: on the list since before the last reconnect and not yet heard of again.
 * @typedef {Readonly<{
 *   id: number, kind: 'direct' | 'group', name: string | null, members: ReadonlyArray<Member>, memberCount: number,
 *   head: number, first: number, lastMessage: Message | null, lastAt: number, unread: number, mentioned: number, cursor: number,
 *   deliveredUpTo: number, readUpTo: number, rev: number, liveRev: number, countedRev: number, catchingUp: boolean, stale: boolean,
 *   mentionMoves: ReadonlyArray<Readonly<{ seq: number, rev: number, by: number }>>,
 *   runs: ReadonlyArray<Run>, holes: ReadonlyArray<Readonly<{ from: number, to: number }>>, edits: ReadonlyMap<number, Message>, isTailLoaded: boolean, anchor: number | null,
 *   receipts: ReadonlyMap<number, MemberReceipts>, counts: ReadonlyMap<number, ReceiptCounts>, roster: Roster, newest: LoadState, older: LoadState, newer: LoadState, muted: Mute | null
 * }>} ConversationCopy
 */

/**
 * A message that waits on this device. `failed` says why it was set aside.
 * @typedef {Readonly<{
 *   clientId: string, user: number, order: number, target: Target, body: string, replyTo?: number, writtenAt: number,
 *   state: 'queued' | 'sending' | 'failed', failed?: Readonly<{ code: string, message: string }>
 * }>} OutboxItem
 */

/**
 * A reaction that waits on this device.
 * @typedef {Readonly<{ clientId: string, user: number, order: number, conversation: number, seq: number, emoji: string, on: boolean }>} PendingReaction
 */

/**
 * The text in a composer. `version`: of the server's draft it builds on; `saved`: the server has exactly this.
 * @typedef {Readonly<{ text: string, version: number, at: number, saved: boolean }>} DraftCopy
 */

/**
 * `lostAt`: since when there has been no live connection (null while live). `retryAt`: when the next try starts.
 * @typedef {Readonly<{
 *   phase: 'off' | 'connecting' | 'waiting' | 'live', lostAt: number | null, retryAt: number | null, attempt: number,
 *   reason: 'start' | 'lost' | 'restart' | 'overload', wasLive: boolean
 * }>} Link
 */

/**
 * @typedef {Readonly<{
 *   theme: 'system' | 'light' | 'dark', density: 'comfortable' | 'compact', hours: 'system' | '24' | '12',
 *   language: import('../texts/words.js').LanguageChoice, sound: boolean, notifications: boolean, enterSends: boolean
 * }>} Settings
 */

/**
 * @typedef {Readonly<{ id: number }> & (
 *   Readonly<{ kind: 'late', late: Late }> | Readonly<{ kind: 'sent', count: number }>
 *   | Readonly<{ kind: 'failed', failure: Readonly<{ code: string, message: string }> }> | Readonly<{ kind: 'deviceStorage' }>
 *   | Readonly<{ kind: 'reaction', emoji: string, code: string }> | Readonly<{ kind: 'info', text: string }>)} Toast
 *   `failed` stays until closed; `deviceStorage`: the browser cannot keep unsent messages over a reload.
 */

/**
 * A message to be shown, or with `seq` null a conversation that is not on the list. 'here': the log can show it; 'gone': it is
 * not there for this person.
 * @typedef {Readonly<{ conversation: number, seq: number | null, step: 'wanted' | 'loading' | 'here' | 'gone' | 'failed' }>} Sought
 */

/**
 * What was searched for last, newest first; nothing from before `forgottenAt`.
 * @typedef {Readonly<{ list: ReadonlyArray<Readonly<{ text: string, at: number }>>, forgottenAt: number }>} Searches
 */

/**
 * - `phase`: 'starting' until it is known whether there is a session.
 * - `readReceipts`: others are told what this user reads, and the user what others read.
 * - `blocked`: whom this user has blocked.
 * - `view`: which conversation (or person without one) is on the page; null = none.
 * - `divider`: the first unread seq when the viewed conversation was opened; stays until it is left.
 * - `late`: notices by id; `lateUnseen`: those the server still waits to hear 'seen' of.
 * - `drafts`: by `targetKey` (see state/target.js). `typing`: conversation → user → when it expires.
 * - `reactions`: those this device has asked for and not heard of yet, in order.
 * - `flush`: the queue being sent after a reconnect. `now`: the clock for words like 'today', renewed by `tick`.
 * - `searches`: what was searched for last on this device. `deviceStorage`: 'memory' when IndexedDB is missing or full.
 * @typedef {Readonly<{
 *   phase: 'starting' | 'signedOut' | 'signedIn' | 'unreachable', ended: SessionEndReason | null, me: User | null, session: Session | null,
 *   weakPassword: boolean, readReceipts: boolean, blocked: ReadonlySet<number>, limits: Limits, link: Link, accountRev: number, peopleRev: number,
 *   users: ReadonlyMap<number, User>, people: Readonly<{ next: string | null, total: number | null, load: LoadState }>,
 *   presence: ReadonlyMap<number, Presence>, typing: ReadonlyMap<number, ReadonlyMap<number, number>>,
 *   conversations: ReadonlyMap<number, ConversationCopy>,
 *   list: Readonly<{ more: boolean, next: string | null, load: LoadState }>,
 *   view: Target | null, divider: number | null, late: ReadonlyMap<number, Late>, lateUnseen: ReadonlySet<number>,
 *   outbox: ReadonlyArray<OutboxItem>, reactions: ReadonlyArray<PendingReaction>, flush: Readonly<{ sent: number, total: number }> | null,
 *   drafts: ReadonlyMap<string, DraftCopy>, settings: Settings, toasts: ReadonlyArray<Toast>, toastId: number,
 *   deviceStorage: 'kept' | 'memory', isAttended: boolean, inView: number, now: number,
 *   lostLine: Readonly<{ at: number, afterSeqs: ReadonlyMap<number, number> }> | null, sought: Sought | null,
 *   searches: Searches
 * }>} State
 *   `isAttended`: the window is visible and focused. `inView`: the newest seq of the viewed conversation on the screen. `lostLine`: when the connection was last lost, and each conversation's head then.
 */

/**
 * What a device keeps of a person who wished to stay signed in, as it stood when the page was last here.
 * @typedef {Readonly<{
 *   me: User, session: Session, blocked: ReadonlyArray<number>, accountRev: number, peopleRev: number, users: ReadonlyArray<User>,
 *   people: Readonly<{ next: string | null, total: number | null }>, conversations: ReadonlyArray<ConversationCopy>,
 *   late: ReadonlyArray<Late>, drafts: ReadonlyArray<readonly [string, DraftCopy]>, searches: Searches
 * }>} Kept
 */

/**
 * Why a page was asked for. 'missing' and 'around' carry `seq`: the seq asked after or around; 'quote' loads one message
 * without moving the log.
 * @typedef {'newest' | 'older' | 'newer' | 'around' | 'missing' | 'quote'} PageKind
 */

/* ── what may happen ───────────────────────────────────────────────────────────────────────────────────────────── */

/**
 * Everything the reducer takes. `now` is the device's clock, given in so that the reducer stays pure.
 * @typedef {(
 *   Readonly<{ type: 'session.found', user: User, session: Session | null, weakPassword: boolean }>
 *   | Readonly<{ type: 'session.lost', reason: SessionEndReason | null }>
 *   | Readonly<{ type: 'session.unreachable' }> | Readonly<{ type: 'session.doubted' }>
 *   | Readonly<{ type: 'kept.loaded', kept: Kept }>
 *   | Readonly<{ type: 'link.changed', link: Link, now: number }>
 *   | Readonly<{ type: 'frame', frame: ServerFrame, now: number, asked?: ReadonlySet<number> }>
 *   | Readonly<{ type: 'page.loading', conversation: number, which: 'newest' | 'older' | 'newer' }>
 *   | Readonly<{ type: 'page.failed', conversation: number, which: 'newest' | 'older' | 'newer' }>
 *   | Readonly<{ type: 'page.loaded', conversation: number, which: PageKind, page: MessagesPage, seq?: number }>
 *   | Readonly<{ type: 'list.loading' }> | Readonly<{ type: 'list.failed' }>
 *   | Readonly<{ type: 'list.loaded', page: ConversationsPage }>
 *   | Readonly<{ type: 'people.loading' }> | Readonly<{ type: 'people.failed' }>
 *   | Readonly<{ type: 'people.loaded', page: UsersPage, isWhole: boolean }>
 *   | Readonly<{ type: 'conversation.loaded', answer: ConversationAnswer }>
 *   | Readonly<{ type: 'conversation.gone', conversation: number }>
 *   | Readonly<{ type: 'members.loading' | 'members.failed', conversation: number }>
 *   | Readonly<{ type: 'members.loaded', conversation: number, page: MembersPage }>
 *   | Readonly<{ type: 'members.found', page: MembersPage }>
 *   | Readonly<{ type: 'message.changed', message: Message }>
 *   | Readonly<{ type: 'me.changed', user: User, readReceipts: boolean }>
 *   | Readonly<{ type: 'view.opened', view: Target | null, seq?: number }>
 *   | Readonly<{ type: 'sought.moved', step: Sought['step'] | null }>
 *   | Readonly<{ type: 'searched', text: string, at: number }> | Readonly<{ type: 'searches.forgotten', at: number }>
 *   | Readonly<{ type: 'delivered.told', conversation: number, seq: number }>
 *   | Readonly<{ type: 'read.told', conversation: number, seq: number }>
 *   | Readonly<{ type: 'cursor.told', conversation: number, seq: number }>
 *   | Readonly<{ type: 'late.told', ids: ReadonlyArray<number> }>
 *   | Readonly<{ type: 'outbox.loaded', items: ReadonlyArray<OutboxItem> }>
 *   | Readonly<{ type: 'outbox.put', item: OutboxItem }>
 *   | Readonly<{ type: 'outbox.removed', clientId: string, stored?: Message }>
 *   | Readonly<{ type: 'outbox.kept', where: 'kept' | 'memory' }>
 *   | Readonly<{ type: 'reaction.asked', item: PendingReaction }> | Readonly<{ type: 'reaction.settled', clientId: string }>
 *   | Readonly<{ type: 'draft.changed', key: string, draft: DraftCopy | null }>
 *   | Readonly<{ type: 'typing.expired', now: number }>
 *   | Readonly<{ type: 'setting.changed', settings: Settings }>
 *   | Readonly<{ type: 'attention.changed', isAttended: boolean }>
 *   | Readonly<{ type: 'view.moved', seq: number }>
 *   | Readonly<{ type: 'toast.added', toast: { kind: 'failed', failure: Readonly<{ code: string, message: string }> } | { kind: 'reaction', emoji: string, code: string } | { kind: 'info', text: string } }>
 *   | Readonly<{ type: 'toast.closed', id: number }>
 *   | Readonly<{ type: 'weakPassword.settled' }>
 *   | Readonly<{ type: 'tick', now: number }>
 * )} Event
 */

/** @typedef {Event['type']} EventType */

export {};
