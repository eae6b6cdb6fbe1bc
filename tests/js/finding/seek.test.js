import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, MESSAGES, goLive, serverWith, target } from '../support/client.js';
import { ALICE, BOB, CONVERSATION, conversation, messages, page } from '../support/samples.js';

const HEAD = 5_000;
const FAR = 40;
const FIFTY = 50;

/** A server that knows `around`; one page may be held back until the test lets it go. */
const routes = (held = {}) => {
  const plain = serverWith(HEAD);
  const answer = async (path) => {
    const query = new URL(path, 'http://x').searchParams;
    const around = Number(query.get('around'));
    if (!query.has('around')) {
      await held.newest;
      return plain[MESSAGES](path);
    }
    await held.around;
    const from = Math.max(1, around - FIFTY / 2);
    const to = Math.min(HEAD, around + FIFTY / 2);
    return from > to ? page([], { head: HEAD }) : page(messages(from, to), { head: HEAD, hasAfter: to < HEAD });
  };
  return { ...plain, [MESSAGES]: answer };
};

const asked = (here, what) => here.fetched.filter((line) => line.startsWith(MESSAGES) && line.includes(what)).length;

test('a chat that is opened at a message loads what is around it, and not its newest page', async () => {
  const here = await goLive({ head: HEAD, window: { routes: routes() } });
  here.client.actions.open(target, FAR);
  await here.settle();
  assert.deepEqual(here.state().sought, { conversation: CONVERSATION, seq: FAR, step: 'here' });
  assert.equal(here.state().conversations.get(CONVERSATION).anchor, FAR);
  assert.equal(asked(here, `around=${FAR}`), 1);
  assert.equal(asked(here, '?limit='), 0);
});

test('the newest page, when it is on its way already, comes first and does not take the log back to the end', async () => {
  let letGo = () => {};
  const held = new Promise((resolve) => (letGo = resolve));
  const here = await goLive({ head: HEAD, window: { routes: routes({ newest: held }) } });
  here.client.actions.open(target);
  await here.settle();
  here.client.actions.seek(CONVERSATION, FAR);
  await here.settle();
  assert.equal(asked(here, 'around='), 0);
  letGo();
  await here.settle();
  assert.equal(here.state().sought.step, 'here');
  assert.equal(here.state().conversations.get(CONVERSATION).anchor, FAR);
});

test('what the log shows already is not asked for', async () => {
  const here = await goLive({ head: HEAD, window: { routes: routes() }, view: target });
  await here.settle();
  here.client.actions.seek(CONVERSATION, HEAD - 3);
  await here.settle();
  assert.equal(here.state().sought.step, 'here');
  assert.equal(asked(here, 'around='), 0);
});

test('a conversation that is not on the list is asked for first', async () => {
  const other = { ...conversation({ id: 9, head: 3, kind: 'group', name: 'Allotment' }) };
  const here = await goLive({
    window: {
      routes: {
        [`GET ${API}/conversations/9/messages`]: page(messages(1, 3, { conversation: 9 })),
        [`GET ${API}/conversations/9`]: { conversation: other, users: [ALICE, BOB] },
        ...routes(),
      },
    },
  });
  here.client.actions.open({ conversation: 9 }, 2);
  await here.settle();
  assert.equal(here.state().sought.step, 'here');
  assert.equal(here.state().conversations.get(9).name, 'Allotment');
});

test('a conversation that is not for this person is gone, with a message named or without', async () => {
  for (const seq of [4, undefined]) {
    const here = await goLive({ window: { routes: { [`GET ${API}/conversations/9`]: { status: 404, code: 'not_found' }, ...routes() } } });
    here.client.actions.open({ conversation: 9 }, seq);
    await here.settle();
    assert.equal(here.state().sought.step, 'gone');
    assert.deepEqual(here.state().view, { conversation: 9 });
  }
});

test('a message that is not there for this person is gone, and the chat is shown at its end', async () => {
  const here = await goLive({ head: HEAD, window: { routes: routes() } });
  here.client.actions.open(target, HEAD + FIFTY);
  await here.settle();
  assert.equal(here.state().sought.step, 'gone');
  here.client.actions.endSeeking();
  await here.settle();
  assert.equal(here.state().sought, null);
  assert.equal(here.state().conversations.get(CONVERSATION).isTailLoaded, true);
});

test('sought while the connection is gone, it is looked for when it is back', async () => {
  let letGo = () => {};
  const held = { around: new Promise((resolve) => (letGo = resolve)) };
  const here = await goLive({ head: HEAD, window: { routes: routes(held) } });
  here.client.actions.open(target, FAR);
  await here.settle();
  here.socket().onclose({ code: 1006 });
  await here.settle();
  assert.equal(here.state().sought.step, 'wanted');
  letGo();
  await here.clock.advance(20_000);
  await here.answerHello();
  await here.settle();
  assert.equal(here.state().sought.step, 'here');
});

test('whoever goes elsewhere meanwhile is not taken back', async () => {
  let letGo = () => {};
  const held = { around: new Promise((resolve) => (letGo = resolve)) };
  const here = await goLive({ head: HEAD, window: { routes: routes(held) } });
  here.client.actions.open(target, FAR);
  await here.settle();
  here.client.actions.open(null);
  letGo();
  await here.settle();
  assert.equal(here.state().sought, null);
  assert.equal(here.state().view, null);
});

test('a search asks with the place of this device on the clock, and for the chats of what it finds', async () => {
  const hit = { conversation: 9, seq: 2, sender: BOB.id, at: 1, excerpt: 'x', marks: [] };
  const here = await goLive({
    window: {
      routes: {
        [`GET ${API}/search`]: { hits: [hit], reach: 'all', unknown: [] },
        [`GET ${API}/conversations/9`]: { conversation: conversation({ id: 9, kind: 'group', name: 'Allotment' }), users: [] },
        ...routes(),
      },
    },
  });
  const outcome = await here.client.actions.searchMessages(' walk "in the rain" ', { before: 'c1' });
  await here.settle();
  assert.deepEqual(outcome.ok && outcome.value.hits, [hit]);
  const query = new URL(here.fetched.find((line) => line.includes('/search?')).slice(4), 'http://x').searchParams;
  assert.equal(query.get('q'), 'walk "in the rain"');
  assert.equal(query.get('before'), 'c1');
  assert.equal(query.get('zone'), String(-new Date().getTimezoneOffset()));
  assert.equal(here.state().conversations.get(9).name, 'Allotment');
});
