// Opens the page where the server does not answer. Keeps the page's own files of one version, whole or not at all, and asks
// the server first whenever it answers; never touches what people wrote. Stands alone: it imports nothing.

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** Each version of the page has a cache of its own, named by what its index says. */
const PREFIX = 'chinwag-page-';
const INDEX = new URL('./', scope.location.href).href;
/** What only our index says. At the address of another program we have no business any more. */
const SIGN = '<cw-app';
/** A server that has not answered for so long is taken for absent; its answer still brings the next version. */
const PATIENCE_MS = 3_000;

/** These are the server's own answers and never the page's, also where a window shows them. */
const SERVERS = /^\/(api\/|ws$|healthz$|readyz$|metrics$)/;
/** Its name says its content, so the copy is as good as the original. */
const NAMED_BY_CONTENT = /\/page\.[0-9a-f]+\.(js|css|html)$/;
/** What the page loads later, beside scripts and style sheets. */
const LATER = /\/(page\.[0-9a-f]+|later)\.html$/;
/** @type {ReadonlyArray<RequestDestination>} */
const OF_PAGE = ['script', 'style', 'image', 'manifest'];

const ourCaches = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

/** @param {string} text */
const versionOf = async (text) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** @param {string | Request} what @param {string} [name] */
const keptCopy = async (what, name) => {
  for (const cacheName of name ? [name] : await ourCaches()) {
    // Never opened to be looked into: that would make one anew that was deleted just now. The index comes last into a
    // cache: without it the cache is not whole.
    const found = (await caches.match(INDEX, { cacheName })) && (await caches.match(what, { cacheName, ignoreVary: true }));
    if (found) return found;
  }
  return undefined;
};

const leave = async () => {
  for (const name of await ourCaches()) await caches.delete(name);
  await scope.registration.unregister();
};

/** Keeps the page that this index begins, in place of every other version. @param {Response} answer */
const keep = async (answer) => {
  const text = await answer.clone().text();
  if (!text.includes(SIGN)) return leave();
  const name = PREFIX + (await versionOf(text));
  if (!(await keptCopy(INDEX, name))) {
    const files = [...text.matchAll(/<(?:link|script)\b[^>]*?\b(?:href|src)="([^":#]+)"/g)].map((match) => new URL(match[1] ?? '', INDEX).href);
    const cache = await caches.open(name);
    try {
      await cache.addAll([...new Set(files)]);
      await cache.put(INDEX, answer);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }
  for (const other of await ourCaches()) if (other !== name) await caches.delete(other);
};

/** @param {FetchEvent} event */
const opened = async (event) => {
  const asked = fetch(event.request);
  const learned = asked.then(async (answer) => {
    const isPage = answer.ok && answer.type === 'basic' && (answer.headers.get('content-type') ?? '').startsWith('text/html');
    if (isPage) await keep(answer.clone());
  });
  event.waitUntil(learned.catch(() => undefined)); // what cannot be kept now is kept at the next start
  const kept = await keptCopy(INDEX);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
  const answer = /** @type {Response | undefined} */ (await Promise.race([asked.catch(() => undefined), late]));
  return answer && answer.status < 500 ? answer : kept;
};

/** @param {Request} request @param {URL} url */
const fileOf = async (request, url) => {
  if (NAMED_BY_CONTENT.test(url.pathname)) return (await keptCopy(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await keptCopy(request);
    if (kept) return kept;
    throw error;
  }
};

scope.addEventListener('install', (event) => event.waitUntil(fetch(INDEX, { cache: 'no-cache' }).then(keep)));

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin || SERVERS.test(url.pathname)) return;
  if (request.mode === 'navigate') {
    const isFile = url.pathname.split('/').at(-1)?.includes('.');
    if (!isFile) event.respondWith(opened(event));
  } else if (OF_PAGE.includes(request.destination) || LATER.test(url.pathname)) event.respondWith(fileOf(request, url));
});
