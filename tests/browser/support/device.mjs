// What a browser keeps on its device for the page, and the page where only its files are at hand.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.mjs'

const FILES = process.env.CHINWAG_STATIC ?? fileURLToPath(new URL('../../../static', import.meta.url))
/** @type {Readonly<Record<string, string>>} */
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' }

/**
 * Everything that scripts of this page could read there, as one text to look for words in.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string>}
 */
export function textOnDevice(page) {
  return page.evaluate(async () => {
    /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
    const answer = request => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const parts = [JSON.stringify([{ ...localStorage }, { ...sessionStorage }])]
    for (const { name } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name ?? ''))
      for (const store of database.objectStoreNames) {
        const rows = await answer(database.transaction(store).objectStore(store).getAll())
        parts.push(JSON.stringify(rows, (_, value) => (value instanceof Map || value instanceof Set ? [...value] : value)))
      }
      database.close()
    }
    for (const name of 'caches' in window ? await caches.keys() : []) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) parts.push(name, request.url)
    }
    return parts.join('\n')
  })
}

/** What a worker keeps of answers, as one text. @param {import('playwright-core').Page} page */
export const answersOnDevice = page => page.evaluate(async () => {
  const texts = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) texts.push(await (await cache.match(request))?.text())
  }
  return texts.join('\n')
})

/** Until a browser can open the page without the server. @param {import('playwright-core').Page} page */
export const opensWithoutServer = page =>
  eventually('the page itself is kept on the device', () => page.evaluate(async () => {
    const found = await caches.match(new URL('./', location.href).href)
    return found !== undefined && (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'
  }))

/** Until it is written down: the page gathers changes for a moment. @param {import('playwright-core').Page} page @param {string} text */
export const keptOnDevice = (page, text) => eventually(`“${text}” is kept on the device`, async () => (await textOnDevice(page)).includes(text))

/** @param {import('playwright-core').Page} page @param {string} text */
export const goneFromDevice = (page, text) => eventually(`“${text}” is not on the device`, async () => !(await textOnDevice(page)).includes(text))

/**
 * The page's files alone, at the address of a server that is down, as a relay in front of it may still have them: whoever
 * asks for more hears nothing.
 * @param {number} port
 */
export async function serveFilesOnly(port) {
  const relay = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://relay').pathname)
    const body = path.startsWith('/api/') ? null : await readFile(join(FILES, path === '/' ? 'index.html' : path)).catch(() => null)
    if (body === null) request.destroy()
    else response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body)
  })
  relay.on('upgrade', (_, socket) => socket.destroy())
  relay.listen(port, '127.0.0.1')
  await once(relay, 'listening')
  return {
    stop: async () => {
      const closed = once(relay, 'close')
      relay.close()
      relay.closeAllConnections()
      await closed
    },
  }
}
