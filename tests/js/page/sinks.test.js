// No text becomes markup or code anywhere in the page: there is no place in it that would do that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, read } from '../support/page-files.js';

/** What makes markup or code of a text (Trusted Types, 4; HTML, 8.5 and 13). */
const SINKS = [
  /\.(?:inner|outer)HTML\b/, /\binsertAdjacentHTML\b/, /\bsetHTML(?:Unsafe)?\b/, /\bparseHTML(?:Unsafe)?\b/, /\bDOMParser\b/, /\bsrcdoc\b/,
  /\bcreateContextualFragment\b/, /\bdocument\s*\.\s*write/, /\beval\s*\(/, /\bnew\s+Function\b/, /\bFunction\s*\(/, /\bexecCommand\s*\(\s*['"]insertHTML/,
  /\bset(?:Timeout|Interval)\s*\(\s*['"`]/, /\bjavascript:/, /\bimportScripts\b/, /\bnew\s+(?:Shared)?Worker\b/, /setAttribute\(\s*['"`]on/, /\bcreateHTML\b/, /\bcreateScript\b/,
];

const code = (/** @type {string} */ file) => read(file).replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

test('no module makes markup or code of a text', () => {
  const found = files.filter((file) => file.endsWith('.js')).flatMap((file) => SINKS.filter((sink) => sink.test(code(file))).map((sink) => `${file}: ${sink}`));
  assert.deepEqual(found, []);
});

test('the page runs no script and no style but those in files of their own', () => {
  const html = read('index.html') + read('later.html');
  assert.deepEqual(html.match(/<script(?![^>]*\bsrc=)[^>]*>/g) ?? [], []);
  assert.deepEqual(html.match(/<style\b|\sstyle=|\son[a-z]+=|javascript:/g) ?? [], []);
});

test('one policy names one address of a script, and there is no other', () => {
  const makers = files.filter((file) => file.endsWith('.js') && /createPolicy/.test(code(file)));
  assert.deepEqual(makers, ['transport/worker.js']);
  assert.match(code('transport/worker.js'), /createScriptURL: \(\) => WORKER/);
});
