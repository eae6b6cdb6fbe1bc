// Everything the page says, in German; en.js says what each is for. 'du', short main clauses, en dashes, „quotes“. Nobody's
// gender is guessed: where no pronoun is given, or one that German has no word for, the name is said again.
import { countedIn, grammarOf, waitOf } from './grammar.js';

const { count, form, number, list } = grammarOf('de');

const PRONOUNS = { he: 'er', she: 'sie', they: null };

/** After 'vor', 'seit': of the words of a duration only 'Tage' sounds otherwise there. @param {string} duration */
const dative = (duration) => duration.replace('Tage', 'Tagen');

/** @param {number} n */
const messages = (n) => count(n, 'Nachricht', 'Nachrichten');

/** How many are left stands in the server's sentence only. @param {string} message */
const triesLeft = (message) => {
  const left = countedIn(message);
  return left === null ? '' : ` Noch ${count(left, 'Versuch', 'Versuche')} vor einer kurzen Pause.`;
};

/** @param {number} ms */
const inWords = (ms) => {
  const wait = waitOf(ms);
  return 'seconds' in wait ? de.duration.seconds(wait.seconds) : de.duration.minutes(wait.minutes);
};

/** The page and the server are not of one version. */
const NOT_UNDERSTOOD = 'Der Server versteht das nicht. Lade die Seite neu und versuch es noch einmal.';

/** What a field may hold, by its name. @type {Readonly<Record<string, string>>} */
const FIELDS = {
  name: 'Der Name einer Gruppe hat 1 bis 64 Zeichen in einer Zeile.',
  status: 'Ein Status hat höchstens 80 sichtbare Zeichen in einer Zeile.',
  body: 'In diesem Text sind Zeichen, die kein Text haben darf.',
};

/** The server judges passwords with zxcvbn, whose sentences have no code: all of them. @type {Readonly<Record<string, string>>} */
const ADVICE = {
  'Straight rows of keys are easy to guess.': 'Tasten in einer Reihe sind leicht zu erraten.',
  'Short keyboard patterns are easy to guess.': 'Kurze Tastenmuster sind leicht zu erraten.',
  'Repeats like "aaa" are easy to guess.': 'Wiederholungen wie „aaa“ sind leicht zu erraten.',
  'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': 'Wiederholungen wie „abcabcabc“ sind kaum schwerer zu erraten als „abc“.',
  'This is a top-10 common password.': 'Das ist eines der 10 häufigsten Passwörter.',
  'This is a top-100 common password.': 'Das ist eines der 100 häufigsten Passwörter.',
  'This is a very common password.': 'Das ist ein sehr häufiges Passwort.',
  'This is similar to a commonly used password.': 'Das ähnelt einem häufigen Passwort.',
  'Sequences like abc or 6543 are easy to guess.': 'Folgen wie abc oder 6543 sind leicht zu erraten.',
  'Recent years are easy to guess.': 'Jahreszahlen der letzten Zeit sind leicht zu erraten.',
  'A word by itself is easy to guess.': 'Ein einzelnes Wort ist leicht zu erraten.',
  'Dates are often easy to guess.': 'Daten sind oft leicht zu erraten.',
  'Names and surnames by themselves are easy to guess.': 'Einzelne Vor- und Nachnamen sind leicht zu erraten.',
  'Common names and surnames are easy to guess.': 'Häufige Vor- und Nachnamen sind leicht zu erraten.',
  'Use a few words, avoid common phrases.': 'Nimm ein paar Wörter, aber keine gängige Wendung.',
  'No need for symbols, digits, or uppercase letters.': 'Zeichen, Ziffern und Großbuchstaben braucht es nicht.',
  'Add another word or two. Uncommon words are better.': 'Häng noch ein, zwei Wörter an, am besten seltene.',
  "Capitalization doesn't help very much.": 'Großbuchstaben helfen kaum.',
  'All-uppercase is almost as easy to guess as all-lowercase.': 'Nur Großbuchstaben sind fast so leicht zu erraten wie nur kleine.',
  "Reversed words aren't much harder to guess.": 'Umgedrehte Wörter sind kaum schwerer zu erraten.',
  "Predictable substitutions like '@' instead of 'a' don't help very much.": 'Naheliegender Ersatz wie „@“ für „a“ hilft kaum.',
  'Use a longer keyboard pattern with more turns.': 'Nimm ein längeres Tastenmuster mit mehr Richtungswechseln.',
  'Avoid repeated words and characters.': 'Vermeide wiederholte Wörter und Zeichen.',
  'Avoid sequences.': 'Vermeide Folgen.',
  'Avoid recent years.': 'Vermeide Jahreszahlen der letzten Zeit.',
  'Avoid years that are associated with you.': 'Vermeide Jahreszahlen, die mit dir zu tun haben.',
  'Avoid dates and years that are associated with you.': 'Vermeide Daten und Jahreszahlen, die mit dir zu tun haben.',
};

/** @type {import('./en.js').Texts} */
export const de = {
  locale: 'de-DE',

  moment: (day, clock) => `${day}um ${clock}`,

  duration: {
    seconds: (n) => `${n}\u00a0Sek.`,
    minutes: (n) => `${n}\u00a0Min.`,
    hours: (n) => `${n}\u00a0Std.`,
    days: (n) => count(n, 'Tag', 'Tage'),
  },

  app: {
    title: (unread) => (unread > 0 ? `(${number(unread)}) Chinwag` : 'Chinwag'),
    loading: 'Chinwag wird geladen',
    unreachable: 'Chinwag ist nicht erreichbar',
    unreachableWhy: 'Der Server antwortet nicht. Was du geschrieben hast, bleibt auf diesem Gerät.',
    tryAgain: 'Erneut versuchen',
    close: 'Schließen',
    cancel: 'Abbrechen',
    partMissing: 'Dieser Teil von Chinwag konnte nicht geladen werden. Versuche es erneut oder lade die Seite neu.',
    languageMissing: 'Diese Sprache konnte nicht geladen werden. Versuche es später erneut.',
  },

  account: {
    pitch: {
      title: 'Der kleine Chatserver, der dir bei jeder Nachricht sagt, was wirklich mit ihr geschah.',
      message: 'Nehmen wir den um 8:40?',
      stored: 'Gespeichert',
      storedWhy: 'Sicher auf deinem eigenen Server. Bob ist offline.',
      late: 'Verspätet zugestellt, und du erfährst es',
      lateWhy: 'Bob ist zurück. 3\u00a0Std. 43\u00a0Min. später, auf die Minute genau.',
      read: 'Gelesen',
      readWhy: 'Er hat sie gesehen. Nichts ist geraten.',
    },
    signedOut: 'Du wurdest abgemeldet',
    tabsName: 'Anmelden oder Konto anlegen',
    tabs: { login: 'Anmelden', signup: 'Konto anlegen' },
    username: 'Benutzername',
    password: 'Passwort',
    reveal: 'Passwort zeigen',
    conceal: 'Passwort verbergen',
    keepSignedIn: 'Angemeldet bleiben',
    keepSignedInWhy: 'Ohne Haken: Du wirst abgemeldet, sobald das letzte Chinwag-Fenster zu ist, und auf diesem Gerät bleiben keine Nachrichten.',
    usernameEmpty: 'Gib deinen Benutzernamen ein.',
    passwordEmpty: 'Gib dein Passwort ein.',
    working: 'Einen Moment …',
    taken: (name, free) => `„${name}“ ist vergeben. ${free === undefined ? 'Nimm einen anderen Namen' : `Nimm zum Beispiel ${free}`} oder melde dich an.`,
    take: (free) => `${free} nehmen`,
    strengthName: 'Stärke des Passworts',
    strength: ['Schwach.', 'Schwach.', 'Mittel.', 'Gut.', 'Stark.'],
    meter: ['Schwach', 'Schwach', 'Mittel', 'Gut', 'Stark'],
    characters: (n) => `${number(n)} Zeichen.`,
    needNewPassword: 'Wähle ein Passwort mit mindestens 8 Zeichen.',
    advice: (sentence) => ADVICE[sentence] ?? (/ at least \d+ characters/u.test(sentence) ? `Ein Passwort hat mindestens ${parseInt(sentence.replace(/\D+/u, ''), 10)} Zeichen.` : ''),
    wrongCurrent: 'Das ist nicht dein aktuelles Passwort.',
    changed: 'Passwort geändert.',
    weak: 'Dein Passwort ist leicht zu erraten.',
    weakWhy: 'Wähle ein stärkeres, damit niemand sonst deine Nachrichten liest.',
    change: 'Passwort ändern',
    ended: {
      logged_out: 'Du bist abgemeldet.',
      revoked: 'Dieses Gerät wurde aus deinem Konto entfernt.',
      expired: 'Du wurdest abgemeldet, weil diese Sitzung zu Ende ist.',
      disabled: 'Dieses Konto ist abgeschaltet. Wer den Server betreibt, kann es wieder einschalten.',
      password_changed: 'Das Passwort wurde auf einem anderen Gerät geändert. Melde dich mit dem neuen an.',
    },
    endedKept: (n) => ` ${count(n, 'ungesendete Nachricht ist', 'ungesendete Nachrichten sind')} noch hier aufgehoben.`,
  },

  logOut: {
    title: (n, drafts) => {
      if (drafts === 0) return `${count(n, 'Nachricht ist', 'Nachrichten sind')} noch nicht gesendet`;
      if (n === 0) return `${count(drafts, 'Entwurf ist', 'Entwürfe sind')} nur auf diesem Gerät`;
      return `${messages(n)} und ${count(drafts, 'Entwurf', 'Entwürfe')} sind nur auf diesem Gerät`;
    },
    text: (n, drafts) => {
      if (n > 0 && drafts > 0) return 'Sie bleiben hier, bis du dich hier wieder anmeldest; dann gehen die Nachrichten hinaus.';
      if (drafts > 0) return form(drafts, 'Er bleibt hier und ist wieder da, wenn du dich hier wieder anmeldest.', 'Sie bleiben hier und sind wieder da, wenn du dich hier wieder anmeldest.');
      return form(n, 'Sie bleibt auf diesem Gerät und geht hinaus, wenn du dich hier wieder anmeldest.', 'Sie bleiben auf diesem Gerät und gehen hinaus, wenn du dich hier wieder anmeldest.');
    },
    keep: 'Angemeldet bleiben',
    go: 'Abmelden',
  },

  welcome: {
    title: (name) => `Willkommen, ${name}`,
    story: 'Jede Nachricht hat hier eine Geschichte: gespeichert, zugestellt, gelesen.',
    storySeen: 'Du siehst immer, wie weit sie ist.',
    hello: 'Sag Hallo',
    crowd: (n, online) => `${count(n, 'Person ist', 'Personen sind')} hier, ${number(online)} davon online`,
    crowdUnknown: (n) => `${count(n, 'Person ist', 'Personen sind')} hier`,
    alone: 'Außer dir ist noch niemand hier',
    start: 'Chat beginnen',
    notify: 'Mitteilungen einschalten',
    notifyWhy: 'Melden auch, wenn eine verspätete Nachricht ankommt',
    turnOn: 'Einschalten',
  },

  sidebar: {
    name: 'Chats und Personen',
    find: 'Suchen oder öffnen …',
    chats: 'Chats',
    people: 'Personen',
    noChats: 'Noch keine Chats.',
    noChatsYet: 'Noch keine Chats. Wähle unten jemanden aus und sag Hallo.',
    nobody: 'Außer dir ist noch niemand hier. Wer ein Konto anlegt, erscheint hier sofort.',
    noMatch: (text) => `Nichts gefunden zu „${text}“`,
    chatsFailed: 'Ältere Chats wurden nicht geladen.',
    peopleFailed: 'Die Liste der Personen wurde nicht geladen.',
    deleted: 'Gelöschte Nachricht',
    draft: 'Entwurf:',
    unread: (n) => `${number(n)} ungelesen`,
    rowName: (facts) => facts.filter(Boolean).join(', '),
    ticks: {
      queued: 'Wartet auf Verbindung',
      stored: 'Auf dem Server gespeichert',
      delivered: 'Zugestellt',
      late: 'Verspätet zugestellt',
      read: 'Gelesen',
      failed: 'Nicht gesendet',
    },
  },

  chatMenu: {
    name: (title) => `Mehr zu ${title}`,
    muteHour: '1 Stunde stumm',
    muteMorning: (clock) => `Stumm bis morgen, ${clock}`,
    mute: 'Stumm, bis ich es ändere',
    muteChat: 'Stummschalten',
    unmute: 'Nicht mehr stumm',
    muted: 'stumm',
    mutedForGood: 'Stumm, bis du es änderst',
    mutedUntil: (when) => `Stumm bis ${when}`,
  },

  block: {
    block: (name) => `${name} blockieren`,
    unblock: (name) => `${name} nicht mehr blockieren`,
    title: (name) => `${name} blockieren?`,
    text: (name) =>
      `Was ${name} nur an dich schreibt, wird dir nicht gezeigt, auch nicht, wenn du die Blockierung aufhebst. Ihr seht beide nicht, ob die andere Person da ist, schreibt oder gelesen hat. In Gruppen lest ihr beide weiter alles. ${name} erfährt es nicht.`,
    keep: 'Nicht blockieren',
    is: (name) => `Du hast ${name} blockiert. Was ${name} hier schreibt, wird dir nicht gezeigt.`,
    undo: 'Aufheben',
    notShown: (n, name) => `${count(n, 'Nachricht', 'Nachrichten')} von ${name} nicht gezeigt`,
    people: 'Blockierte Personen',
    none: 'Du hast niemanden blockiert. „Blockieren“ steht im Menü eines Chats.',
    failed: 'Die Liste wurde nicht geladen.',
  },

  presence: {
    online: 'Online',
    idle: 'Inaktiv',
    idleFor: (duration) => `inaktiv seit ${dative(duration)}`,
    idleSince: (duration) => `Inaktiv seit ${dative(duration)}`,
    noPresence: 'Anwesenheit unbekannt',
    unknownOffline: 'Anwesenheit unbekannt, solange du offline bist',
    seen: (when) => `zuletzt ${when}`,
    lastSeen: (day, clock) => `Zuletzt online ${day} um ${clock}`,
    offline: 'Offline',
    word: { online: 'online', idle: 'inaktiv', offline: 'offline', unknown: 'Anwesenheit unbekannt' },
    meOffline: 'Offline – verbindet neu',
    peopleOnline: (n) => `· ${number(n)} online`,
    peopleUnknown: '· Anwesenheit offline unbekannt',
  },

  connection: {
    lost: 'Keine Verbindung.',
    lostWhy: 'Schreib weiter: Nachrichten bleiben auf diesem Gerät und gehen der Reihe nach hinaus.',
    tryingAgain: (seconds) => `Neuer Versuch in ${number(seconds)} Sek.`,
    tryNow: 'Jetzt versuchen',
    reconnecting: 'Verbindet neu …',
    waiting: (n) => (n === 0 ? '' : `${count(n, 'Nachricht wartet', 'Nachrichten warten')} auf diesem Gerät.`),
    back: 'Wieder online.',
    sending: (n, total) => `Sendet ${number(n)} von ${number(total)} …`,
    sent: (n) => `Wieder online – ${messages(n)} gesendet`,
    restarting: 'Der Server startet neu.',
    restartingWhy: 'Nichts geht verloren; meist ist er in einer Minute zurück.',
    lostLine: (clock) => `Verbindung verloren um ${clock}`,
  },

  banner: {
    plain: 'Diese Adresse ist nur http.',
    plainNext: 'Nachrichten funktionieren. Mitteilungen und der Betrieb im Hintergrund brauchen https.',
    memory: 'Dieser Browser kann ungesendete Nachrichten nicht aufheben.',
    memoryNext: 'Lass dieses Fenster offen, solange Nachrichten warten.',
    memoryToast: 'Dieser Browser behält ungesendete Nachrichten nicht über ein Neuladen hinweg',
    dismiss: 'Ausblenden',
  },

  log: {
    back: 'Zurück zu allen Chats',
    name: (title) => `Nachrichten mit ${title}`,
    chatWith: (title) => `Chat mit ${title}`,
    fresh: (n) => count(n, 'neue Nachricht', 'neue Nachrichten'),
    olderFailed: 'Ältere Nachrichten wurden nicht geladen',
    newestFailed: 'Die Nachrichten wurden nicht geladen',
    failedWhy: 'Der Server hat zu lange gebraucht. Nichts ist verloren.',
    notHere: 'Diese Nachrichten sind nicht auf diesem Gerät',
    notHereWhy: 'Sie kommen, sobald der Server antwortet.',
    gap: 'Was dazwischen liegt, wird geladen …',
    moreNew: (n) => `noch ${number(n)} neue`,
    moreNewName: (n) => `noch ${count(n, 'neue Nachricht', 'neue Nachrichten')}, zur neuesten gehen`,
    latest: 'Neueste',
    latestName: 'Zur neuesten Nachricht gehen',
    youAnd: (name) => `Du und ${name}`,
    start: 'Hier beginnt euer Chat.',
    isPresent: (name, word) => `${name} ist ${word}.`,
    wave: '👋 Winken',
    announce: (author, text) => `${author}: ${text}`,
  },

  group: {
    make: 'Neue Gruppe',
    makeWhy: 'Sprich mit mehreren zugleich',
    name: 'Name der Gruppe',
    people: 'Personen',
    create: 'Gruppe anlegen',
    nameEmpty: 'Gib der Gruppe einen Namen.',
    nobody: 'Wähle mindestens eine Person aus.',
    find: 'Personen nach Namen suchen',
    chosen: (n) => `${count(n, 'Person', 'Personen')} gewählt`,
    unchoose: (name) => `${name} nicht wählen`,
    details: 'Details',
    showDetails: 'Details zu diesem Chat',
    closeDetails: 'Details schließen',
    size: (n) => count(n, 'Person', 'Personen'),
    online: (n) => `${number(n)} online`,
    names: (names, more) => (more > 0 ? `${names.join(', ')} und ${number(more)} weitere` : list(names)),
    members: 'Mitglieder',
    findMembers: 'Mitglied suchen',
    membersFailed: 'Nicht alle Mitglieder wurden geladen.',
    owner: 'Leitung',
    you: 'du',
    youToo: 'dich',
    add: 'Hinzufügen',
    addTitle: 'Personen hinzufügen',
    addWhy: 'Wer dazukommt, sieht, was ab dann gesagt wird.',
    rename: 'Gruppe umbenennen',
    remove: (name) => `${name} aus der Gruppe entfernen`,
    removeTitle: (name) => `${name} entfernen?`,
    removeText: (name) => `${name} behält, was bis jetzt gesagt wurde, und hört danach nichts mehr.`,
    removeGo: 'Entfernen',
    removeKeep: 'In der Gruppe lassen',
    leave: 'Gruppe verlassen',
    leaveTitle: (group) => `„${group}“ verlassen?`,
    leaveText: 'Du behältst, was bis jetzt gesagt wurde, und hörst danach nichts mehr.',
    leaveAgain: 'Die Leitung kann dich wieder hinzufügen.',
    leaveHeir: (name) => (name === null ? 'Du leitest sie allein: Wer am längsten dabei ist, übernimmt.' : `Du leitest sie allein: ${name} ist am längsten dabei und übernimmt.`),
    leaveLast: 'Sonst ist niemand darin, also kann dich niemand wieder hinzufügen.',
    leaveStay: 'Bleiben',
    receipts: 'Wer Bestätigungen sieht',
    receiptsWhy: 'Alle hier sehen, wann eine Nachricht bei ihnen ankam und gelesen wurde.',
    receiptsCrowd: 'In einer Gruppe mit mehr als 50 Personen erfährst du, wie viele eine Nachricht haben, nicht wer.',
    ended: (who, day, clock) => (who === null ? `Du hast diese Gruppe ${day} um ${clock} verlassen.` : `${who} hat dich ${day} um ${clock} aus dieser Gruppe entfernt.`),
    endedWhy: 'Was bis dahin gesagt wurde, bleibt hier.',
    endedDraft: 'Was du begonnen hattest:',
    noMember: 'kein Mitglied mehr',
    away: 'Du warst eine Zeit lang nicht in der Gruppe',
    created: (who, name) => `${who === null ? 'Du hast' : `${who} hat`} die Gruppe „${name}“ angelegt`,
    renamed: (who, name) => `${who === null ? 'Du hast' : `${who} hat`} die Gruppe in „${name}“ umbenannt`,
    added: (who, names) => `${who === null ? 'Du hast' : `${who} hat`} ${names} hinzugefügt`,
    removed: (who, name) => `${who === null ? 'Du hast' : `${who} hat`} ${name} entfernt`,
    left: (who) => `${who === null ? 'Du hast' : `${who} hat`} die Gruppe verlassen`,
  },

  message: {
    you: 'Du',
    edited: 'bearbeitet',
    deleted: (name) => `${name === null ? 'Du hast' : `${name} hat`} diese Nachricht gelöscht`,
    withheld: 'Nachricht nicht gezeigt',
    quoteGone: 'Gelöschte Nachricht',
    quoteFar: 'Eine frühere Nachricht',
    label: (name, time) => `${name}, ${time}`,
    tools: 'Werkzeuge für die Nachricht',
    actions: 'Aktionen für die Nachricht',
    reply: 'Antworten',
    copy: 'Text kopieren',
    unread: 'Ab hier ungelesen',
    edit: 'Bearbeiten',
    more: 'Mehr',
    deleteForAll: 'Für alle löschen',
  },

  remove: {
    keep: 'Behalten',
    go: 'Nachricht löschen',
    title: 'Diese Nachricht für alle löschen?',
    text: 'Der Text wird auf dem Server und auf allen Geräten gelöscht. Die Stelle, an der er stand, bleibt.',
    discardTitle: 'Diese ungesendete Nachricht löschen?',
    discardText: 'Sie ist nur auf diesem Gerät. Einmal gelöscht, ist sie fort.',
    discard: 'Löschen',
  },

  composer: {
    name: (name) => `Nachricht an ${name}`,
    editing: 'Nachricht bearbeiten',
    send: 'Senden',
    save: 'Speichern',
    left: (bytes) => `noch ${count(bytes, 'Byte', 'Bytes')}`,
    over: (bytes) => `${count(bytes, 'Byte', 'Bytes')} zu lang`,
    wave: '👋',
    away: (person, pronoun) => {
      const again = pronoun && PRONOUNS[pronoun];
      return again
        ? `${person} ist offline – ${again} bekommt das, sobald ${again} zurück ist, und du erfährst, wann.`
        : `${person} ist offline – das kommt an, sobald ${person} zurück ist, und du erfährst, wann.`;
    },
    typing: (names) => (names.length > 2 ? `${number(names.length)} Personen schreiben …` : `${list(names)} ${form(names.length, 'schreibt', 'schreiben')} …`),
  },

  emoji: {
    name: 'Emoji',
    react: 'Reagieren',
    more: 'Weitere Emojis',
    search: 'Emoji suchen',
    tone: 'Hautton',
    recent: 'Zuletzt benutzt',
    often: 'Oft benutzt',
    nothing: (text) => `Kein Emoji gefunden für „${text}“`,
    found: (n) => count(n, 'Emoji gefunden', 'Emojis gefunden'),
    failed: 'Die Emojis wurden nicht geladen',
    chip: (emoji, n, isMine) => `${emoji}, ${count(n, 'Person', 'Personen')}${isMine ? ', du' : ''}`,
    whoName: 'Wer reagiert hat',
    who: (names) => list(names),
    others: (n) => (n === 1 ? 'eine weitere Person' : `${number(n)} weitere`),
    notSet: (emoji, code) => (code === 'too_many' ? `${emoji} wurde nicht gesetzt: Diese Nachricht hat zu viele Reaktionen.` : `${emoji} wurde nicht gesetzt: Auf diese Nachricht kann man nicht mehr reagieren.`),
  },

  receipt: {
    queued: {
      words: (waiting) => (waiting > 1 ? `${number(waiting)} Nachrichten warten auf Verbindung – auf diesem Gerät aufgehoben` : 'Wartet auf Verbindung – auf diesem Gerät aufgehoben'),
      name: 'Wartet auf Verbindung, auf diesem Gerät aufgehoben',
    },
    stored: {
      words: (clock) => `Gespeichert ${clock}`,
      wordsAway: (clock, person) => `Gespeichert ${clock} – wartet, bis ${person} zurück ist`,
      name: (moment) => `Auf dem Server gespeichert ${moment}, noch nicht zugestellt`,
    },
    delivered: {
      words: (clock) => `Zugestellt ${clock}`,
      name: (moment) => `Zugestellt ${moment}`,
      wordsNoTime: 'Zugestellt',
    },
    late: {
      head: (clock) => `Verspätet zugestellt · ${clock}`,
      tail: (duration) => `(${duration} später)`,
      read: (clock) => ` · Gelesen ${clock}`,
      name: (sent, delivered, spoken) => `Gesendet ${sent}, verspätet zugestellt ${delivered}, ${spoken} später`,
      nameRead: (sent, delivered, spoken, read) => `Gesendet ${sent}, verspätet zugestellt ${delivered}, ${spoken} später, gelesen ${read}`,
    },
    read: {
      words: (clock) => `Gelesen ${clock}`,
      name: (moment) => `Gelesen ${moment}`,
      wordsNoTime: 'Gelesen',
    },
    failed: {
      words: (reason) => `Nicht gesendet – ${reason}`,
      name: (reason) => `Nicht gesendet: ${reason}`,
    },
    group: {
      delivered: (n, all, waiting) => `Zugestellt an ${number(n)} von ${number(all)}${waiting}`,
      read: (n, all, waiting) => `Gelesen von ${number(n)} von ${number(all)}${waiting}`,
      readByAll: (all) => `Von allen ${number(all)} gelesen`,
      counts: (delivered, all, read) => `Zugestellt an ${number(delivered)} von ${number(all)} · gelesen von ${number(read)}`,
      waiting: (names) => {
        if (names.length === 0) return '';
        return names.length > 2 ? ` · wartet auf ${names[0]} und ${number(names.length - 1)} weitere` : ` · wartet auf ${list(names)}`;
      },
    },
  },

  late: {
    line: (person, n, clock) => [{ strong: person }, ' kam um ', { strong: clock }, ' zurück und erhielt ', { strong: messages(n) }],
    lineWords: (person, n, moment) => `${person} kam ${moment} zurück und erhielt ${messages(n)}`,
    toast: (person, n, moment) => `${person} hat deine ${n === 1 ? 'Nachricht' : messages(n)} ${moment} erhalten`,
    show: 'Zeigen',
    noticeTitle: (person, n) => `${person} hat deine ${n === 1 ? 'Nachricht' : messages(n)} erhalten`,
    noticeText: (clock, duration) => `${clock}, bis zu ${duration} nach dem Schreiben`,
  },

  info: {
    title: 'Nachrichteninfo',
    written: 'Geschrieben',
    writtenHere: 'auf deinem Gerät',
    writtenThere: (name) => `auf dem Gerät von ${name}`,
    stored: 'Auf dem Server gespeichert',
    safe: (name, seen) => (seen === null ? 'Sicher auf der Platte.' : `Sicher auf der Platte. ${name} war zuletzt ${seen} da.`),
    waited: (duration, person) => `${duration} gewartet – ${person} war weg`,
    delivered: 'Zugestellt',
    deliveredLate: 'Verspätet zugestellt',
    later: (duration) => `${duration} später`,
    read: 'Gelesen',
    afterArrival: (duration) => `${duration} nach der Ankunft`,
    notYet: 'Noch nicht zugestellt',
    notYetWhy: (person) => `Du erfährst, wann ${person} sie bekommt.`,
    readBy: (n) => `Gelesen von ${number(n)}`,
    deliveredTo: (n) => `Zugestellt an ${number(n)} weitere`,
    waitingFor: (n) => `Wartet auf ${number(n)}`,
    edited: 'Bearbeitet',
    deleted: 'Gelöscht',
    noReads: 'Deine Lesebestätigungen sind aus, darum erfährst du nicht, wer dies liest.',
  },

  jump: {
    name: 'Suchen oder öffnen',
    places: 'Personen und Chats',
    messages: 'Nachrichten',
    commands: 'Befehle',
    none: (text) => (text === '' ? 'Noch ist niemand hier' : `Nichts gefunden für „${text}“`),
    search: (text) => `Nachrichten nach „${text}“ durchsuchen`,
    searchWhy: 'Alle Chats, neueste zuerst',
    people: (n) => count(n, 'Person', 'Personen'),
    with: 'mit',
    move: 'bewegen',
    open: 'öffnen',
    onlyPeople: 'nur Personen',
    onlyGroups: 'nur Gruppen',
    onlyCommands: 'nur Befehle',
    does: {
      search: { title: 'Nachrichten durchsuchen', note: 'In allen deinen Chats, neueste zuerst' },
      mute: { title: 'Diesen Chat stummschalten', note: 'Bis du es änderst' },
      unmute: { title: 'Stummschaltung dieses Chats beenden', note: 'Du hörst wieder von neuen Nachrichten' },
      newGroup: { title: 'Neue Gruppe', note: 'Mehrere Leute in einem Chat' },
      profile: { title: 'Profil', note: 'Name, Bild, Status und Pronomen' },
      password: { title: 'Passwort ändern', note: 'Alle deine anderen Geräte werden abgemeldet' },
      devices: { title: 'Geräte verwalten', note: 'Sehen, wo du angemeldet bist, und dort abmelden' },
      privacy: { title: 'Privatsphäre', note: 'Lesebestätigungen, Blockierte' },
      notifications: { title: 'Mitteilungen und Töne', note: 'Auf diesem Gerät' },
      appearance: { title: 'Darstellung', note: 'Farben, Dichte, Uhr und Sprache' },
      light: { title: 'Helle Farben', note: 'Farben auf diesem Gerät' },
      dark: { title: 'Dunkle Farben', note: 'Farben auf diesem Gerät' },
      system: { title: 'Farben wie das System', note: 'Farben auf diesem Gerät' },
      keys: { title: 'Tastenkürzel', note: 'Alles geht ohne Maus' },
      logOut: { title: 'Abmelden', note: 'Auf diesem Gerät' },
    },
  },

  search: {
    title: 'Suche',
    here: 'In diesem Chat suchen',
    text: 'Nachrichten durchsuchen',
    clear: 'Suche leeren',
    close: 'Suche schließen',
    back: 'Zurück zu den Treffern',
    filters: 'Suche eingrenzen',
    thisChat: 'Dieser Chat',
    inChat: (title) => `In ${title}`,
    from: 'Von',
    anyone: 'Alle',
    date: 'Datum',
    since: 'An diesem Tag oder später',
    until: 'Vor diesem Tag',
    anyDay: 'Jedes Datum',
    days: (since, until) => (since === '' ? (until === '' ? 'Datum' : `Vor ${until}`) : until === '' ? `Ab ${since}` : `${since} – ${until}`),
    hasLink: 'Links',
    newestFirst: 'neueste zuerst',
    count: (n, chats, areMore) => `${areMore ? 'Neueste ' : ''}${messages(n)} in ${count(chats, 'Chat', 'Chats')}`,
    newestOnly: 'So wenige Buchstaben durchsuchen nur deine neuesten 20.000 Nachrichten. Drei oder mehr durchsuchen alle.',
    unknown: (filters) => `Niemand und nichts heißt hier ${list(filters)}.`,
    withPerson: (name) => `Mit ${name}`,
    start: 'Wiederfinden, was gesagt wurde',
    startWhy: 'Gib mindestens zwei Buchstaben ein. Jeder Teil eines Wortes wird gefunden.',
    last: 'Letzte Suchen',
    forget: 'Vergessen',
    how: [
      { type: '"im Regen"', does: 'diese Wörter zusammen' },
      { type: '-Regen', does: 'ohne dieses Wort' },
      { type: 'from:bob', does: 'was Bob schrieb' },
      { type: 'in:"Sonntagsessen"', does: 'in diesem Chat' },
      { type: 'after:2026-11-20', does: 'an diesem Tag oder später' },
      { type: 'before:2026-12-01', does: 'vor diesem Tag' },
      { type: 'has:link', does: 'mit einem Link' },
    ],
    none: (text) => `Nichts gefunden für „${text}“`,
    noneWhy: 'Prüfe die Schreibweise oder suche nach einem Teil des Wortes.',
    everywhere: 'Alle Chats durchsuchen',
    failed: 'Die Suche hat nicht geklappt',
    away: 'Die Suche braucht den Server',
    awayWhy: 'Es gibt keine Verbindung. Was du eingegeben hast, bleibt und wird gesucht, sobald sie wieder da ist.',
    bad: 'Noch keine Suche',
    badWhy: 'So kann das nicht gesucht werden: before: und after: brauchen einen Tag wie 2026-11-20, from: und in: einen Namen, has: nur link; mit - fallen nur Wörter weg.',
    more: 'Ältere zeigen',
  },

  link: {
    copy: 'Link kopieren',
    quoted: 'Zur zitierten Nachricht',
    copied: 'Link kopiert. Er öffnet sich für alle, die in diesem Chat sind.',
    chatGone: 'Dieser Chat ist für dich nicht offen',
    chatGoneWhy: 'Nur seine Mitglieder können ihn lesen. Wer dir den Link gab, kann dich hinzufügen oder dir sagen, was dort steht.',
    chatFailed: 'Der Chat wurde nicht geladen',
    toList: 'Alle Chats',
    messageGone: 'Diese Nachricht ist für dich nicht da. Vielleicht wurde sie vor deinem Beitritt geschrieben.',
    messageFailed: 'Diese Nachricht wurde nicht geladen.',
  },

  keys: {
    title: 'Tastenkürzel',
    groups: { everywhere: 'Überall', chats: 'Zwischen Chats', writing: 'Beim Schreiben', message: 'Auf einer Nachricht' },
    names: { ctrl: 'Strg', shift: 'Umschalt', alt: 'Alt', enter: 'Eingabe', esc: 'Esc', end: 'Ende', tab: 'Tab' },
    does: {
      jump: 'Suchen oder öffnen',
      searchHere: 'In diesem Chat suchen',
      settings: 'Einstellungen',
      sheet: 'Diese Tastenkürzel',
      close: 'Schließen oder abbrechen',
      nextChat: 'Nächster Chat',
      previousChat: 'Voriger Chat',
      nextUnread: 'Nächster ungelesener Chat',
      inList: 'In einer Liste bewegen',
      open: 'Öffnen',
      send: 'Senden',
      newLine: 'Neue Zeile',
      editLast: 'Meine letzte Nachricht bearbeiten',
      cancel: 'Antwort oder Bearbeitung abbrechen',
      toMessages: 'Zu den Nachrichten',
      move: 'Nachricht darüber oder darunter',
      reply: 'Auf die Nachricht antworten',
      react: 'Auf die Nachricht reagieren',
      info: 'Nachrichteninfo',
      menu: 'Menü der Nachricht',
      latest: 'Zur neuesten',
      write: 'Zurück zum Schreiben',
    },
  },

  settings: {
    title: 'Einstellungen',
    all: 'Alle Einstellungen',
    close: 'Einstellungen schließen',
    saved: 'Gespeichert.',
    profile: {
      title: 'Profil',
      name: 'Anzeigename',
      usernameWhy: 'Damit meldest du dich an.',
      colour: 'Farbe',
      hue: (n) => `Farbe ${n}`,
      pronoun: 'Pronomen (freiwillig)',
      pronouns: { none: 'Keine Angabe', she: 'sie', he: 'er', they: 'neutral' },
      pronounHint: (pronoun) => {
        const again = PRONOUNS[pronoun ?? 'she'];
        return again ? `Steht in Zeilen wie „sobald ${again} zurück ist“.` : 'Zeilen wie „sobald sie zurück ist“ nennen dich dann beim Namen.';
      },
      choose: 'Bild wählen …',
      initials: 'Initialen zeigen',
      pictureFailed: {
        large: 'Dieses Bild ist zu groß. Nimm eines mit weniger als 25 MB.',
        unreadable: 'Diese Datei ist kein Bild, das dieser Browser lesen kann.',
      },
      status: 'Status (freiwillig)',
      quickName: 'Vorschläge',
      quick: { working: '💼 Bei der Arbeit', moving: '🚆 Unterwegs', away: '🌴 Weg', urgent: '🤫 Nur Dringendes' },
      save: 'Profil speichern',
    },
    password: {
      current: 'Aktuelles Passwort',
      next: 'Neues Passwort',
      others: 'Alle deine anderen Geräte werden abgemeldet, wenn sich das Passwort ändert.',
    },
    devices: {
      title: 'Geräte',
      where: 'Hier bist du angemeldet. Entferne, was du nicht kennst.',
      failed: 'Die Liste wurde nicht geladen.',
      here: 'Dieses Gerät',
      label: (label) => (label === 'A program' ? 'Ein Programm' : label.replace(/ on (iPhone|iPad)$/u, ' auf dem $1').replace(/ on (Android|ChromeOS|Linux|Windows|macOS)$/u, ' unter $1')),
      signedIn: (date) => `seit ${date} angemeldet`,
      stays: 'bleibt angemeldet',
      untilClose: 'bis das letzte Fenster zu ist',
      activeNow: 'Gerade aktiv',
      activeAgo: (duration) => `Aktiv vor ${dative(duration)}`,
      remove: 'Entfernen',
      removeName: (label) => `${label} entfernen`,
      removeTitle: (label) => `„${label}“ entfernen?`,
      removeText: 'Das Gerät wird sofort abgemeldet. Was es noch nicht gesendet hat, bleibt dort und geht hinaus, wenn du dich dort wieder anmeldest.',
      removeGo: 'Gerät entfernen',
      keep: 'Behalten',
      atOnce: 'Ein entferntes Gerät wird sofort abgemeldet.',
      others: 'Alle anderen entfernen',
      othersTitle: 'Alle anderen Geräte entfernen?',
      othersText: 'Sie werden sofort abgemeldet. Was sie noch nicht gesendet haben, bleibt dort und geht hinaus, wenn du dich dort wieder anmeldest.',
      othersKeep: 'Behalten',
    },
    privacy: {
      title: 'Privatsphäre',
      reads: 'Lesebestätigungen',
      readsWhy: 'Aus: Niemand erfährt, was du liest, und du erfährst nicht, was andere lesen. Zustellungen werden immer gemeldet.',
      everywhere: 'Auf allen deinen Geräten. Was schon gemeldet ist, bleibt gemeldet.',
    },
    notifications: {
      title: 'Mitteilungen',
      here: 'Auf diesem Gerät',
      sound: 'Ton',
      soundWhy: 'Ein leises Tippen',
      permission: {
        granted: 'Vom Browser erlaubt',
        denied: 'In den Einstellungen des Browsers für diese Adresse gesperrt',
        default: 'Der Browser fragt einmal',
        missing: 'Dieser Browser hat an dieser Adresse keine Mitteilungen',
        plain: 'Mitteilungen brauchen https',
      },
    },
    appearance: {
      title: 'Darstellung',
      theme: 'Farben',
      light: 'Hell',
      dark: 'Dunkel',
      system: 'System',
      density: 'Dichte',
      comfortable: 'Luftig',
      compact: 'Kompakt',
      clock: 'Uhrzeit',
      hours12: '5:45 PM',
      language: 'Sprache',
    },
    keyboard: {
      title: 'Tastatur',
      letters: 'Einzelne Buchstaben wirken, solange eine Nachricht den Fokus hat, nie beim Schreiben.',
      enterSends: 'Eingabe sendet die Nachricht',
      enterSendsWhy: 'Aus: Eingabe macht eine neue Zeile, Strg Eingabe sendet',
    },
  },

  mentions: {
    list: 'Wen du erwähnen kannst',
    next: 'Zur nächsten Erwähnung von dir',
    everybody: (n) => `alle, ${count(n, 'Person', 'Personen')}`,
    unread: (n) => count(n, 'Erwähnung', 'Erwähnungen'),
    notice: (person, group) => `${person} hat dich in ${group} erwähnt`,
  },

  notice: {
    title: (person, conversation) => (conversation ? `${person} in ${conversation}` : person),
    newMessage: 'Neue Nachricht',
  },

  failure: {
    words: ({ code, message, field, retryAfterMs }) => {
      const wait = retryAfterMs === undefined ? '' : ` Versuch es in ${inWords(retryAfterMs)} noch einmal.`;
      switch (code) {
        case 'network': return 'Der Server antwortet nicht. Prüfe die Verbindung.';
        case 'starting': return 'Der Server startet. Meist ist er in einer Minute bereit.';
        case 'damaged': return 'Der Server kann seine Datenbank nicht lesen. Nur wer ihn betreibt, kann helfen.';
        case 'busy': return `Der Server hat gerade viel zu tun.${wait}`;
        case 'rate_limited': return `Das war viel auf einmal.${wait}`;
        case 'unknown': return 'Ob der Server das behalten hat, ist ungewiss. Versuch es noch einmal.';
        case 'search_too_long': return 'Diese Suche hat zu lange gedauert. Suche nach einem längeren oder selteneren Wort oder in einem einzigen Chat.';
        case 'internal': return 'Dem Server ist dabei ein Fehler unterlaufen. Wer ihn betreibt, findet den Grund im Protokoll.';
        case 'not_found': return 'Das gibt es hier nicht mehr.';
        case 'forbidden': return 'Das darfst du hier nicht.';
        case 'deleted': return 'Die Nachricht wurde inzwischen gelöscht.';
        case 'version_conflict': return 'Die Nachricht wurde inzwischen geändert.';
        case 'body_too_long': return 'Dieser Text ist zu lang.';
        case 'too_many': return 'Das ist mehr, als es geben darf.';
        case 'wrong_credentials': return `Benutzername oder Passwort ist falsch.${wait || triesLeft(message)}`;
        case 'too_many_attempts': return `Zu viele Versuche.${wait}`;
        case 'username_invalid': return 'Ein Benutzername hat 2 bis 32 Buchstaben oder Ziffern einer Schrift, dazwischen einzeln auch . _ -';
        case 'username_reserved': return 'Dieser Benutzername ist für den Server selbst reserviert.';
        case 'username_lookalike': return 'Dieser Benutzername sieht aus wie einer, den es schon gibt.';
        case 'username_taken': return 'Dieser Benutzername ist vergeben.';
        case 'display_name_invalid': return 'Ein Anzeigename hat 1 bis 64 sichtbare Zeichen in einer Zeile.';
        case 'password_weak': return 'Dieses Passwort ist zu leicht zu erraten.';
        case 'password_too_long': return 'Dieses Passwort ist zu lang.';
        case 'origin_refused': return 'Von dieser Adresse aus nimmt der Server nichts an.';
        case 'unauthenticated': return 'Du bist nicht mehr angemeldet. Melde dich noch einmal an.';
        case 'draft_conflict': return 'Der Entwurf wurde auf einem anderen Gerät geändert.';
        case 'body_empty': return 'Eine Nachricht braucht Text.';
        case 'client_id_reused': return 'Das wurde schon einmal gesendet, mit anderem Inhalt.';
        case 'receipt_beyond_head': return 'Diese Nachricht gibt es noch nicht.';
        case 'picture_invalid': return 'Dieses Bild kann der Server nicht lesen, oder es ist zu groß.';
        case 'too_large': return 'Das ist größer, als der Server annimmt.';
        case 'too_slow': return 'Das kam zu langsam beim Server an. Prüfe die Verbindung.';
        case 'unsupported_media_type': return 'Diese Art von Datei nimmt der Server nicht an.';
        case 'code_wrong': return 'Das ist nicht der Code dieses Servers.';
        case 'bad_query': return de.search.badWhy;
        case 'invalid_field': return FIELDS[field ?? ''] ?? NOT_UNDERSTOOD;
        case 'missing_field':
        case 'invalid_json':
        case 'unknown_type':
        case 'hello_required':
        case 'hello_repeated':
        case 'method_not_allowed': return NOT_UNDERSTOOD;
        default: if (/^(?:sign_up|invitation|admin|last|link)_/u.test(code)) return 'Das gilt hier zurzeit nicht.'; // server-de.js says more
          return message === '' ? 'Der Server hat das abgelehnt.' : `Der Server sagt: „${message}“`;
      }
    },
    unsent: ({ code, message }) => {
      switch (code) {
        case 'body_too_long': return 'sie ist zu lang';
        case 'body_empty': return 'sie hat keinen Text';
        case 'not_found': return 'diese Unterhaltung gibt es nicht mehr';
        case 'forbidden': return 'du darfst hier nicht schreiben';
        case 'client_id_reused': return 'ihre Nummer war schon vergeben';
        case 'too_many': return 'auf dem Server warten zu viele Nachrichten';
        case 'internal': return 'dem Server ist dabei ein Fehler unterlaufen';
        case 'invalid_json':
        case 'unknown_type':
        case 'missing_field':
        case 'invalid_field':
        case 'hello_required':
        case 'hello_repeated': return 'der Server versteht sie nicht';
        default: return message === '' ? 'der Server hat sie abgelehnt' : `der Server sagt: „${message}“`;
      }
    },
  },
};
