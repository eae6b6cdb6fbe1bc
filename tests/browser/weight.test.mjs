// How heavy the page is on its way and how soon it is there. The figures themselves are printed; what is asked of every
// run leaves room for a busy machine (`tests/run --smooth` asks for the figures themselves).
import assert from 'node:assert/strict'
import { get } from 'node:http'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

/** All that is asked for until the first screen is there, with its headers, by either compression. */
const FIRST_VISIT_MAX_BYTES = 100_000
/** All of the page, plain and without the emoji's names: a bound against growing; the aim is 300,000. */
const WHOLE_MAX_BYTES = 620_000
/** `HTTP/1.1 200 OK` with its end, and the empty line after the headers. */
const STATUS_LINE_BYTES = 19
/** Of the figure that is promised on a machine that does nothing else. */
const ROOM = process.env.CHINWAG_SMOOTH ? 1 : 10
const FIRST_MESSAGE_MS = 1_000
const SLOWER = 4
const VISITS = 5

/**
 * What a window fetched of the page's own files, until its network is quiet.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} visit
 */
async function fetched(page, visit) {
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  /** @type {Map<string, { url: string, bytes: number, status: number, isCached: boolean, at: number, until: number }>} */
  const found = new Map()
  network.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    found.set(requestId, { url: request.url, bytes: 0, status: 0, isCached: false, at: timestamp, until: timestamp })
  })
  network.on('Network.requestServedFromCache', ({ requestId }) => {
    const one = found.get(requestId)
    if (one) one.isCached = true
  })
  network.on('Network.responseReceived', ({ requestId, response }) => {
    const one = found.get(requestId)
    if (one) Object.assign(one, { status: response.status, isCached: one.isCached || response.fromDiskCache === true })
  })
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    const one = found.get(requestId)
    if (one) Object.assign(one, { bytes: one.isCached ? 0 : encodedDataLength, until: timestamp })
  })
  await visit()
  await page.waitForLoadState('networkidle')
  await network.detach()
  return [...found.values()].filter(one => !/\/(api\/|ws$)/.test(new URL(one.url).pathname) && one.url.startsWith('http'))
}

/**
 * What the page's index says that comes later, by address.
 * @param {import('./support/person.mjs').Person} person
 */
async function laterOf({ context, address }) {
  const index = await (await context.request.get(`${address}/`)).text()
  return new Set([...index.matchAll(/<link rel="later"[^>]* href="([^"]+)"/g)].map(([, href]) => `${address}/${href}`))
}

/**
 * What an answer weighs on its way, with its headers.
 * @param {string} url
 * @param {string} coding
 * @returns {Promise<number>}
 */
function weight(url, coding) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': coding } }, answer => {
      let bytes = answer.rawHeaders.reduce((sum, part) => sum + part.length + 2, STATUS_LINE_BYTES)
      answer.on('data', piece => (bytes += piece.length))
      answer.on('end', () => resolve(bytes))
    }).on('error', reject)
  })
}

/** @param {Iterable<string>} urls @param {string} coding */
async function weightOf(urls, coding) {
  const all = await Promise.all([...urls].map(url => weight(url, coding)))
  return all.reduce((sum, bytes) => sum + bytes, 0)
}

scenario('a first visit asks for everything in one round, for nothing twice, and is light; a later one comes from the cache', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  const { page } = alice
  const all = await fetched(page, () => alice.open())
  const later = await laterOf(alice)
  const first = all.filter(one => !later.has(one.url))
  const [document, ...files] = first
  assert.ok(document, 'there was a document')
  const addresses = all.map(one => one.url)
  assert.deepEqual(addresses.toSorted(), [...new Set(addresses)].sort(), 'asked for twice')
  // One round: whatever is asked for is named by the document, and none of it is found in another file.
  const named = new Set(await page.evaluate(() => [...window.document.querySelectorAll('link[href], script[src]')].map(one => Reflect.get(one, 'href') || Reflect.get(one, 'src'))))
  assert.deepEqual(files.map(one => one.url).filter(url => !named.has(url) && !url.endsWith('/service-worker.js')), [])
  const bytes = first.reduce((sum, one) => sum + one.bytes, 0)
  console.log(`  first visit: ${first.length} requests, ${bytes} bytes`)
  assert.ok(bytes < FIRST_VISIT_MAX_BYTES, `${bytes} bytes`)
  const [gzip, whole] = [await weightOf(first.map(one => one.url), 'gzip'), await weightOf(new Set([...addresses, ...later]), 'identity')]
  console.log(`  by gzip ${gzip} bytes; all of the page, plain: ${whole} bytes`)
  assert.ok(gzip < FIRST_VISIT_MAX_BYTES, `${gzip} bytes by gzip`)
  assert.ok(whole < WHOLE_MAX_BYTES, `${whole} bytes plain`)

  const again = await fetched(page, () => page.reload())
  const anew = again.filter(one => one.bytes > 0 && one.status !== 304)
  console.log(`  later visit: ${again.length} requests, ${again.reduce((sum, one) => sum + one.bytes, 0)} bytes`)
  assert.deepEqual(anew.map(one => `${one.status} ${one.url}`).filter(one => !one.endsWith(`${alice.address}/`)), [])
})

scenario('what the first screen does without comes by itself once it is there, and nobody waits for it then', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const later = await laterOf(alice)
  assert.ok(later.size > 2)
  await eventually('it is here', () => alice.page.evaluate(() => customElements.get('cw-settings') !== undefined))
  await alice.context.route(url => later.has(url.href), route => route.abort())
  const dialog = await alice.openSettings('Keyboard')
  await seen(dialog.getByRole('switch', { name: 'Enter sends the message' }))
})

scenario('a click is not lost while what it opens is on its way, and the focus goes there and back', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  await alice.createAccount()
  const later = await laterOf(alice)
  /** @type {Array<() => Promise<void>>} */
  const held = []
  let isHeld = true
  await alice.context.route(url => later.has(url.href), route => {
    const go = () => route.continue()
    if (isHeld) held.push(go)
    else void go()
  })
  await alice.open()
  const button = alice.page.getByRole('button', { name: 'Settings' })
  await button.focus()
  await button.press('Enter')
  await eventually('it is asked for', () => held.length > 0)
  isHeld = false
  for (const go of held) await go()
  const dialog = alice.page.getByRole('dialog', { name: 'Settings' })
  await seen(dialog)
  await eventually('the focus is in it', () => dialog.evaluate(element => element.contains(document.activeElement)))
  await alice.page.keyboard.press('Escape')
  await eventually('and back', () => button.evaluate(element => element === document.activeElement))
})

scenario('what cannot be loaded says so, and can be tried again', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  await alice.createAccount()
  alice.expectLostConnections()
  const later = await laterOf(alice)
  /** @type {(url: string) => boolean} */
  let isLost = () => true
  await alice.context.route(url => later.has(url.href), route => (isLost(route.request().url()) ? route.abort() : route.continue()))
  await alice.open()
  const button = alice.page.getByRole('button', { name: 'Settings' })
  const said = alice.page.getByText('This part of Chinwag could not be loaded. Try again, or reload the page.')
  await button.click()
  await seen(said)
  isLost = url => url.endsWith('.js') // whatever of it comes, the next try goes on from there
  await gone(said)
  await button.click()
  await seen(said)
  isLost = () => false
  await button.click()
  await seen(alice.page.getByRole('dialog', { name: 'Settings' }))
})

scenario('the first message is there soon after the page is opened, with a slow processor too', {}, async ({ browser, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('It whistles')
  await alice.openChatWith(bob)
  await seen(alice.message('It whistles'))
  const { hash } = new URL(alice.page.url())
  /** @type {number[]} */
  const times = []
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext({ storageState: await alice.context.storageState() })
    const page = await context.newPage()
    const slow = await context.newCDPSession(page)
    await slow.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector('cw-message')) performance.mark('message')
        else requestAnimationFrame(look)
      }
      look()
    })
    await page.goto(`${alice.address}/${hash}`)
    times.push(await eventually('the message is there', () => page.evaluate(() => performance.getEntriesByName('message')[0]?.startTime ?? 0)))
    await context.close()
  }
  const median = times.sort((a, b) => a - b)[VISITS >> 1] ?? Infinity
  console.log(`  first message, processor slowed ${SLOWER} times: ${times.map(Math.round).join(' ')} ms, median ${Math.round(median)}`)
  assert.ok(median < FIRST_MESSAGE_MS * ROOM, `${median} ms`)
})
