import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, seqOf, viewOf } from '../../../static/components/route.js';

test('an address names a chat, a person, or a message of a chat, and is read back as it was written', () => {
  assert.deepEqual([hashOf({ conversation: 3 }), hashOf({ conversation: 3 }, 120), hashOf({ to: 7 }), hashOf(null)], ['#chat-3', '#chat-3-120', '#with-7', '#']);
  assert.deepEqual([viewOf('#chat-3-120'), seqOf('#chat-3-120')], [{ conversation: 3 }, 120]);
  assert.deepEqual([viewOf('#chat-3'), seqOf('#chat-3')], [{ conversation: 3 }, undefined]);
});

test('an address that names nothing is no place', () => {
  for (const hash of ['', '#', '#chat-', '#chat-0', '#chat-x', '#chat-3-0', '#chat-3-1-2', '#chat-99999999999999999999', '#chat-3-99999999999999999999', '#with-', '#with-x']) {
    assert.equal(viewOf(hash), null, hash);
    assert.equal(seqOf(hash), undefined, hash);
  }
});
