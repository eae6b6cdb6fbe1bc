// What index.html names is what the page needs: nothing is waited for twice, nothing is left lying about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES } from '../../../static/texts/words.js';
import { files, importsOf, loadedLater, named, reachable, read } from '../support/page-files.js';

const ENTRY = 'app.js';

/** Modules that hold types alone: read by tsc, never by a browser. */
const isTypesOnly = (/** @type {string} */ file) => /^export \{\};$/m.test(read(file)) && importsOf(file).statics.length === 0;

test('modulepreload names every module that app.js needs, directly or not, and no other', () => {
  const preloaded = named(/<link rel="modulepreload"[^>]*>/g, 'href');
  const needed = [...reachable(ENTRY)].filter((file) => file !== ENTRY);
  assert.deepEqual(preloaded.sort(), needed.sort());
});

test('what comes later is named as such, every module of it and no other', () => {
  const later = named(/<link rel="later" as="script"[^>]*>/g, 'href');
  assert.deepEqual(later.sort(), [...loadedLater(ENTRY)].sort());
});

test('index.html links every style sheet, each once', () => {
  const linked = named(/<link rel="(?:stylesheet|later" as="style)"[^>]*>/g, 'href');
  assert.deepEqual(linked.sort(), files.filter((file) => file.endsWith('.css')));
});

test('every file of the page is used by it', () => {
  const manifest = JSON.parse(read('manifest.webmanifest'));
  const used = new Set([
    'index.html',
    ...reachable(ENTRY),
    ...loadedLater(ENTRY),
    ...named(/<(?:link|script)\b[^>]*href="[^"]*"[^>]*>/g, 'href'),
    ...manifest.icons.map((/** @type {{ src: string }} */ icon) => icon.src),
    ...LANGUAGES.map((language) => `emoji/${language}.json`),
  ]);
  // What is loaded later is named in the code that loads it: a dynamic import, or an address given as text.
  const code = [...used].filter((file) => file.endsWith('.js')).map(read).join('\n');
  const left = files.filter((file) => !used.has(file) && !(file.endsWith('.js') && isTypesOnly(file)));
  assert.deepEqual(left.filter((file) => !code.includes(file.split('/').at(-1) ?? file)), []);
});

test('no module needs itself by a detour', () => {
  /** @type {Set<string>} */
  const done = new Set();
  const walk = (/** @type {string} */ file, /** @type {string[]} */ path) => {
    assert.ok(!path.includes(file), [...path, file].join(' → '));
    if (done.has(file)) return;
    for (const other of importsOf(file).statics) walk(other, [...path, file]);
    done.add(file);
  };
  for (const file of [ENTRY, ...loadedLater(ENTRY)]) walk(file, []);
});

/** Places that several parts lay themselves out in; each adds to them and takes nothing back. */
const PLACES = ['all', 'nochat', 'own', 'pane', 'shell', 'side'];

/** The classes that begin a rule of a style sheet. @param {string} file */
const classesOf = (file) => [...read(file).replace(/\/\*[^]*?\*\//g, '').matchAll(/([^{};]+)\{/g)]
  .flatMap(([, selectors = '']) => [...selectors.matchAll(/(?:^|,)\s*\.([\w-]+)/g)].map(([, name = '']) => name));

test('a class that begins a rule of one part begins none of another', () => {
  const sheets = files.filter((file) => file.endsWith('.css'));
  // What all parts build on, and what of them looks otherwise in a group.
  const isForAll = (/** @type {string} */ file) => /\/(?:base|controls|fields|group|layout|reset|tokens|utilities)\.css$/.test(file);
  const forAll = new Set([...PLACES, ...sheets.filter(isForAll).flatMap(classesOf)]);
  /** @type {Map<string, string>} */
  const owners = new Map();
  for (const file of sheets.filter((one) => !isForAll(one))) {
    for (const name of classesOf(file).filter((one) => !forAll.has(one))) {
      assert.equal(owners.get(name) ?? file, file, `.${name}`);
      owners.set(name, file);
    }
  }
  assert.ok(owners.size > 50);
});
