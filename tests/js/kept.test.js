// The kept form of a conversation, and what becomes of two tabs' forms of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptCopy, mergeKept } from '../../static/state/kept.js';
import { after, conversation, copyIn, frame, message, messages, newest, ready, receipt, said } from './support/samples.js';

const LONG = 400;
/** A tab that has loaded from..=head, right up to a rev. */
const tab = (from, head, { rev = 500, events = [] } = {}) =>
  copyIn(
    after([
      frame(ready({ conversations: [conversation({ head, rev, deliveredUpTo: head, readUpTo: head, cursor: head })] })),
      ...(from <= head ? [newest(messages(from, head))] : []),
      ...events,
    ]),
  );
const seqs = (copy) => copy.runs.map((run) => [run.from, run.to]);
const bodyAt = (copy, seq) => copy.runs.flatMap((run) => run.messages).find((one) => one.seq === seq).body;
const deleted = (seq, rev) => frame({ type: 'message.changed', message: message(seq, { rev, body: '', version: 2, deletedAt: 1 }) });
const isBehind = frame({ type: 'changes', conversation: 3, after: 500, rev: 500, messages: [], receipts: [], more: true });

test('only the newest messages are kept, with the receipts that speak of them', () => {
  const events = [
    frame({ type: 'receipt', conversation: 3, receipt: receipt('read', 1, 10, { rev: 501 }) }),
    frame({ type: 'receipt', conversation: 3, receipt: receipt('read', 11, 390, { rev: 502 }) }),
  ];
  const kept = keptCopy(tab(1, LONG, { events }), false);
  assert.deepEqual([seqs(kept), kept.isTailLoaded, kept.rev], [[[201, 400]], true, 502]);
  assert.deepEqual(
    kept.receipts.get(2).read.map((one) => one.upTo),
    [390],
  );
});

test('nothing that is only on its way is kept: no load, no jump, no part of older changes', () => {
  const copy = { ...tab(1, 60, { events: [isBehind, said(message(62, { rev: 900 }))] }), older: 'loading', anchor: 5 };
  const kept = keptCopy(copy, false);
  assert.deepEqual([kept.rev, kept.liveRev, kept.catchingUp, kept.older, kept.anchor], [500, 500, false, 'idle', null]);
  assert.deepEqual([seqs(kept), kept.holes], [[[1, 60], [62, 62]], [{ from: 61, to: 61 }]]);
});

test('what stands apart from the newest messages is not kept', () => {
  const apart = copyIn(
    after([
      frame(ready({ conversations: [conversation({ head: LONG, rev: 500, deliveredUpTo: LONG })] })),
      { type: 'page.loaded', conversation: 3, which: 'around', seq: 20, page: { ...newest(messages(10, 30)).page, head: LONG } },
    ]),
  );
  assert.deepEqual([apart.runs.length, seqs(keptCopy(apart, false)), keptCopy(apart, false).isTailLoaded], [1, [], false]);
});

test('of two tabs that are equally far both have right messages', () => {
  const merged = mergeKept(keptCopy(tab(1, 60), false), tab(40, 60), false);
  assert.deepEqual(seqs(merged), [[1, 60]]);
  assert.deepEqual(seqs(mergeKept(keptCopy(tab(40, 60), false), tab(61, 60), false)), [[40, 60]]);
});

test('a hole that only one of them has is none', () => {
  const holed = tab(1, 60, { events: [isBehind, said(message(62, { rev: 900 }))] });
  const whole = keptCopy(tab(1, 62), false);
  const merged = mergeKept({ ...whole, rev: 500 }, holed, false);
  assert.deepEqual([seqs(merged), merged.holes], [[[1, 62]], []]);
  const both = mergeKept(keptCopy(holed, false), holed, false);
  assert.deepEqual(both.holes, [{ from: 61, to: 61 }]);
});

test('a tab that is not as far still takes away a text of which it has heard that it is deleted', () => {
  for (const events of [[deleted(30, 900)], [isBehind, deleted(30, 900)]]) {
    for (const from of [1, 61]) {
      const own = tab(from, 60, { events });
      for (const rev of [500, 950]) {
        const held = { ...keptCopy(tab(1, 60), false), rev };
        if (own.rev > rev && from === 61) continue; // further, and without the message: nothing of it stays at all
        assert.equal(bodyAt(mergeKept(held, own, false), 30), '', `${events.length} events, from ${from}, held ${rev}`);
      }
    }
  }
});

test('the newest message in the list goes with its text, too', () => {
  const held = { ...keptCopy(tab(1, 60), false), rev: 950, lastMessage: message(60) };
  const own = tab(1, 60, { events: [deleted(60, 900)] });
  assert.equal(mergeKept(held, own, false).lastMessage.body, '');
});
