// A person who wished to stay signed in, over several starts of the page on one device.

import { createClient } from '../../../static/transport/client.js';
import { API, serverWith } from './client.js';
import { ALICE, conversation, copyIn, message, ready } from './samples.js';
import { createFakeIndexedDb } from './indexeddb.js';
import { createFakeWindow } from './window.js';

export const KEPT = { id: 1, keep: true };
/** Longer than changes are gathered before they are written. */
export const WRITTEN_MS = 2_000;

export const serverKeeping = (head, more = {}) => ({
  ...serverWith(head),
  [`GET ${API}/me`]: { user: ALICE, session: KEPT },
  ...more,
});
export const deadServer = {};
export const signedOutServer = { [`GET ${API}/me`]: { status: 401, code: 'unauthenticated', message: 'No session.' } };

/** One start of the page; the socket waits for its server. */
export const startPage = async ({ database = createFakeIndexedDb(), routes = serverKeeping(0), view = null } = {}) => {
  const fake = createFakeWindow({ database, routes });
  const client = createClient(fake.window);
  client.start();
  await fake.settle();
  await fake.settle();
  if (view) client.actions.open(view);
  return {
    ...fake,
    client,
    state: () => client.store.state,
    hello: () => {
      fake.socket().onopen();
      return fake.sent('hello').at(-1);
    },
    written: () => fake.clock.advance(WRITTEN_MS),
    /** Everything of the cache as text, to look for words in. */
    keptText: () => JSON.stringify(database.rows('cache'), (_, value) => (value instanceof Map ? [...value] : value)),
  };
};

/** What the server says of a conversation in which everything up to `head` is delivered and read. */
export const readUpTo = (head, given = {}) =>
  conversation({ head, deliveredUpTo: head, readUpTo: head, cursor: head, rev: 100 + head, ...given });

/** A page with the chat open, live, its newest page loaded and written down. */
export const keepChat = async ({ head = 3, view, more = {}, ...given } = {}) => {
  const page = await startPage({ routes: serverKeeping(head), view, ...given });
  page.hello();
  await page.say(ready({ session: KEPT, conversations: [readUpTo(head)], ...more }));
  await page.written();
  return page;
};

export const tombstone = (seq, rev) => message(seq, { rev, body: '', version: 2, deletedAt: 1_700_000_100_000 });
export const textsOf = (state) => copyIn(state).runs.flatMap((run) => run.messages.map((one) => one.body));
