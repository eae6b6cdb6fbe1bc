// Which lines of a long log are in the document: enough around the reader, and never many new ones in one go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanAround, spanFollowing, spanKept, spanSize, spanToward } from '../../../static/components/log-window.js';

const HEIGHT = 800;
const STEP = 12;
const messages = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from }, (_, i) => ({ kind: 'message', key: `m${from + i}` }));

/** All the steps until the span rests. @param {import('../../../static/components/log-window.js').Span} span @param {number} count @param {number} centre */
const walk = (span, count, centre) => {
  const steps = [span];
  for (;;) {
    const last = steps.at(-1) ?? span;
    const next = spanFollowing(last, count, centre, HEIGHT);
    if (next.start === last.start && next.end === last.end) return steps;
    steps.push(next);
    assert.ok(steps.length < 100, 'the span never rests');
  }
};

test('a log that fits is in the document as a whole', () => {
  assert.deepEqual(spanAround(60, 'end', HEIGHT), { start: 0, end: 60 });
});

test('from wherever it stands, the span comes to rest around the reader, a step at a time', () => {
  for (const count of [0, 1, 60, 101, 150, 1_000]) {
    for (const span of [{ start: 0, end: Math.min(count, 100) }, { start: Math.max(0, count - 100), end: count }, { start: Math.min(count, 40), end: Math.min(count, 70) }]) {
      for (const centre of [0, 10, 50, 99, 500, count - 1].filter((line) => line >= 0 && line < count)) {
        const steps = walk(span, count, centre);
        for (const [i, step] of steps.entries()) {
          const former = steps[i - 1];
          assert.ok(0 <= step.start && step.start <= step.end && step.end <= count, JSON.stringify({ count, centre, steps }));
          if (former && centre >= former.start && centre < former.end)
            assert.ok(former.start - step.start <= STEP && step.end - former.end <= STEP, JSON.stringify({ count, centre, steps }));
        }
        const rest = steps.at(-1) ?? span;
        assert.ok(rest.start <= Math.max(0, centre - STEP / 2) || rest.end === count, JSON.stringify({ count, centre, rest }));
        assert.ok(rest.end - rest.start === Math.min(count, spanSize(HEIGHT)), JSON.stringify({ count, centre, rest }));
      }
    }
  }
});

test('the screen itself is there at once, also after a leap', () => {
  const { start, end } = spanFollowing({ start: 900, end: 1_000 }, 1_000, 300, HEIGHT);
  assert.ok(start <= 300 && end >= 300 + Math.ceil(HEIGHT / 24));
  assert.ok(end - start < spanSize(HEIGHT));
});

test('an older page moves the span along with its lines, and is itself not drawn at once', () => {
  const former = [{ kind: 'day', key: 'today' }, ...messages(50, 100)];
  const items = [{ kind: 'day', key: 'today' }, ...messages(0, 100)];
  const kept = spanKept({ start: 0, end: 51 }, former, items);
  assert.deepEqual(kept, { start: 51, end: 101 });
  assert.deepEqual(spanToward(kept ?? { start: 0, end: 0 }, { start: 0, end: 101 }), { start: 51 - STEP, end: 101 });
});

test('what fills a hole inside the span is drawn with it, so that nothing on the screen goes away', () => {
  const former = [...messages(0, 10), { kind: 'gap', key: 'gap' }, ...messages(60, 70)];
  assert.deepEqual(spanKept({ start: 0, end: 21 }, former, messages(0, 70)), { start: 0, end: 70 });
});

test('of lines that are no more there is nothing to keep', () => {
  assert.equal(spanKept({ start: 0, end: 10 }, messages(0, 10), messages(50, 60)), null);
  assert.equal(spanKept({ start: 0, end: 0 }, [], messages(0, 5)), null);
});
