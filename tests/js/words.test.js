// The words of the page: every language says everything, templates and components say nothing themselves, and nothing is
// kept that nobody says.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { en } from '../../static/texts/en.js';
import { grammarOf } from '../../static/texts/grammar.js';
import { languages } from '../../static/texts/languages.js';
import { LANGUAGES, language, learn, locale, speak, wordAt, words } from '../../static/texts/words.js';

const page = new URL('../../static/', import.meta.url);
const html = ['index.html', 'later.html'].map((name) => readFileSync(new URL(name, page), 'utf8')).join('');
const templates = [...html.matchAll(/<template[^>]*>(.*?)<\/template>/gsu)].map(([, inside]) => inside).join('');
const catalogues = Object.fromEntries(await Promise.all(Object.entries(languages).map(async ([name, { load }]) => [name, await load()])));
/** All code below a folder of the page, without its comments. @param {string} folder */
const codeOf = (folder) =>
  readdirSync(new URL(folder, page), { recursive: true })
    .filter((name) => name.endsWith('.js') && !name.startsWith('texts/'))
    .map((name) => readFileSync(new URL(folder + name, page), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gmu, ''))
    .join('\n');
const code = codeOf('');

/** Every word and sentence of a catalogue, by the way to it. */
const leavesOf = (node, way = '') =>
  Object.entries(node).flatMap(([name, value]) => (typeof value === 'object' ? leavesOf(value, `${way}${name}.`) : [[way + name, value]]));

/** What a leaf is, so that one may stand where the other stood. */
const kindOf = (value) => (typeof value === 'function' ? `${value.length} given` : typeof value);

const askedFor = new Set([...templates.matchAll(/data-t(?:-\w+)?="([^"]*)"/gu)].map(([, key]) => key));

test('templates hold no word of their own', () => {
  const shown = templates.replace(/<[^>]*>/gu, '\n').split('\n').map((text) => text.trim());
  const own = shown.filter((text) => /\p{L}{2}/u.test(text) && text !== 'Chinwag');
  assert.deepEqual(own, []);
  assert.deepEqual(templates.match(/\s(?:aria-label|aria-description|aria-valuetext|placeholder|title|alt)="[^"]*"/gu), null);
});

test('a language other than English is spoken once it is learned, and the words stay until then', async () => {
  assert.equal(speak('de', []), 'de');
  assert.deepEqual([language, words], ['en', en]);
  await learn('de');
  assert.equal(speak('de', []), null);
  assert.deepEqual([language, words], ['de', catalogues.de]);
  assert.equal(speak('system', []), null);
});

test('templates ask for words that there are, in every language', async () => {
  assert.ok(askedFor.size > 100);
  for (const name of LANGUAGES) {
    await learn(name);
    speak(name, []);
    for (const key of askedFor) assert.notEqual(wordAt(key), '', `${key} in ${name}`);
  }
  speak('system', []);
});

test('a template that asks for words nobody has is a mistake and said at once', () => {
  for (const key of ['', 'account', 'account.nothing', 'nothing.at.all', 'log.name']) assert.throws(() => wordAt(key), /no words for/u);
});

test('components hold no sentence', () => {
  const sentences = [...codeOf('components/').matchAll(/'([^'\n]*)'|`([^`]*)`/gu)].map(([, one, other]) => one ?? other).filter((text) => /^\p{Lu}\p{L}*[ ’]\p{L}/u.test(text));
  assert.deepEqual(sentences, []);
});

test('every word is said somewhere', () => {
  const isSaid = (way) => {
    const steps = way.split('.');
    const last = steps.at(-1);
    const parent = steps.at(-2);
    if (askedFor.has(way) || code.includes(`'${way}'`)) return true;
    // By its name, or picked from those beside it: `words.receipt.stored`, `const { keep } = words.remove`, `meter[score]`.
    const isNamed = new RegExp(`\\.${last}\\b|\\{[^{}]*\\b${last}\\b[^{}]*\\} = words`, 'u').test(code);
    return isNamed || (parent !== undefined && new RegExp(`\\b${parent}(?:\\.words)?\\[`, 'u').test(code));
  };
  const texts = leavesOf(en).map(([way]) => way).filter((way) => way !== 'locale' && way !== 'moment' && !way.startsWith('duration.'));
  assert.deepEqual(texts.filter((way) => !isSaid(way)), []);
});

test('every language says all that English says, of the same kind', () => {
  const shape = leavesOf(en).map(([way, value]) => [way, kindOf(value)]);
  for (const [name, catalogue] of Object.entries(catalogues)) {
    const other = new Map(leavesOf(catalogue).map(([way, value]) => [way, kindOf(value)]));
    for (const [way, kind] of shape) {
      // A sentence may do without some of what it is given, never with more.
      if (kind === 'string') assert.equal(other.get(way), kind, `${way} in ${name}`);
      else assert.ok(/^\d given$/u.test(other.get(way) ?? '') && other.get(way) <= kind, `${way} in ${name}`);
      other.delete(way);
    }
    assert.deepEqual([...other.keys()], [], `only in ${name}`);
  }
});

/** Every reason of a refusal, as the server lists them: whether only HTTP has it, and its name. */
const codes = [...readFileSync(new URL('../../src/protocol/error.rs', import.meta.url), 'utf8').matchAll(/\/\/\/ (HTTP)?[^\n]*\n(?: *\/\/\/[^\n]*\n)* *[A-Z]\w+ "(\w+)" "/gu)].map(([, http, code]) => ({ code, isHttp: http !== undefined }));
const SERVERS = 'A sentence of the server.';

test('every reason of a refusal has its words in every language; only an unknown one is told in the server’s', () => {
  assert.ok(codes.length > 35 && codes.some(({ code }) => code === 'starting'), 'the list was read');
  for (const [name, { failure }] of Object.entries(catalogues)) {
    for (const { code } of [...codes, { code: 'network' }]) {
      const said = failure.words({ code, message: SERVERS });
      assert.ok(said !== '' && !said.includes(SERVERS), `${code} in ${name}`);
    }
    assert.ok(failure.words({ code: 'not_yet_invented', message: SERVERS }).includes(SERVERS), name);
    assert.ok(failure.words({ code: 'refused', message: '' }).length > 5, 'a proxy that says nothing');
  }
});

test('so has every reason why a message may be set aside', () => {
  const passing = ['busy', 'rate_limited', 'unknown'];
  const aboutOther = ['version_conflict', 'deleted', 'draft_conflict', 'receipt_beyond_head']; // edits, drafts, receipts
  const final = codes.filter(({ code, isHttp }) => !isHttp && !passing.includes(code) && !aboutOther.includes(code));
  assert.ok(final.length > 9);
  for (const [name, { failure }] of Object.entries(catalogues)) {
    for (const { code } of final) {
      const said = failure.unsent({ code, message: SERVERS });
      assert.ok(said !== '' && !said.toLowerCase().includes('sentence of the server'), `${code} in ${name}`);
    }
    assert.ok(failure.unsent({ code: 'not_yet_invented', message: SERVERS }).includes('entence of the server'), name);
  }
});

test('the tries that are left, and what a field may hold, are told from what the server says', () => {
  const { words: said } = en.failure;
  assert.equal(said({ code: 'wrong_credentials', message: 'Wrong username or password. 1 try left before a short pause.' }), 'Wrong username or password. 1 try left before a short pause.');
  assert.equal(said({ code: 'wrong_credentials', message: 'Wrong username or password. Wait 30 seconds.', retryAfterMs: 30_000 }), 'Wrong username or password. Try again in 30 s.');
  assert.equal(said({ code: 'too_many_attempts', message: SERVERS, retryAfterMs: 600_000 }), 'Too many attempts. Try again in 10 min.');
  assert.equal(said({ code: 'wrong_credentials', message: 'Wrong.' }), 'Wrong username or password.');
  assert.match(said({ code: 'invalid_field', message: SERVERS, field: 'name' }), /group’s name/u);
  assert.match(said({ code: 'invalid_field', message: SERVERS, field: 'hue' }), /Reload the page/u);
});

test('the browser’s first language that the page speaks is spoken, with that browser’s own region', () => {
  const cases = [
    ['system', ['de-AT', 'en-US'], 'de', 'de-AT'],
    ['system', ['fr-FR', 'en-US', 'de'], 'en', 'en-US'],
    ['system', ['fr-FR'], 'en', 'en-GB'],
    ['system', [], 'en', 'en-GB'],
    ['system', ['toString'], 'en', 'en-GB'],
    ['de', ['en-US'], 'de', 'de-DE'],
    ['en', ['de-CH', 'en-NZ'], 'en', 'en-NZ'],
  ];
  for (const [choice, wished, spoken, region] of cases) {
    speak(choice, wished);
    assert.deepEqual([language, locale, words], [spoken, region, catalogues[spoken]]);
  }
  speak('system', []);
});

test('a noun takes the form its language has for the number', () => {
  const german = grammarOf('de');
  assert.deepEqual([0, 1, 2, 1234].map((n) => german.count(n, 'Nachricht', 'Nachrichten')), ['0 Nachrichten', '1 Nachricht', '2 Nachrichten', '1.234 Nachrichten']);
  const polish = grammarOf('pl');
  assert.deepEqual([1, 2, 5].map((n) => polish.count(n, 'plik', 'pliki', 'plików', 'pliku')), ['1 plik', '2 pliki', '5 plików']);
});
