// What the page makes of answers over HTTP, whoever gave them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '../../static/transport/api.js';

/** What comes of a question that is answered so. @param {Response} response */
const asked = (response) => createApi({ fetch: () => Promise.resolve(response), onUnauthenticated: () => {} }).call('GET', '/me');

test('an answer without a word is one', async () => {
  assert.deepEqual(await asked(new Response(null, { status: 204 })), { ok: true, value: null });
});

test('JSON is taken as it is', async () => {
  assert.deepEqual(await asked(Response.json({ signUp: 'open' })), { ok: true, value: { signUp: 'open' } });
});

test('a page of another program, or of a network that wants a log-in, is no answer of our server', async () => {
  const outcome = await asked(new Response('<title>Another program</title>', { headers: { 'content-type': 'text/html' } }));
  assert.deepEqual(outcome, { ok: false, failure: { code: 'network', message: 'no answer' } });
});
