// What the worker does with the caches of the browser, here with caches that a test can look into.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { read } from '../support/page-files.js';

const HOME = 'http://chinwag.test/';

/** A browser's caches, as far as the worker knows them: `open` makes what is not there, `match` never does. */
class Caches {
  /** @type {Map<string, Map<string, string>>} */
  all = new Map();
  /** What happens between the answer to `keys` and whatever is done with it. */
  afterKeys = () => {};

  keys() {
    const names = [...this.all.keys()];
    this.afterKeys();
    return Promise.resolve(names);
  }

  /** @param {string} name */
  open(name) {
    const kept = this.all.get(name) ?? new Map();
    this.all.set(name, kept);
    return Promise.resolve({ match: (/** @type {string | { url: string }} */ what) => Promise.resolve(kept.get(typeof what === 'string' ? what : what.url)) });
  }

  /** @param {string | { url: string }} what @param {{ cacheName: string }} options */
  match(what, { cacheName }) {
    return Promise.resolve(this.all.get(cacheName)?.get(typeof what === 'string' ? what : what.url));
  }
}

/** The worker in a browser without a network; what it answers to a request of the page. @param {Caches} caches */
function workerWith(caches) {
  /** @type {Map<string, (event: object) => void>} */
  const listeners = new Map();
  const self = { location: new URL('service-worker.js', HOME), addEventListener: listeners.set.bind(listeners), registration: {} };
  runInNewContext(read('service-worker.js'), { self, caches, URL, fetch: () => Promise.reject(new TypeError('no network')) });
  return (/** @type {string} */ path, /** @type {string} */ destination) => {
    /** @type {Promise<string> | undefined} */
    let answer;
    const request = { method: 'GET', mode: 'no-cors', destination, url: new URL(path, HOME).href };
    listeners.get('fetch')?.({ request, respondWith: (/** @type {Promise<string>} */ given) => { answer = given; } });
    return answer;
  };
}

test('without a network a file of the page comes from the version that is kept', async () => {
  const caches = new Caches();
  caches.all.set('chinwag-page-1', new Map([[HOME, 'index'], [`${HOME}app.js`, 'script']]));
  assert.equal(await workerWith(caches)('app.js', 'script'), 'script');
});

test('a version whose index is not there yet is not whole, and nothing of it is used', async () => {
  const caches = new Caches();
  caches.all.set('chinwag-page-1', new Map([[`${HOME}app.js`, 'script']]));
  await assert.rejects(async () => workerWith(caches)('app.js', 'script'), /no network/);
});

test('looking for a file in a version that is deleted meanwhile does not make it anew', async () => {
  const caches = new Caches();
  caches.all.set('chinwag-page-1', new Map([[HOME, 'index'], [`${HOME}app.js`, 'script']]));
  caches.afterKeys = () => caches.all.clear();
  await assert.rejects(async () => workerWith(caches)('app.js', 'script'), /no network/);
  assert.deepEqual([...caches.all.keys()], []);
});
