// Old messages: only what is near the screen is fetched and drawn, however long the chat is, and reading back never jumps.
import assert from 'node:assert/strict'
import { atRest, eventually, seen } from './support/eventually.mjs'
import { importPyChat, OLD_PASSWORD } from './support/pychat.mjs'
import { scenario } from './support/scenario.mjs'

const LONG = 100_000
const SHORT = 100

/** @param {string} data @param {import('./support/server.mjs').Settings} settings */
const prepare = (data, settings) => importPyChat(data, settings, ['alice', 'bob', 'carol'], [
  { between: [1, 2], count: LONG },
  { between: [1, 3], count: SHORT },
])

const password = OLD_PASSWORD

/** Counts the messages that come over HTTP while `act` runs, and what then stands in the document. */
async function costOf(/** @type {import('./support/person.mjs').Person} */ person, /** @type {() => Promise<void>} */ act) {
  let fetched = 0
  let answers = 0
  const count = async (/** @type {import('playwright-core').Response} */ response) => {
    if (!/\/messages(\?|$)/.test(response.url())) return
    fetched += (await response.json()).messages.length
    answers += 1
  }
  person.page.on('response', count)
  await act()
  await person.page.waitForLoadState('networkidle')
  person.page.off('response', count)
  const nodes = await person.page.evaluate(() => document.querySelectorAll('*').length)
  return { fetched, answers, nodes, shown: await person.messages.count() }
}

scenario('a chat of 100,000 messages opens with as little work as one of 100, and is read backwards by scrolling', { prepare, sizes: ['desktop', 'phone'], timeout: 600_000 }, async ({ person }) => {
  const alice = await person('alice', { password })
  const bob = await person('bob')
  const carol = await person('carol')
  await alice.open()
  await alice.logIn()
  await alice.live()

  const short = await costOf(alice, async () => {
    await alice.openChatWith(carol)
    await seen(alice.message(`message ${SHORT}`))
  })
  const long = await costOf(alice, async () => {
    await alice.openChatWith(bob)
    await seen(alice.message(`message ${LONG}`))
  })
  assert.ok(long.fetched <= Math.max(short.fetched, SHORT), `fetched ${long.fetched} messages, for the short chat ${short.fetched}`)
  assert.ok(long.nodes <= short.nodes * 1.25, `${long.nodes} elements, for the short chat ${short.nodes}`)
  assert.ok(long.shown <= 200, `${long.shown} messages in the document`)

  // Back, page by page: the numbers never miss one, and the document does not grow without end.
  let oldest = LONG
  for (let turn = 0; turn < 8; turn += 1) {
    oldest = await eventually(`older messages than ${oldest}`, async () => {
      await scrollBack(alice)
      const numbers = await numbersShown(alice)
      assert.deepEqual(numbers, numbers.map((_, index) => (numbers[0] ?? 0) + index), 'in order, without a hole')
      return (numbers[0] ?? LONG) < oldest ? numbers[0] ?? 0 : 0
    })
  }
  assert.ok(oldest < LONG - 200, `got back to message ${oldest}`)
  assert.ok((await alice.messages.count()) <= 400, 'lines far from the screen leave the document')

  await alice.page.getByRole('button', { name: /go to the latest/i }).click()
  await seen(alice.message(`message ${LONG}`))
})

scenario('older messages that come in do not move what one is reading', { prepare: (data, settings) => importPyChat(data, settings, ['alice', 'bob'], [{ between: [1, 2], count: 400 }]) }, async ({ person }) => {
  const alice = await person('alice', { password })
  const bob = await person('bob')
  await alice.open()
  await alice.logIn()
  await alice.live()
  await alice.openChatWith(bob)
  await seen(alice.message('message 400'))

  /** @type {(() => void) | undefined} */
  let release
  const held = new Promise(resolve => (release = () => resolve(undefined)))
  let isAsked = false
  await alice.page.route(/\/messages\?.*before=/, async route => {
    isAsked = true
    await held
    await route.continue()
  })
  await eventually('older messages are asked for', async () => {
    await scrollBack(alice)
    return isAsked
  })
  const watched = await atRest(alice.page, () => firstInView(alice))
  await eventually('a skeleton stands in for them', () => alice.page.locator('.bones').evaluateAll(all => all.some(one => one.checkVisibility())))
  const meanwhile = await atRest(alice.page, () => positionOf(alice, watched.number))
  assert.ok(Math.abs(meanwhile - watched.top) <= 3, `message ${watched.number} moved from ${watched.top} to ${meanwhile}`)
  const countBefore = (await numbersShown(alice)).length
  release?.()
  await eventually('the older page is drawn', async () => (await numbersShown(alice)).length > countBefore || (await numbersShown(alice))[0] !== watched.number)
  const after = await atRest(alice.page, () => positionOf(alice, watched.number))
  assert.ok(Math.abs(after - watched.top) <= 3, `message ${watched.number} moved from ${watched.top} to ${after}`)
})

scenario('a page of history that cannot be fetched says so in its place, and comes on another try', { prepare: (data, settings) => importPyChat(data, settings, ['alice', 'bob'], [{ between: [1, 2], count: 400 }]) }, async ({ person }) => {
  const alice = await person('alice', { password })
  const bob = await person('bob')
  await alice.open()
  await alice.logIn()
  await alice.live()
  await alice.page.route(/\/messages\?.*before=/, route => route.abort())
  alice.expectLostConnections()
  await alice.openChatWith(bob)
  await seen(alice.message('message 400'))
  await eventually('it is said', async () => {
    await scrollBack(alice)
    return alice.page.getByText('Older messages did not load').isVisible()
  })
  await alice.page.unroute(/\/messages\?.*before=/)
  await alice.page.getByRole('button', { name: 'Try again' }).click()
  await eventually('older messages', async () => ((await numbersShown(alice))[0] ?? 400) < 350)
})

/** To the oldest message in the document; a reader scrolls on until older ones come. @param {import('./support/person.mjs').Person} person */
async function scrollBack(person) {
  await person.messages.first().evaluate(node => node.scrollIntoView({ block: 'start', behavior: 'instant' }))
}

/** The numbers of the messages in the document, top to bottom. @param {import('./support/person.mjs').Person} person */
async function numbersShown(person) {
  return (await person.texts()).map(text => Number(text.replace('message ', '')))
}

/** @param {import('./support/person.mjs').Person} person */
function firstInView(person) {
  return person.messages.evaluateAll(nodes => {
    const found = nodes.find(node => node.getBoundingClientRect().top > 120)
    const number = Number(/message (\d+)/.exec(found?.textContent ?? '')?.[1])
    return { number, top: found?.getBoundingClientRect().top ?? NaN }
  })
}

/** @param {import('./support/person.mjs').Person} person @param {number} number */
function positionOf(person, number) {
  return person.messages.evaluateAll((nodes, wanted) => {
    const found = nodes.find(node => Number(/message (\d+)/.exec(node.textContent ?? '')?.[1]) === wanted)
    return found?.getBoundingClientRect().top ?? NaN
  }, number)
}
