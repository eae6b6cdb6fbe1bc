// How heavy the page is on its way and how soon it is there. The figures themselves are printed; what is asked of every
// run leaves room for a busy machine (`tests/run --smooth` asks for the figures themselves).
import assert from 'node:assert/strict'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

/** A bound against growing; the aim is 100,000. */
const FIRST_VISIT_MAX_BYTES = 145_000
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

scenario('a first visit asks for everything in one round, for nothing twice, and is light; a later one comes from the cache', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  const { page } = alice
  const first = await fetched(page, () => alice.open())
  const [document, ...files] = first
  assert.ok(document, 'there was a document')
  const addresses = first.map(one => one.url)
  assert.deepEqual(addresses.toSorted(), [...new Set(addresses)].sort(), 'asked for twice')
  // One round: whatever is asked for is named by the document, and none of it is found in another file.
  const named = new Set(await page.evaluate(() => [...window.document.querySelectorAll('link[href], script[src]')].map(one => Reflect.get(one, 'href') || Reflect.get(one, 'src'))))
  assert.deepEqual(files.map(one => one.url).filter(url => !named.has(url) && !url.endsWith('/service-worker.js')), [])
  const bytes = first.reduce((sum, one) => sum + one.bytes, 0)
  console.log(`  first visit: ${first.length} requests, ${bytes} bytes`)
  assert.ok(bytes < FIRST_VISIT_MAX_BYTES, `${bytes} bytes`)

  const later = await fetched(page, () => page.reload())
  const again = later.filter(one => one.bytes > 0 && one.status !== 304)
  console.log(`  later visit: ${later.length} requests, ${later.reduce((sum, one) => sum + one.bytes, 0)} bytes`)
  assert.deepEqual(again.map(one => `${one.status} ${one.url}`).filter(one => !one.endsWith(`${alice.address}/`)), [])
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
