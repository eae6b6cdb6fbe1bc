// The words about running a server, which come later than the others: both languages say the same, and templates and
// components ask for what there is and leave nothing unsaid.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { de } from '../../../static/texts/server-de.js';
import { en } from '../../../static/texts/server-en.js';

const page = new URL('../../../static/', import.meta.url);
const asked = [...readFileSync(new URL('later.html', page), 'utf8').matchAll(/data-s(?:-label)?="([^"]*)"/gu)].map(([, key]) => key);
const components = new URL('components/', page);
const code = readdirSync(components).map((name) => readFileSync(new URL(name, components), 'utf8')).filter((text) => text.includes('server-words.js')).join('\n');

const leavesOf = (node, way = '') => Object.entries(node).flatMap(([name, value]) => (typeof value === 'object' ? leavesOf(value, `${way}${name}.`) : [[way + name, value]]));
const kinds = (catalogue) => leavesOf(catalogue).map(([way, value]) => [way, typeof value === 'function' ? `${value.length} given` : typeof value]);

test('German says all that English says of it, and no more', () => {
  assert.ok(kinds(en).length > 60);
  assert.deepEqual(kinds(de), kinds(en));
  for (const [way, value] of leavesOf(de)) assert.notEqual(value, '', way);
});

test('templates ask for words that there are', () => {
  const sentences = new Map(leavesOf(en));
  assert.ok(asked.length > 20);
  for (const key of asked) assert.equal(typeof sentences.get(key), 'string', key);
});

test('every word of it is said somewhere', () => {
  const isSaid = (way) => asked.includes(way) || new RegExp(`\\b${way.split('.').at(-1)}\\b`, 'u').test(code);
  assert.deepEqual(leavesOf(en).map(([way]) => way).filter((way) => !way.startsWith('refused.') && !isSaid(way)), []);
});

test('one and many', () => {
  assert.match(en.people.total(1), /^1 person has /u);
  assert.match(en.people.total(2), /^2 people have /u);
  assert.match(de.people.total(1200), /^1\.200 Personen haben /u);
});
