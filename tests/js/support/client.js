// The whole client in a window that is not one, with a server a test plays by hand.

import { createClient } from '../../../static/transport/client.js';
import { ALICE, BOB, CONVERSATION, conversation, messages, page, ready } from './samples.js';
import { createFakeWindow } from './window.js';

export const target = { conversation: CONVERSATION };
export const API = '/api/v1';
export const MESSAGES = `GET ${API}/conversations/${CONVERSATION}/messages`;

/** A server with this many messages in the one conversation. */
export const serverWith = (head) => ({
  [`GET ${API}/me`]: { user: ALICE, session: { id: 1, keep: false } },
  [`GET ${API}/users`]: { users: [ALICE, BOB], presence: [], peopleRev: 5, total: 2 },
  [MESSAGES]: (path) => {
    const query = new URL(path, 'http://x').searchParams;
    const limit = Number(query.get('limit'));
    const to = query.has('after')
      ? Math.min(head, Number(query.get('after')) + limit)
      : query.has('before')
        ? Number(query.get('before')) - 1
        : head;
    const from = query.has('after') ? Number(query.get('after')) + 1 : Math.max(1, to - limit + 1);
    return page(messages(from, to), { head, hasAfter: to < head });
  },
  [`POST ${API}/logout`]: { status: 204 },
});

export const goLive = async (given = {}) => {
  const fake = createFakeWindow({ routes: serverWith(given.head ?? 0), ...given.window });
  const client = createClient(fake.window);
  client.start();
  await fake.settle();
  if (given.view) client.actions.open(given.view);
  const answerHello = async (more = {}) => {
    fake.socket().onopen();
    await fake.say(
      ready({
        conversations: [
          conversation({
            head: given.head ?? 0,
            deliveredUpTo: given.head ?? 0,
            readUpTo: given.head ?? 0,
            cursor: given.head ?? 0,
            rev: 100 + (given.head ?? 0),
            ...given.conversation,
          }),
        ],
        ...more,
      }),
    );
  };
  await answerHello(given.ready);
  return { ...fake, client, state: () => client.store.state, answerHello };
};
