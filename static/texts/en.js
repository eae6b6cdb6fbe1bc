// Everything the page says, in English; the shape of every catalogue. Templates name what they need by its place here,
// components read it through words.js. Plurals, numbers and lists come from `Intl`; times and durations arrive already in
// words (lib/time.js). Nothing here knows the page.
import { countedIn, grammarOf, waitOf } from './grammar.js';

const { count, form, number, list } = grammarOf('en');

/** @typedef {'he' | 'she' | 'they'} Pronoun */

/** A word that stands out in a sentence; components set it in bold. @typedef {string | { strong: string }} Piece */

/** How many are left stands in the server's sentence only. @param {string} message */
const triesLeft = (message) => {
  const left = countedIn(message);
  return left === null ? '' : ` ${count(left, 'try', 'tries')} left before a short pause.`;
};

/** @param {number} ms */
const inWords = (ms) => {
  const wait = waitOf(ms);
  return 'seconds' in wait ? en.duration.seconds(wait.seconds) : en.duration.minutes(wait.minutes);
};

/** The page and the server are not of one version. */
const NOT_UNDERSTOOD = 'The server does not understand this. Reload the page and try again.';

/** What a field may hold, by its name. @type {Readonly<Record<string, string>>} */
const FIELDS = {
  name: 'A group’s name has 1 to 64 characters on one line.',
  status: 'A status has at most 80 visible characters on one line.',
  body: 'There are characters in this text that no text may have.',
};

const IS = { he: 'he’s', she: 'she’s', they: 'they’re' };

export const en = {
  /** Where the browser names no region of its own. */
  locale: 'en-GB',

  /** @param {string} day 'yesterday ', 'Fri ' …; '' for today @param {string} clock */
  moment: (day, clock) => `${day}at ${clock}`,

  duration: {
    /** @param {number} n */ seconds: (n) => `${n} s`,
    /** @param {number} n */ minutes: (n) => `${n} min`,
    /** @param {number} n */ hours: (n) => `${n} h`,
    /** @param {number} n */ days: (n) => count(n, 'day', 'days'),
  },

  app: {
    /** @param {number} unread */ title: (unread) => (unread > 0 ? `(${number(unread)}) Chinwag` : 'Chinwag'),
    loading: 'Loading Chinwag',
    unreachable: 'Chinwag cannot be reached',
    unreachableWhy: 'The server does not answer. What you wrote is kept on this device.',
    tryAgain: 'Try again',
    close: 'Close',
    cancel: 'Cancel',
    partMissing: 'This part of Chinwag could not be loaded. Try again, or reload the page.',
    languageMissing: 'This language could not be loaded. Try again later.',
  },

  account: {
    pitch: {
      title: 'The small chat server that tells you the truth about every message.',
      message: 'Shall we take the 8:40?',
      stored: 'Stored',
      storedWhy: 'Safe on your own server. Bob is offline.',
      late: 'Delivered late, and you are told',
      lateWhy: 'Bob is back. 3 h 43 min later, to the minute.',
      read: 'Read',
      readWhy: 'He has seen it. Nothing guessed.',
    },
    signedOut: 'You were signed out',
    tabsName: 'Log in or create an account',
    tabs: { login: 'Log in', signup: 'Create account' },
    username: 'Username',
    password: 'Password',
    reveal: 'Show password',
    conceal: 'Hide password',
    keepSignedIn: 'Keep me signed in',
    keepSignedInWhy: 'Unticked: you are signed out when the last Chinwag window closes, and no messages stay on this device.',
    usernameEmpty: 'Type your username.',
    passwordEmpty: 'Type your password.',
    working: 'One moment…',
    /** @param {string} name @param {string} [free] a name that nobody has */
    taken: (name, free) => `“${name}” is taken. Try ${free ?? 'another'}, or log in instead.`,
    /** @param {string} free */ take: (free) => `Use ${free}`,
    strengthName: 'Password strength',
    strength: ['Weak.', 'Weak.', 'Fair.', 'Good.', 'Strong.'],
    meter: ['Weak', 'Weak', 'Fair', 'Good', 'Strong'],
    /** @param {number} n */ characters: (n) => count(n, 'character.', 'characters.'),
    needNewPassword: 'Choose a password of at least 8 characters.',
    /** What the server advises about a password. @param {string} sentence */ advice: (sentence) => sentence,
    wrongCurrent: 'That is not your current password.',
    changed: 'Password changed.',
    weak: 'Your password is easy to guess.',
    weakWhy: 'Choose a stronger one, so that nobody else can read your messages.',
    change: 'Change password',
    ended: {
      logged_out: 'You are logged out.',
      revoked: 'This device was removed from your account.',
      expired: 'You were signed out because this session ended.',
      disabled: 'This account is switched off. The person who runs this server can switch it on again.',
      password_changed: 'The password was changed on another device. Log in with the new one.',
    },
    /** @param {number} n */ endedKept: (n) => ` ${count(n, 'unsent message is', 'unsent messages are')} still kept here.`,
  },

  logOut: {
    /** @param {number} n @param {number} drafts */
    title: (n, drafts) => {
      if (drafts === 0) return `${count(n, 'message is', 'messages are')} not sent yet`;
      if (n === 0) return `${count(drafts, 'draft is', 'drafts are')} only on this device`;
      return `${count(n, 'message', 'messages')} and ${count(drafts, 'draft', 'drafts')} are only on this device`;
    },
    /** @param {number} n @param {number} drafts */
    text: (n, drafts) => {
      if (n > 0 && drafts > 0) return 'They stay here until you log in here again; the messages then go out.';
      if (drafts > 0) return form(drafts, 'It stays here and is back when you log in here again.', 'They stay here and are back when you log in here again.');
      return form(n, 'It stays on this device and goes out when you log in here again.', 'They stay on this device and go out when you log in here again.');
    },
    keep: 'Stay logged in',
    go: 'Log out',
  },

  welcome: {
    /** @param {string} name */ title: (name) => `Welcome, ${name}`,
    story: 'Every message here has a story: stored, delivered, read.',
    storySeen: 'You will always see which.',
    hello: 'Say hello',
    /** @param {number} n @param {number} online */ crowd: (n, online) => `${count(n, 'person is', 'people are')} here, ${number(online)} of them online`,
    /** @param {number} n */ crowdUnknown: (n) => `${count(n, 'person is', 'people are')} here`,
    alone: 'Nobody else is here yet',
    start: 'Start a chat',
    notify: 'Turn on notifications',
    notifyWhy: 'Also tells you when a late message arrives',
    turnOn: 'Turn on',
  },

  sidebar: {
    name: 'Chats and people',
    find: 'Search or jump to…',
    chats: 'Chats',
    people: 'People',
    noChats: 'No chats yet.',
    noChatsYet: 'No chats yet. Pick someone below and say hello.',
    nobody: 'Nobody else is here yet. People appear as soon as they sign up.',
    /** @param {string} text */ noMatch: (text) => `Nothing found for “${text}”`,
    chatsFailed: 'Older chats did not load.',
    peopleFailed: 'The list of people did not load.',
    deleted: 'Deleted message',
    draft: 'Draft:',
    /** @param {number} n */ unread: (n) => `${number(n)} unread`,
    /** @param {ReadonlyArray<string>} facts */ rowName: (facts) => facts.filter(Boolean).join(', '),
    ticks: {
      queued: 'Waiting for network',
      stored: 'Stored on the server',
      delivered: 'Delivered',
      late: 'Delivered late',
      read: 'Read',
      failed: 'Not sent',
    },
  },

  /** What one can do with a chat: how much of it one wants to hear. */
  chatMenu: {
    /** @param {string} title */ name: (title) => `More about ${title}`,
    muteHour: 'Mute for 1 hour',
    /** @param {string} clock */ muteMorning: (clock) => `Mute until tomorrow, ${clock}`,
    mute: 'Mute until I turn it back on',
    muteChat: 'Mute',
    unmute: 'Unmute',
    muted: 'muted',
    mutedForGood: 'Muted until you turn it back on',
    /** @param {string} when */ mutedUntil: (when) => `Muted until ${when}`,
  },

  /** Keeping somebody away. Says what happens and what does not; the person's name stands for every pronoun. */
  block: {
    /** @param {string} name */ block: (name) => `Block ${name}`,
    /** @param {string} name */ unblock: (name) => `Unblock ${name}`,
    /** @param {string} name */ title: (name) => `Block ${name}?`,
    /** @param {string} name */
    text: (name) =>
      `What ${name} writes to you alone is not shown to you, not even after you unblock. Neither of you sees whether the other is here, types or has read. In groups you both go on reading everything. ${name} is not told.`,
    keep: 'Do not block',
    /** @param {string} name */ is: (name) => `You have blocked ${name}. What ${name} writes here is not shown to you.`,
    undo: 'Unblock',
    /** @param {number} n @param {string} name */ notShown: (n, name) => `${count(n, 'message', 'messages')} from ${name} not shown`,
    people: 'Blocked people',
    none: 'You have blocked nobody. The menu of a chat has “Block”.',
    failed: 'The list did not load.',
  },

  presence: {
    online: 'Online',
    idle: 'Idle',
    /** @param {string} duration */ idleFor: (duration) => `idle ${duration}`,
    /** @param {string} duration */ idleSince: (duration) => `Idle for ${duration}`,
    noPresence: 'Presence unknown',
    unknownOffline: 'Presence unknown while you are offline',
    /** @param {string} when */ seen: (when) => `seen ${when}`,
    /** @param {string} day 'today', 'Fri' … @param {string} clock */ lastSeen: (day, clock) => `Last seen ${day} at ${clock}`,
    offline: 'Offline',
    word: { online: 'online', idle: 'idle', offline: 'offline', unknown: 'presence unknown' },
    meOffline: 'Offline — reconnecting',
    /** @param {number} n */ peopleOnline: (n) => `· ${number(n)} online`,
    peopleUnknown: '· presence unknown while offline',
  },

  connection: {
    lost: 'No connection.',
    lostWhy: 'Keep writing: messages stay on this device and go out in order.',
    /** @param {number} seconds */ tryingAgain: (seconds) => `Trying again in ${number(seconds)} s`,
    tryNow: 'Try now',
    reconnecting: 'Reconnecting…',
    /** @param {number} n */ waiting: (n) => (n === 0 ? '' : `${count(n, 'message is', 'messages are')} waiting on this device.`),
    back: 'Back online.',
    /** @param {number} n @param {number} total */ sending: (n, total) => `Sending ${number(n)} of ${number(total)}…`,
    /** @param {number} n */ sent: (n) => `Back online — ${count(n, 'message', 'messages')} sent`,
    restarting: 'The server is restarting.',
    restartingWhy: 'Nothing is lost; it is usually back within a minute.',
    /** @param {string} clock */ lostLine: (clock) => `Connection lost at ${clock}`,
  },

  banner: {
    plain: 'This address is plain http.',
    plainNext: 'Messages work. Notifications and running in the background need https.',
    memory: 'This browser cannot keep unsent messages.',
    memoryNext: 'Do not close this window while messages are waiting.',
    memoryToast: 'This browser cannot keep unsent messages over a reload',
    dismiss: 'Dismiss',
  },

  log: {
    back: 'Back to all chats',
    /** @param {string} title */ name: (title) => `Messages with ${title}`,
    /** @param {string} title */ chatWith: (title) => `Chat with ${title}`,
    /** @param {number} n */ fresh: (n) => count(n, 'new message', 'new messages'),
    olderFailed: 'Older messages did not load',
    newestFailed: 'The messages did not load',
    failedWhy: 'The server took too long. Nothing is lost.',
    notHere: 'These messages are not on this device',
    notHereWhy: 'They come as soon as the server answers.',
    gap: 'Loading what lies between…',
    /** @param {number} n */ moreNew: (n) => `${number(n)} more new`,
    /** @param {number} n */ moreNewName: (n) => `${count(n, 'more new message', 'more new messages')}, go to the latest`,
    latest: 'Latest',
    latestName: 'Go to the latest message',
    /** @param {string} name */ youAnd: (name) => `You and ${name}`,
    start: 'This is the start of your chat.',
    /** @param {string} name @param {string} word */ isPresent: (name, word) => `${name} is ${word}.`,
    wave: '👋 Wave',
    /** @param {string} author @param {string} text */ announce: (author, text) => `${author}: ${text}`,
  },

  /** `who`: null for oneself. */
  group: {
    make: 'New group',
    makeWhy: 'Talk with several people at once',
    name: 'Name of the group',
    people: 'People',
    create: 'Create group',
    nameEmpty: 'Give the group a name.',
    nobody: 'Choose at least one person.',
    find: 'Find people by name',
    /** @param {number} n */ chosen: (n) => `${count(n, 'person', 'people')} chosen`,
    /** @param {string} name */ unchoose: (name) => `Do not choose ${name}`,
    details: 'Details',
    showDetails: 'Details of this chat',
    closeDetails: 'Close details',
    /** @param {number} n */ size: (n) => count(n, 'person', 'people'),
    /** @param {number} n */ online: (n) => `${number(n)} online`,
    /** @param {ReadonlyArray<string>} names @param {number} more */ names: (names, more) => (more > 0 ? `${names.join(', ')} and ${number(more)} more` : list(names)),
    members: 'Members',
    findMembers: 'Find a member',
    membersFailed: 'Not all members did load.',
    owner: 'Owner',
    you: 'you',
    /** As one who is added or removed. */ youToo: 'you',
    add: 'Add',
    addTitle: 'Add people',
    addWhy: 'Whoever is added sees what is said from then on.',
    rename: 'Rename the group',
    /** @param {string} name */ remove: (name) => `Remove ${name} from the group`,
    /** @param {string} name */ removeTitle: (name) => `Remove ${name}?`,
    /** @param {string} name */ removeText: (name) => `${name} keeps what was said up to now and hears nothing later.`,
    removeGo: 'Remove',
    removeKeep: 'Keep in the group',
    leave: 'Leave group',
    /** @param {string} group */ leaveTitle: (group) => `Leave “${group}”?`,
    leaveText: 'You keep what was said up to now and hear nothing later.',
    leaveAgain: 'An owner can add you again.',
    /** @param {string | null} name */ leaveHeir: (name) => `You are its only owner: ${name === null ? 'whoever' : `${name}, who`} has been in it longest${name === null ? '' : ','} becomes the owner.`,
    leaveLast: 'Nobody else is in it, so nobody can add you again.',
    leaveStay: 'Stay',
    receipts: 'Who sees receipts',
    receiptsWhy: 'Everyone here can see when a message reached them and was read.',
    receiptsCrowd: 'In a group of more than 50 people it is told how many have a message, not who.',
    /** @param {string | null} who @param {string} day @param {string} clock */
    ended: (who, day, clock) => (who === null ? `You left this group ${day} at ${clock}.` : `${who} removed you from this group ${day} at ${clock}.`),
    endedWhy: 'What was said up to then stays here.',
    endedDraft: 'What you had begun to write:',
    noMember: 'no longer a member',
    away: 'You were not in the group for a while',
    /** @param {string | null} who @param {string} name */ created: (who, name) => `${who ?? 'You'} made the group “${name}”`,
    /** @param {string | null} who @param {string} name */ renamed: (who, name) => `${who ?? 'You'} renamed the group to “${name}”`,
    /** @param {string | null} who @param {string} names */ added: (who, names) => `${who ?? 'You'} added ${names}`,
    /** @param {string | null} who @param {string} name */ removed: (who, name) => `${who ?? 'You'} removed ${name}`,
    /** @param {string | null} who */ left: (who) => `${who ?? 'You'} left the group`,
  },

  message: {
    you: 'You',
    edited: 'edited',
    /** @param {string | null} name null: oneself */ deleted: (name) => `${name ?? 'You'} deleted this message`,
    withheld: 'Message not shown',
    quoteGone: 'Deleted message',
    quoteFar: 'An earlier message',
    /** @param {string} name @param {string} time */ label: (name, time) => `${name}, ${time}`,
    tools: 'Message tools',
    actions: 'Message actions',
    reply: 'Reply',
    copy: 'Copy text',
    unread: 'Mark unread from here',
    edit: 'Edit',
    more: 'More',
    deleteForAll: 'Delete for everyone',
  },

  remove: {
    keep: 'Keep it',
    go: 'Delete message',
    title: 'Delete this message for everyone?',
    text: 'The text is removed from the server and from every device. The place where it stood stays.',
    discardTitle: 'Delete this unsent message?',
    discardText: 'It is only on this device. Deleted, it is gone.',
    discard: 'Delete',
  },

  composer: {
    /** @param {string} name */ name: (name) => `Message ${name}`,
    editing: 'Edit message',
    send: 'Send',
    save: 'Save',
    /** @param {number} bytes */ left: (bytes) => `${count(bytes, 'byte', 'bytes')} left`,
    /** @param {number} bytes */ over: (bytes) => `${count(bytes, 'byte', 'bytes')} too long`,
    wave: '👋',
    /** @param {string} person @param {Pronoun | undefined} pronoun */
    away: (person, pronoun) =>
      pronoun
        ? `${person} is offline — ${pronoun} will get this when ${IS[pronoun]} back, and you will be told when.`
        : `${person} is offline — this will arrive when ${person} is back, and you will be told when.`,
    /** @param {ReadonlyArray<string>} names */
    typing: (names) => (names.length > 2 ? `${number(names.length)} people are typing…` : `${list(names)} ${form(names.length, 'is', 'are')} typing…`),
  },

  emoji: {
    name: 'Emoji',
    react: 'React',
    more: 'More emoji',
    search: 'Search emoji',
    tone: 'Skin tone',
    recent: 'Recently used',
    often: 'Often used',
    /** @param {string} text */ nothing: (text) => `No emoji found for “${text}”`,
    /** @param {number} n */ found: (n) => count(n, 'emoji found', 'emoji found'),
    failed: 'The emoji did not load',
    /** A button. @param {string} emoji @param {number} n @param {boolean} isMine */
    chip: (emoji, n, isMine) => `${emoji}, ${count(n, 'person', 'people')}${isMine ? ', you' : ''}`,
    whoName: 'Who reacted',
    /** @param {ReadonlyArray<string>} names */ who: (names) => list(names),
    /** After names. @param {number} n */ others: (n) => `${number(n)} more`,
    /** @param {string} emoji @param {string} code */
    notSet: (emoji, code) => (code === 'too_many' ? `${emoji} was not set: there are too many reactions on this message.` : `${emoji} was not set: this message can no longer be reacted to.`),
  },

  receipt: {
    queued: {
      /** @param {number} waiting */
      words: (waiting) => (waiting > 1 ? `${number(waiting)} messages waiting for network — kept on this device` : 'Waiting for network — kept on this device'),
      name: 'Waiting for network, kept on this device',
    },
    stored: {
      /** @param {string} clock */ words: (clock) => `Stored ${clock}`,
      /** @param {string} clock @param {string} person */ wordsAway: (clock, person) => `Stored ${clock} — waiting for ${person} to come back`,
      /** @param {string} moment */ name: (moment) => `Stored on the server ${moment}, not delivered yet`,
    },
    delivered: {
      /** @param {string} clock */ words: (clock) => `Delivered ${clock}`,
      /** @param {string} moment */ name: (moment) => `Delivered ${moment}`,
      wordsNoTime: 'Delivered',
    },
    late: {
      /** The part in bold. @param {string} clock */ head: (clock) => `Delivered late · ${clock}`,
      /** @param {string} duration */ tail: (duration) => `(${duration} later)`,
      /** @param {string} clock */ read: (clock) => ` · Read ${clock}`,
      /** @param {string} sent @param {string} delivered @param {string} spoken */
      name: (sent, delivered, spoken) => `Sent ${sent}, delivered late ${delivered}, ${spoken} later`,
      /** @param {string} sent @param {string} delivered @param {string} spoken @param {string} read */
      nameRead: (sent, delivered, spoken, read) => `Sent ${sent}, delivered late ${delivered}, ${spoken} later, read ${read}`,
    },
    read: {
      /** @param {string} clock */ words: (clock) => `Read ${clock}`,
      /** @param {string} moment */ name: (moment) => `Read ${moment}`,
      wordsNoTime: 'Read',
    },
    failed: {
      /** @param {string} reason */ words: (reason) => `Not sent — ${reason}`,
      /** @param {string} reason */ name: (reason) => `Not sent: ${reason}`,
    },
    group: {
      /** @param {number} n @param {number} all @param {string} waiting */ delivered: (n, all, waiting) => `Delivered to ${number(n)} of ${number(all)}${waiting}`,
      /** @param {number} n @param {number} all @param {string} waiting */ read: (n, all, waiting) => `Read by ${number(n)} of ${number(all)}${waiting}`,
      /** @param {number} all */ readByAll: (all) => `Read by all ${number(all)}`,
      /** @param {number} delivered @param {number} all @param {number} read */ counts: (delivered, all, read) => `Delivered to ${number(delivered)} of ${number(all)} · read by ${number(read)}`,
      /** @param {ReadonlyArray<string>} names in any number; more than two are counted */
      waiting: (names) => {
        if (names.length === 0) return '';
        return names.length > 2 ? ` · waiting for ${names[0]} and ${number(names.length - 1)} more` : ` · waiting for ${list(names)}`;
      },
    },
  },

  late: {
    /** @param {string} person @param {number} n @param {string} clock @returns {ReadonlyArray<Piece>} */
    line: (person, n, clock) => [{ strong: person }, ' came back and received ', { strong: count(n, 'message', 'messages') }, ' at ', { strong: clock }],
    /** @param {string} person @param {number} n @param {string} moment */
    lineWords: (person, n, moment) => `${person} came back and received ${count(n, 'message', 'messages')} ${moment}`,
    /** @param {string} person @param {number} n @param {string} moment */
    toast: (person, n, moment) => `${person} got your ${n === 1 ? 'message' : count(n, 'message', 'messages')} ${moment}`,
    show: 'Show',
    /** @param {string} person @param {number} n */
    noticeTitle: (person, n) => `${person} got your ${n === 1 ? 'message' : count(n, 'message', 'messages')}`,
    /** @param {string} clock @param {string} duration */
    noticeText: (clock, duration) => `${clock}, up to ${duration} after you wrote`,
  },

  info: {
    title: 'Message info',
    written: 'Written',
    writtenHere: 'on your device',
    /** @param {string} name */ writtenThere: (name) => `on ${name}’s device`,
    stored: 'Stored on the server',
    /** @param {string} name @param {string | null} seen */ safe: (name, seen) => (seen === null ? 'Safe on disk.' : `Safe on disk. ${name} was last seen ${seen}.`),
    /** @param {string} duration @param {string} person */ waited: (duration, person) => `Waited ${duration} — ${person} was away`,
    delivered: 'Delivered',
    deliveredLate: 'Delivered late',
    /** @param {string} duration */ later: (duration) => `${duration} later`,
    read: 'Read',
    /** @param {string} duration */ afterArrival: (duration) => `${duration} after it arrived`,
    notYet: 'Not delivered yet',
    /** @param {string} person */ notYetWhy: (person) => `You will be told when ${person} gets it.`,
    /** @param {number} n */ readBy: (n) => `Read by ${number(n)}`,
    /** @param {number} n */ deliveredTo: (n) => `Delivered to ${number(n)} more`,
    /** @param {number} n */ waitingFor: (n) => `Waiting for ${number(n)}`,
    edited: 'Edited',
    deleted: 'Deleted',
    noReads: 'Your read receipts are off, so you are not told who reads this.',
  },

  jump: {
    name: 'Search or jump',
    places: 'People and chats',
    messages: 'Messages',
    commands: 'Do',
    /** @param {string} text */ none: (text) => (text === '' ? 'Nobody is here yet' : `Nothing found for “${text}”`),
    /** @param {string} text */ search: (text) => `Search messages for “${text}”`,
    searchWhy: 'All chats, newest first',
    /** @param {number} n */ people: (n) => count(n, 'person', 'people'),
    /** Before the name of a group's member. */ with: 'with',
    move: 'move',
    open: 'open',
    onlyPeople: 'people only',
    onlyGroups: 'groups only',
    onlyCommands: 'commands only',
    does: {
      search: { title: 'Search messages', note: 'In all your chats, newest first' },
      mute: { title: 'Mute this chat', note: 'Until you turn it back on' },
      unmute: { title: 'Unmute this chat', note: 'You hear of new messages again' },
      newGroup: { title: 'New group', note: 'Several people in one chat' },
      profile: { title: 'Profile', note: 'Name, picture, status and pronoun' },
      password: { title: 'Change password', note: 'All your other devices are signed out' },
      devices: { title: 'Manage devices', note: 'See where you are signed in, and sign out there' },
      privacy: { title: 'Privacy', note: 'Read receipts, blocked people' },
      notifications: { title: 'Notifications and sound', note: 'On this device' },
      appearance: { title: 'Appearance', note: 'Colours, density, clock and language' },
      light: { title: 'Light colours', note: 'Theme on this device' },
      dark: { title: 'Dark colours', note: 'Theme on this device' },
      system: { title: 'Colours as the system', note: 'Theme on this device' },
      keys: { title: 'Keyboard shortcuts', note: 'Everything works without a mouse' },
      logOut: { title: 'Log out', note: 'On this device' },
    },
  },

  search: {
    title: 'Search',
    here: 'Search in this chat',
    text: 'Search messages',
    clear: 'Clear the search',
    close: 'Close search',
    back: 'Back to what was found',
    filters: 'Narrow the search',
    thisChat: 'This chat',
    /** @param {string} title */ inChat: (title) => `In ${title}`,
    from: 'From',
    anyone: 'Anyone',
    date: 'Date',
    since: 'On this day or later',
    until: 'Before this day',
    anyDay: 'Any date',
    /** @param {string} since @param {string} until days, or '' */
    days: (since, until) => (since === '' ? (until === '' ? 'Date' : `Before ${until}`) : until === '' ? `Since ${since}` : `${since} – ${until}`),
    hasLink: 'Links',
    newestFirst: 'newest first',
    /** @param {number} n @param {number} chats @param {boolean} areMore */
    count: (n, chats, areMore) => `${areMore ? 'Newest ' : ''}${count(n, 'message', 'messages')} in ${count(chats, 'chat', 'chats')}`,
    newestOnly: 'So few letters search your newest 20,000 messages only. Three or more search them all.',
    /** @param {ReadonlyArray<string>} filters */ unknown: (filters) => `Nobody and nothing here is called ${list(filters)}.`,
    /** @param {string} name */ withPerson: (name) => `With ${name}`,
    start: 'Find what was said',
    startWhy: 'Type two letters or more. Any part of a word is found.',
    last: 'Last searches',
    forget: 'Forget them',
    how: [
      { type: '"in the rain"', does: 'these words together' },
      { type: '-rain', does: 'without this word' },
      { type: 'from:bob', does: 'what Bob wrote' },
      { type: 'in:"Sunday lunch"', does: 'in this chat' },
      { type: 'after:2026-11-20', does: 'on this day or later' },
      { type: 'before:2026-12-01', does: 'before this day' },
      { type: 'has:link', does: 'with a link' },
    ],
    /** @param {string} text */ none: (text) => `Nothing found for “${text}”`,
    noneWhy: 'Check the spelling, or look for a part of the word.',
    everywhere: 'Search all chats',
    failed: 'The search did not work',
    away: 'Search needs the server',
    awayWhy: 'There is no connection. What you typed stays, and is looked for when it is back.',
    bad: 'Not yet a search',
    badWhy: 'This cannot be searched for: before: and after: take a day such as 2026-11-20, from: and in: a name, has: only link; - leaves out words only.',
    more: 'Show older ones',
  },

  link: {
    copy: 'Copy link',
    quoted: 'Go to the quoted message',
    copied: 'Link copied. It opens for whoever is in this chat.',
    chatGone: 'This chat is not open to you',
    chatGoneWhy: 'Only its members can read it. Whoever gave you the link may add you, or tell you what it says.',
    chatFailed: 'The chat did not load',
    toList: 'All chats',
    messageGone: 'That message is not there for you. Perhaps it was written before you joined.',
    messageFailed: 'That message did not load.',
  },

  keys: {
    title: 'Keyboard shortcuts',
    groups: { everywhere: 'Everywhere', chats: 'Between chats', writing: 'While writing', message: 'On a message' },
    names: { ctrl: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: 'Enter', esc: 'Esc', end: 'End', tab: 'Tab' },
    does: {
      jump: 'Search or jump',
      searchHere: 'Search in this chat',
      settings: 'Settings',
      sheet: 'These shortcuts',
      close: 'Close or cancel',
      nextChat: 'Next chat',
      previousChat: 'Previous chat',
      nextUnread: 'Next unread chat',
      inList: 'Move in a list',
      open: 'Open',
      send: 'Send',
      newLine: 'New line',
      editLast: 'Edit my last message',
      cancel: 'Cancel reply or edit',
      toMessages: 'To the messages',
      move: 'Message above or below',
      reply: 'Reply to the message',
      react: 'React to the message',
      info: 'Message info',
      menu: 'Message menu',
      latest: 'Go to latest',
      write: 'Back to writing',
    },
  },

  settings: {
    title: 'Settings',
    all: 'All settings',
    close: 'Close settings',
    saved: 'Saved.',
    profile: {
      title: 'Profile',
      name: 'Display name',
      usernameWhy: 'You log in with this.',
      colour: 'Colour',
      /** @param {number} n */ hue: (n) => `Colour ${n}`,
      pronoun: 'Pronoun (optional)',
      pronouns: { none: 'None given', she: 'she', he: 'he', they: 'they' },
      /** @param {Pronoun | undefined} pronoun */ pronounHint: (pronoun) => `Used in lines such as “when ${IS[pronoun ?? 'she']} back”.`,
      choose: 'Choose picture…',
      initials: 'Show initials',
      pictureFailed: {
        large: 'This picture is too large. Choose one of less than 25 MB.',
        unreadable: 'This file is not a picture that this browser can read.',
      },
      status: 'Status (optional)',
      quickName: 'Suggestions',
      quick: { working: '💼 Working', moving: '🚆 On the move', away: '🌴 Away', urgent: '🤫 Only urgent things' },
      save: 'Save profile',
    },
    password: {
      current: 'Current password',
      next: 'New password',
      others: 'All your other devices are signed out when the password changes.',
    },
    devices: {
      title: 'Devices',
      where: 'Where you are signed in. Remove anything you do not recognise.',
      failed: 'The list did not load.',
      here: 'This device',
      /** @param {string} label of the server, such as 'Firefox on Linux' */ label: (label) => label,
      /** @param {string} date */ signedIn: (date) => `Signed in ${date}`,
      stays: 'stays signed in',
      untilClose: 'until the last window closes',
      activeNow: 'Active now',
      /** @param {string} duration */ activeAgo: (duration) => `Active ${duration} ago`,
      remove: 'Remove',
      /** @param {string} label */ removeName: (label) => `Remove ${label}`,
      /** @param {string} label */ removeTitle: (label) => `Remove “${label}”?`,
      removeText: 'It is signed out at once. Messages it had not sent yet stay on that device and go out when you log in there again.',
      removeGo: 'Remove device',
      keep: 'Keep it',
      atOnce: 'A removed device is signed out at once.',
      others: 'Remove all others',
      othersTitle: 'Remove all other devices?',
      othersText: 'They are signed out at once. Messages they had not sent yet stay there and go out when you log in there again.',
      othersKeep: 'Keep them',
    },
    privacy: {
      title: 'Privacy',
      reads: 'Read receipts',
      readsWhy: 'Off: nobody is told what you read, and you are not told what others read. Delivery is always told.',
      everywhere: 'On all your devices. What was told before stays told.',
    },
    notifications: {
      title: 'Notifications',
      here: 'On this device',
      sound: 'Sound',
      soundWhy: 'A soft tap',
      permission: {
        granted: 'Allowed by the browser',
        denied: 'Blocked in the browser’s settings for this address',
        default: 'The browser will ask once',
        missing: 'This browser has no notifications at this address',
        plain: 'Notifications need https',
      },
    },
    appearance: {
      title: 'Appearance',
      theme: 'Colours',
      light: 'Light',
      dark: 'Dark',
      system: 'As the system',
      density: 'Density',
      comfortable: 'Comfortable',
      compact: 'Compact',
      clock: 'Clock',
      hours12: '5:45 pm',
      language: 'Language',
    },
    keyboard: {
      title: 'Keyboard',
      letters: 'Single letters work while a message has focus, never while you type.',
      enterSends: 'Enter sends the message',
      enterSendsWhy: 'Off: Enter makes a new line, Ctrl Enter sends',
    },
  },

  mentions: {
    list: 'People to mention',
    next: 'Go to the next mention of you',
    /** @param {number} n */ everybody: (n) => `everybody, ${count(n, 'person', 'people')}`,
    /** @param {number} n */ unread: (n) => count(n, 'mention', 'mentions'),
    /** @param {string} person @param {string} group */ notice: (person, group) => `${person} mentioned you in ${group}`,
  },

  notice: {
    /** @param {string} person @param {string} [conversation] */ title: (person, conversation) => (conversation ? `${person} in ${conversation}` : person),
    newMessage: 'New message',
  },

  /** What went wrong, by code; the server's own sentence is shown for any other. */
  failure: {
    /** @param {{ code: string, message: string, field?: string, retryAfterMs?: number }} failure @returns {string} */
    words: ({ code, message, field, retryAfterMs }) => {
      const wait = retryAfterMs === undefined ? '' : ` Try again in ${inWords(retryAfterMs)}.`;
      switch (code) {
        case 'network': return 'The server does not answer. Check the connection.';
        case 'starting': return 'The server is starting. It is usually ready within a minute.';
        case 'damaged': return 'The server cannot read its database. Only whoever runs it can help.';
        case 'busy': return `The server is busy.${wait}`;
        case 'rate_limited': return `That was a lot at once.${wait}`;
        case 'unknown': return 'It is not known whether the server kept this. Try again.';
        case 'search_too_long': return 'This search took too long. Look for a longer or rarer word, or in one chat.';
        case 'internal': return 'The server failed at this. Whoever runs it finds the reason in its log.';
        case 'not_found': return 'This is no longer here.';
        case 'forbidden': return 'You may not do this here.';
        case 'deleted': return 'The message was deleted meanwhile.';
        case 'version_conflict': return 'The message was changed meanwhile.';
        case 'body_too_long': return 'This text is too long.';
        case 'too_many': return 'That is more than there may be.';
        case 'wrong_credentials': return `Wrong username or password.${wait || triesLeft(message)}`;
        case 'too_many_attempts': return `Too many attempts.${wait}`;
        case 'username_invalid': return 'A username has 2 to 32 letters or digits of one script, with single . _ - between them.';
        case 'username_reserved': return 'This username is kept for the server itself.';
        case 'username_lookalike': return 'This username looks like one that is taken.';
        case 'username_taken': return 'This username is taken.';
        case 'display_name_invalid': return 'A display name has 1 to 64 visible characters on one line.';
        case 'password_weak': return 'This password is too easy to guess.';
        case 'password_too_long': return 'This password is too long.';
        case 'origin_refused': return 'The server accepts nothing from this address.';
        case 'unauthenticated': return 'You are no longer signed in. Log in again.';
        case 'draft_conflict': return 'The draft was changed on another device.';
        case 'body_empty': return 'A message needs some text.';
        case 'client_id_reused': return 'This was sent before, with other content.';
        case 'receipt_beyond_head': return 'That message is not there yet.';
        case 'picture_invalid': return 'The server cannot read this picture, or it is too large.';
        case 'too_large': return 'This is larger than the server takes.';
        case 'too_slow': return 'This took too long to arrive. Check the connection.';
        case 'unsupported_media_type': return 'The server does not take this kind of file.';
        case 'code_wrong': return 'That is not the server’s code.';
        case 'bad_query': return en.search.badWhy;
        case 'invalid_field': return FIELDS[field ?? ''] ?? NOT_UNDERSTOOD;
        case 'missing_field':
        case 'invalid_json':
        case 'unknown_type':
        case 'hello_required':
        case 'hello_repeated':
        case 'method_not_allowed': return NOT_UNDERSTOOD;
        default: if (/^(?:sign_up|invitation|admin|last|link)_/u.test(code)) return 'This does not hold here now.'; // server-en.js says more
          return message || 'The server refused this.';
      }
    },
    /** Why a message was set aside, after 'Not sent — '. @param {{ code: string, message: string }} failure @returns {string} */
    unsent: ({ code, message }) => {
      switch (code) {
        case 'body_too_long': return 'it is too long';
        case 'body_empty': return 'it has no text';
        case 'not_found': return 'this conversation is no longer here';
        case 'forbidden': return 'you may not write here';
        case 'client_id_reused': return 'its number was already used';
        case 'too_many': return 'too many messages wait on the server';
        case 'internal': return 'the server failed at it';
        case 'invalid_json':
        case 'unknown_type':
        case 'missing_field':
        case 'invalid_field':
        case 'hello_required':
        case 'hello_repeated': return 'the server does not understand it';
        default: return lowerFirst(message.replace(/\.$/u, '')) || 'the server refused it';
      }
    },
  },
};

/** @param {string} sentence */
const lowerFirst = (sentence) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** @typedef {typeof en} Texts */
