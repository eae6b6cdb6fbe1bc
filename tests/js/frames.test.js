// The golden frames, shared with the server and the documentation: every frame the server sends is taken, every one the page
// sends has its name here, and none of them upsets the reducer.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { FRAME, SEND, decodeFrame } from '../../static/protocol.js';
import { after, frame, ready } from './support/samples.js';

const folder = new URL('../frames/', import.meta.url);
const golden = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }))
  : [];
const fromServer = golden.filter(({ direction }) => direction === 'server');
const fromClient = golden.filter(({ direction }) => direction === 'client');

test('every frame of the server is understood', () => {
  for (const { name, frame: given } of fromServer) assert.deepEqual(decodeFrame(JSON.stringify(given)), given, name);
});

test('every frame of the server is taken by the reducer, twice the same as once', () => {
  for (const { name, frame: given } of fromServer) {
    const once = after([frame(ready()), frame(given)]);
    assert.deepEqual(after([frame(given)], once).conversations, once.conversations, name);
  }
});

test('every frame the page sends is one the server knows', () => {
  const names = new Set(Object.values(SEND));
  for (const { name, frame: given } of fromClient) assert.ok(names.has(given.type), `${name}: ${given.type}`);
});

test('no frame is without its golden file', { skip: golden.length === 0 && 'tests/frames is not here' }, () => {
  const said = new Set(fromServer.map(({ frame: given }) => given.type));
  const sent = new Set(fromClient.map(({ frame: given }) => given.type));
  assert.deepEqual(
    Object.values(FRAME).filter((type) => !said.has(type)),
    [],
  );
  assert.deepEqual(
    Object.values(SEND).filter((type) => !sent.has(type)),
    [],
  );
});

test('the names of the wire never change', () => {
  assert.deepEqual(Object.values(SEND), [
    'hello',
    'message.send',
    'message.edit',
    'message.delete',
    'reaction.set',
    'receipt.delivered',
    'receipt.read',
    'typing',
    'presence.set',
    'presence.watch',
    'draft.set',
    'cursor.set',
    'late.seen',
  ]);
  assert.deepEqual(Object.values(FRAME), [
    'ready',
    'changes',
    'reset',
    'message.stored',
    'message',
    'message.changed',
    'receipt',
    'receipt.counts',
    'late',
    'late.seen',
    'cursor',
    'draft',
    'account',
    'mute',
    'block',
    'presence',
    'typing',
    'user',
    'conversation',
    'ok',
    'error',
    'session.ended',
    'goodbye',
    'beat',
  ]);
});

test('a frame without what it must carry is left alone', () => {
  for (const type of Object.values(FRAME)) assert.equal(decodeFrame(JSON.stringify({ type })), null, type);
});
