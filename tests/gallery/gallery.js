// The real components over the real store, with states made up to look like the pictures. ?name=chat&theme=dark picks one.
import { hashOf } from './components/route.js';
import { Wish } from './components/act.js';
import { CwApp } from './components/cw-app.js';
import { createTimes } from './lib/time.js';
import { createStore } from './state/store.js';
import { locale, speak, words } from './texts/words.js';
import { states } from './fixtures.js';

const query = new URLSearchParams(location.search);
const make = states[query.get('name') ?? 'chat'];
if (!make) throw new Error(`no state named ${query.get('name')}`);
const first = make();
/** @typedef {import('../../static/state/types.js').State} State */
/** @typedef {(state: State) => State} Change */
const store = createStore((/** @type {State} */ state, /** @type {Change} */ change) => change(state), {
  ...first,
  settings: { ...first.settings, theme: /** @type {'light'} */ (query.get('theme') ?? 'light'), density: /** @type {'compact'} */ (query.get('density') ?? 'comfortable') },
});
speak('system', [query.get('language') ?? 'en']);
const times = createTimes({ locale, hours: '24', texts: words, now: () => store.state.now });

/** What the few actions that answer answer here; all others do nothing. @type {Record<string, (...args: any[]) => unknown>} */
const answers = {
  checkPassword: async () => ({ ok: true, value: { score: 3, ok: true, suggestions: ['One more unusual word would make it strong.'] } }),
  logIn: async () => ({ ok: false, failure: { code: 'wrong_credentials', message: 'Wrong username or password. 4 tries left before a short pause.' } }),
  signUp: async (form) => ({ ok: false, failure: { code: 'username_taken', message: `“${form.username}” is taken.` } }),
  logOut: async () => ({ done: false, waiting: 2, drafts: 0 }),
  updateMe: async () => ({ ok: true, value: store.state.me }),
  changePassword: async () => ({ ok: false, failure: { code: 'wrong_credentials', message: '' } }),
  listDevices: async () => ({ ok: true, value: devices(store.state.now) }),
  endDevice: async () => ({ ok: true, value: null }),
  endOtherDevices: async () => ({ ok: true, value: null }),
  edit: async () => ({ ok: true, value: null }),
  remove: async () => ({ ok: true, value: null }),
  loadAround: async () => ({ ok: true, value: null }),
  open: (view) => store.dispatch((state) => ({ ...state, view })),
  changeSettings: (change) => store.dispatch((state) => ({ ...state, settings: { ...state.settings, ...change } })),
};

const DAY = 86_400_000;
/** @param {number} now */
const devices = (now) => [
  { id: 1, current: true, keep: true, kind: 'browser', label: 'Firefox on Linux', createdAt: now - 18 * DAY, lastUsedAt: now, online: true },
  { id: 2, current: false, keep: true, kind: 'browser', label: 'Safari on iPhone', createdAt: now - 40 * DAY, lastUsedAt: now - 1_200_000, online: false },
  { id: 3, current: false, keep: false, kind: 'browser', label: 'Chrome on Windows', createdAt: now - DAY, lastUsedAt: now - 0.9 * DAY, online: false },
  { id: 4, current: false, keep: true, kind: 'browser', label: 'Safari on iPad', createdAt: now - 80 * DAY, lastUsedAt: now - 77 * DAY, online: false },
];

const app = document.querySelector('cw-app');
if (!(app instanceof CwApp)) throw new Error('no cw-app');
app.addEventListener('wish', (event) => {
  if (event instanceof Wish) event.answer = answers[event.verb]?.(...event.args);
});
const view = store.state.view;
if (view) history.replaceState(null, '', `${location.search}${hashOf(view)}`);
app.page = { store, times };
Object.assign(window, { gallery: store });
