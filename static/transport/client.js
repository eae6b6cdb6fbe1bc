// Puts the parts of the page's invisible half together and starts them: state, connection, outbox, drafts, receipts, pages.
// Owns the order in which things begin and end; decides nothing about messages itself.

import { FRAME, HELLO_CONVERSATIONS_MAX, SOCKET_PATH } from '../protocol.js';
import { windowClock } from '../lib/clock.js';
import { lazyDeviceStorage } from '../lib/idb.js';
import { createNotifier } from '../lib/notify.js';
import { loadSettings, saveSettings, windowStorage } from '../lib/settings.js';
import { createTimes } from '../lib/time.js';
import { initialState } from '../state/initial.js';
import { reducer } from '../state/reducer.js';
import { createStore } from '../state/store.js';
import { resolveTarget } from '../state/target.js';
import { learn, locale, speak, words } from '../texts/words.js';
import { createAccount } from './account.js';
import { noticeOf } from './announce.js';
import { createApi } from './api.js';
import { sayClosing, watchWindow } from './attention.js';
import { openBrowserChannel, openBrowserSocket, whenIdle } from './browser.js';
import { createCache } from './cache.js';
import { createChat } from './chat.js';
import { createChoices } from './choices.js';
import { createConnection } from './connection.js';
import { createDrafts } from './drafts.js';
import { createFill } from './fill.js';
import { createGroups } from './groups.js';
import { createOutbox } from './outbox.js';
import { createPages } from './pages.js';
import { createPresence } from './presence.js';
import { createReactions } from './reactions.js';
import { createReceipts } from './receipts.js';
import { createSearch } from './search.js';
import { createSeek } from './seek.js';
import { createStart } from './start.js';
import { createTyping } from './typing.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').Link} Link
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Session} Session
 * @typedef {import('../state/types.js').ServerFrame} ServerFrame
 * @typedef {import('../state/types.js').SessionEndReason} SessionEndReason
 * @typedef {import('../state/actions.js').Actions} Actions
 * @typedef {import('../state/store.js').Store<State, Event>} ClientStore
 * @typedef {import('../lib/time.js').Times} Times
 * @typedef {import('../texts/words.js').Texts} Texts
 */

const TICK_LIVE_MS = 15_000;
const TICK_MS = 1_000;
/** A person who logs out waits no longer than this for what is under way. */
const SETTLED_WITHIN_MS = 2_000;
/** A tick later than this was asleep. */
const SLEPT_MS = 20_000;

/**
 * @param {Window & typeof globalThis} window
 */
export const createClient = (window) => {
  const clock = windowClock(window);
  const settingsStorage = windowStorage(window);
  /** @type {ClientStore} */
  const store = createStore(reducer, initialState(loadSettings(settingsStorage), clock.now()));
  const state = () => store.state;
  const { dispatch } = store;
  const missing = speak(state().settings.language, window.navigator.languages);
  const life = new AbortController();
  const notifier = createNotifier(window, settingsStorage);
  const storage = lazyDeviceStorage(() => window.indexedDB, clock.after);

  const api = createApi({
    fetch: (input, init) => window.fetch(input, init),
    onUnauthenticated: () => {
      if (state().phase === 'signedIn') end('expired');
    },
  });
  const connection = createConnection({
    openSocket: () => openBrowserSocket(window, socketAddress(window.location)),
    clock,
    held: () => ({
      accountRev: state().accountRev,
      peopleRev: state().peopleRev,
      conversations: heldRevs(state()),
      idle: presence.isIdle,
    }),
    onFrame: (frame, asked) => heard(frame, asked),
    onLink: (link) => linkChanged(link),
    onEnded: (reason) => end(reason),
    askSession: async () => {
      const answer = await api.me();
      return answer.ok ? 'signedIn' : answer.failure.status === 401 ? 'signedOut' : 'unreachable';
    },
  });
  const { request, tell } = connection;
  const outbox = createOutbox({
    storage,
    locks: window.navigator.locks ?? null,
    channel: openBrowserChannel(window, 'chinwag-outbox'),
    clock,
    request,
    dispatch,
    resolve: (target) => resolveTarget(state(), target),
  });
  const reactions = createReactions({ storage, clock, request, dispatch });
  const drafts = createDrafts({ storage, clock, state, dispatch, request });
  const receipts = createReceipts({ clock, state, dispatch, request });
  const pages = createPages({ api, clock, state, dispatch });
  const seek = createSeek({ pages, state, dispatch });
  const fill = createFill({ api, clock, state, dispatch, wasFetched: receipts.wasFetched });
  const groups = createGroups({ api, clock, state, dispatch, open: (conversation) => actions.open({ conversation }) });
  const typing = createTyping({ clock, state, dispatch, tell });
  const presence = createPresence({ clock, tell, request });
  const cache = createCache({
    storage,
    clock,
    state,
    whenIdle: (run) => whenIdle(window, run),
    hasUntoldRead: receipts.hasUntoldRead,
  });
  const start = createStart({
    api,
    cache,
    clock,
    state,
    dispatch,
    enter: (user) => enter(user),
    found: (user, session, weakPassword) => found(user, session, weakPassword),
    lost: () => end(state().phase === 'signedIn' ? 'expired' : null),
    startOver: () => startOver(),
  });

  /** The words change before anything is shown anew, at once where they are here. @param {State['settings']} settings */
  const apply = (settings) => {
    const missing = speak(settings.language, window.navigator.languages);
    dispatch({ type: 'setting.changed', settings });
    if (missing) void learnAndSpeak(missing);
  };

  /** @param {import('../texts/words.js').Language} language */
  const learnAndSpeak = async (language) => {
    try {
      await learn(language);
    } catch {
      dispatch({ type: 'toast.added', toast: { kind: 'info', text: words.app.languageMissing } });
      return;
    }
    apply(state().settings);
  };

  let isLive = false;
  /** @type {number | null} */
  let tickTimer = null;

  /** @param {User} user @param {Session | null} session @param {boolean} weakPassword */
  const found = (user, session, weakPassword) => {
    dispatch({ type: 'session.found', user, session, weakPassword });
    enter(user);
  };

  /** Once for each log-in; again it changes nothing. @param {User} user */
  const enter = (user) => {
    void outbox.open(user.id);
    void reactions.open(user.id);
    void drafts.open(user.id);
    connection.start();
    tick();
  };

  const leave = () => {
    drafts.close();
    outbox.close();
    reactions.close();
    receipts.close();
    fill.setLive(false);
    pages.restart();
    presence.stop();
    isLive = false;
    connection.stop();
  };

  /** @param {SessionEndReason | null} reason */
  const end = (reason) => {
    leave();
    if (state().phase !== 'signedOut') dispatch({ type: 'session.lost', reason });
  };

  /** Another person has logged in at this browser meanwhile: nothing of the former stays, and the page asks anew. */
  const startOver = () => {
    leave();
    dispatch({ type: 'session.doubted' });
    void start.begin();
  };

  /** @param {ServerFrame} frame @param {ReadonlySet<number>} asked */
  const heard = (frame, asked) => {
    if (frame.type === FRAME.ready && frame.user.id !== state().me?.id) {
      startOver();
      return;
    }
    if (frame.type === FRAME.sessionEnded) drafts.keepAll(); // while it is still known whose they are
    pages.heardFrame(frame);
    dispatch({ type: 'frame', frame, now: clock.now(), asked });
    const notice = noticeOf(state(), frame, {
      texts: words,
      times: times(),
      open: (conversation) => actions.open({ conversation }),
    });
    if (notice) notifier.tell(notice, state().settings);
  };

  /** @param {Link} link */
  const linkChanged = (link) => {
    if (link.phase === 'connecting') pages.restart();
    dispatch({ type: 'link.changed', link, now: clock.now() });
    const nowLive = link.phase === 'live';
    if (nowLive !== isLive) {
      isLive = nowLive;
      for (const part of [presence, receipts, drafts, outbox, reactions, typing, fill, seek]) part.setLive(isLive);
      if (isLive) {
        retryFailedPages();
        if (state().people.total === null) void pages.loadMorePeople();
      }
    }
    tick();
  };

  /** What failed while there was no connection is tried again without asking. */
  const retryFailedPages = () => {
    pages.ensureViewed(state());
    const copy = viewedCopy(state());
    if (copy && copy.newest === 'failed') void pages.loadNewest(copy.id);
  };

  /** Renews the clock that words like 'today' go by, and notices sleep. */
  const tick = () => {
    clock.cancel(tickTimer);
    tickTimer = null;
    if (life.signal.aborted || state().phase !== 'signedIn') return;
    const startedAt = clock.now();
    const wait = isLive ? TICK_LIVE_MS : TICK_MS;
    tickTimer = clock.after(() => {
      dispatch({ type: 'tick', now: clock.now() });
      if (clock.now() - startedAt > wait + SLEPT_MS) connection.nudge();
      tick();
    }, wait);
  };

  store.listen((now, before, event) => {
    cache.heard(now, before, event);
    receipts.heard(now, before);
    typing.heard(now, before);
    seek.heard(now);
    const isSamePerson = now.me !== null && now.me.id === before.me?.id; // at log-out the outbox leaves the page, not the device
    if (isSamePerson && now.outbox !== before.outbox && (event.type === 'frame' || event.type === 'page.loaded')) {
      const left = new Set(now.outbox.map((item) => item.clientId));
      for (const item of before.outbox) if (!left.has(item.clientId)) void outbox.settled(item.clientId);
    }
    const parts = /** @type {const} */ (['conversations', 'view', 'list', 'sought']);
    if (parts.some((part) => now[part] !== before[part])) {
      pages.ensureViewed(now);
      groups.ensureViewed(now);
      fill.wake();
    }
  }, life.signal);

  /** @type {Actions} */
  const actions = {
    ...createAccount({
      api,
      state,
      dispatch,
      signedIn: (user, weakPassword) => found(user, null, weakPassword),
      signedOut: () => {
        if (state().phase === 'signedIn') end('logged_out');
      },
      settled: () =>
        Promise.race([
          Promise.all([outbox.refresh(), drafts.saveAll()]).then(() => undefined),
          new Promise((resolve) => clock.after(() => resolve(undefined), SETTLED_WITHIN_MS)),
        ]),
      retryStart: () => void start.begin(),
    }),
    ...groups.actions,
    ...createChat({ connection, outbox, reactions, pages, clock, drafts, typing, receipts, presence, state, dispatch }),
    ...createChoices({ api, dispatch }),
    ...createSearch({ api, pages, clock, state, dispatch }),
    reconnectNow: () => connection.nudge(),
    changeSettings: (change) => {
      const settings = { ...state().settings, ...change };
      saveSettings(settingsStorage, settings);
      apply(settings);
    },
    allowNotifications: async () => {
      const answer = await notifier.allow();
      actions.changeSettings({ notifications: answer === 'granted' });
      return answer;
    },
    closeToast: (id) => dispatch({ type: 'toast.closed', id }),
    notify: (text) => dispatch({ type: 'toast.added', toast: { kind: 'info', text } }),
  };

  /** @type {{ hours: State['settings']['hours'], texts: Texts, times: Times } | null} */
  let made = null;
  const times = () => {
    const { hours } = state().settings;
    if (made?.hours !== hours || made.texts !== words)
      made = { hours, texts: words, times: createTimes({ locale, hours, texts: words, now: () => state().now }) };
    return made.times;
  };

  return {
    store,
    actions,
    get times() {
      return times();
    },
    /** What the browser allows: 'missing' where it needs https. */
    get notificationPermission() {
      return notifier.permission();
    },
    start: () => {
      watchWindow(
        window,
        {
          onAttention: (isAttended, isHidden) => {
            dispatch({ type: 'attention.changed', isAttended });
            presence.setHidden(isHidden);
            if (isHidden) cache.writeOut();
          },
          onUse: presence.wasUsed,
          onWake: () => {
            dispatch({ type: 'tick', now: clock.now() });
            if (state().phase === 'unreachable') void start.begin();
            connection.nudge();
          },
          onClosing: () => {
            drafts.keepAll();
            cache.writeOut();
            if (state().phase === 'signedIn') sayClosing(window.navigator);
          },
        },
        life.signal,
      );
      window.addEventListener('storage', () => apply(loadSettings(settingsStorage)), { signal: life.signal });
      window.addEventListener('languagechange', () => apply(state().settings), { signal: life.signal });
      if (missing) void learnAndSpeak(missing).then(() => start.begin());
      else void start.begin();
    },
    stop: () => {
      life.abort();
      connection.stop();
      outbox.close();
      reactions.close();
      start.stop();
      cache.close();
      storage.close();
      clock.cancel(tickTimer);
    },
  };
};

/** @typedef {ReturnType<typeof createClient>} Client */

/** @param {Location} location */
const socketAddress = (location) => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${SOCKET_PATH}`;

/** @param {State} state */
const viewedCopy = (state) =>
  state.view && 'conversation' in state.view ? state.conversations.get(state.view.conversation) : undefined;

/**
 * Up to which rev each conversation is complete here: the viewed one and those with messages before the others.
 * @param {State} state
 * @returns {ReadonlyArray<readonly [number, number]>}
 */
const heldRevs = (state) => {
  const viewed = viewedCopy(state);
  return [...state.conversations.values()]
    .sort(
      (a, b) =>
        Number(b === viewed) - Number(a === viewed) ||
        Number(b.runs.length > 0) - Number(a.runs.length > 0) ||
        b.lastAt - a.lastAt,
    )
    .slice(0, HELLO_CONVERSATIONS_MAX)
    .map((copy) => /** @type {const} */ ([copy.id, copy.rev]));
};
