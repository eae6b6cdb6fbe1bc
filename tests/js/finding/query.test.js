import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterIn, filtersOf, isWorthAsking, withFilter } from '../../../static/lib/query.js';

test('filters are read with their values, quoted or not', () => {
  assert.deepEqual(
    filtersOf('from:bob walk in:"Sunday lunch" HAS:link').map(({ name, value }) => [name, value]),
    [['from', 'bob'], ['in', 'Sunday lunch'], ['has', 'link']],
  );
});

test('what stands inside a phrase or behind a minus is no filter', () => {
  assert.deepEqual(filtersOf('"from:bob said" -in:x notfrom:y'), []);
});

test('setting a filter replaces the one that is there and leaves the words', () => {
  assert.equal(withFilter('walk from:bob tomorrow', 'from', 'dana'), 'from:dana walk tomorrow');
  assert.equal(withFilter('walk', 'in', 'Sunday lunch'), 'in:"Sunday lunch" walk');
  assert.equal(withFilter('', 'has', 'link'), 'has:link ');
});

test('taking a filter away takes all of its name and nothing else', () => {
  assert.equal(withFilter('from:a walk from:b "in the rain"', 'from', null), 'walk "in the rain"');
  assert.equal(withFilter('walk', 'from', null), 'walk');
});

test('a name with quotation marks becomes a value that can be read back', () => {
  assert.equal(filterIn(withFilter('x', 'in', 'The "club" room'), 'in'), 'The club room');
});

test('the last filter of a name counts', () => {
  assert.equal(filterIn('from:a from:b', 'from'), 'b');
  assert.equal(filterIn('has:image HAS:Link', 'has', 'link'), 'Link');
  assert.equal(filterIn('walk', 'from'), null);
});

test('one letter is not asked for; two are, also two signs of any script, and so is a filter alone', () => {
  assert.equal(isWorthAsking('a'), false);
  assert.equal(isWorthAsking(' a '), false);
  assert.equal(isWorthAsking('👋'), false);
  assert.equal(isWorthAsking('ab'), true);
  assert.equal(isWorthAsking('東京'), true);
  assert.equal(isWorthAsking('"a b'), true);
  assert.equal(isWorthAsking('has:link'), true);
  assert.equal(isWorthAsking('from:'), false);
  assert.equal(isWorthAsking('walk from:'), false);
  assert.equal(isWorthAsking('in:bob w'), false);
  assert.equal(isWorthAsking('in:bob wa'), true);
  assert.equal(isWorthAsking('in:bob has:link'), true);
  assert.equal(isWorthAsking('-walk'), false);
});
