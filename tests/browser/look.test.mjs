// What the eye trips over: things that jump, leave the screen or stand where they do not belong.
import assert from 'node:assert/strict'
import { atRest, eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

/** @typedef {import('playwright-core').Locator} Locator */

/** The narrowest screen the page is made for, and the text one and three quarters as large as usual. */
const NARROW = { width: 320, height: 568 }
const LARGE_TEXT = '175%'

/** @param {Locator} locator */
const boxOf = async locator => {
  const box = await locator.boundingBox()
  assert.ok(box, 'it is on the page')
  return box
}

/** @param {import('playwright-core').Page} page @param {string} size */
const setTextSize = (page, size) => page.evaluate(value => { document.documentElement.style.fontSize = value }, size)

scenario('the log stays at its end whatever changes the size of the page, the text or the box one writes in', { sizes: ['desktop', 'phone'] }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  for (let i = 1; i <= 30; i++) await alice.say(`Message ${i}`)
  const { page } = alice
  const { width, height } = page.viewportSize() ?? NARROW
  const isAtEnd = (/** @type {string} */ after) =>
    eventually(`the last message stands above the box after ${after}`, async () => {
      const last = await alice.message('Message 30').boundingBox()
      const box = await alice.composer.boundingBox()
      return last !== null && box !== null && last.y + last.height <= box.y
    })
  for (let round = 1; round <= 3; round++) {
    await page.setViewportSize(NARROW)
    await isAtEnd('the window became small')
    await setTextSize(page, LARGE_TEXT)
    await isAtEnd('the text became large')
    await alice.composer.fill('one\ntwo\nthree\nfour\nfive')
    await page.setViewportSize({ width, height })
    await isAtEnd('the box grew')
    await alice.composer.fill('')
    await setTextSize(page, '')
    await isAtEnd('all is as before')
    for (const forcedColors of /** @type {const} */ (['active', 'none'])) {
      await page.setViewportSize(NARROW)
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ forcedColors })
      await setTextSize(page, '110%')
      await setTextSize(page, '')
      await isAtEnd('several changes at once')
    }
  }
})

scenario('words and times stay on the screen on the narrowest phone, also with large text', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await alice.say('Shall we take the 8:40?')
  await bob.logIn()
  await bob.live()
  await bob.openChatWith(alice)
  const beneath = alice.words(/^Delivered late/).locator('xpath=ancestor-or-self::button')
  await seen(alice.words(/· Read \d\d:\d\d$/))
  for (const size of ['', LARGE_TEXT]) {
    await alice.page.setViewportSize(NARROW)
    await setTextSize(alice.page, size)
    await eventually(`all words are on the screen at ${size || '100%'}`, async () => {
      const spans = await beneath.locator('span').all()
      const boxes = await Promise.all([beneath, ...spans].map(one => one.boundingBox()))
      return boxes.every(box => box !== null && box.x >= 0 && box.x + box.width <= NARROW.width)
    })
  }
})

scenario('the tools stand beside the bubble they belong to', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('Grand')
  await alice.openChatWith(bob)
  const message = alice.message('Grand')
  await message.hover()
  const bubble = await boxOf(message.locator('.bubble'))
  const tools = await boxOf(message.getByRole('group', { name: 'Message tools' }))
  assert.ok(tools.x - (bubble.x + bubble.width) < 16, `the tools begin ${tools.x - bubble.x - bubble.width} px from the bubble`)
})

scenario('the form to sign up stands still while it tells how strong a password is and what is wrong', { sizes: ['desktop', 'phone'] }, async ({ person, signedUp }) => {
  await signedUp('Bob Hargreaves')
  const alice = await person('Alice Marsh')
  const { page } = alice
  await alice.open()
  const username = page.getByRole('textbox', { name: 'Username' })
  const { y } = await boxOf(username)
  await page.getByRole('tab', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Create account', exact: true }).click()
  await seen(page.getByText('Choose a password of at least 8 characters.'))
  assert.equal((await boxOf(username)).y, y)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('tea and two sugars')
  await seen(page.getByRole('meter', { name: 'Password strength' }))
  await username.fill('bob')
  alice.expectStatus(409)
  await page.getByRole('button', { name: 'Create account', exact: true }).click()
  await seen(page.getByText(/“bob” is taken/))
  assert.equal((await boxOf(username)).y, y)
})

scenario('on a phone the list, too, says that there is no connection, and the people keep their places', { sizes: ['phone'] }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const zoe = await signedUp('Zoe Adams')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await seen(alice.personRow(zoe, 'online'))
  const names = () => alice.personRows.evaluateAll(rows => rows.map(row => row.getAttribute('aria-label')?.split(' ')[0]))
  assert.deepEqual(await names(), ['Zoe', 'Bob'])
  line.cut()
  const told = alice.people.getByRole('status').filter({ hasText: 'No connection.' })
  await seen(told.getByText('Keep writing: messages stay on this device and go out in order.'))
  await seen(told.getByRole('button', { name: 'Try now' }))
  assert.deepEqual(await names(), ['Zoe', 'Bob'])
  await seen(alice.people.getByRole('link', { name: /^Zoe Adams, seen \d\d:\d\d$/ }))
  line.mend()
  await alice.live()
  await eventually('the banner goes', async () => !(await told.isVisible()))
})

scenario('a long name shortens itself and makes nothing taller or wider', { sizes: ['desktop', 'phone'] }, async ({ signedUp, person }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const long = await person('Wolfeschlegelsteinhausenbergerdorff von und zu Hohenzollern')
  long.username = 'wolfe'
  await long.createAccount()
  await long.open()
  await seen(alice.personRow(long, 'online'))
  const usual = await boxOf(alice.personRow(bob))
  const row = await boxOf(alice.personRow(long))
  assert.deepEqual([row.x, row.width, row.height], [usual.x, usual.width, usual.height])
  await alice.openChatWith(bob)
  const { height } = await boxOf(alice.composer)
  await alice.openChatWith(long)
  assert.equal((await boxOf(alice.composer)).height, height)
})

scenario('a finger that rests on a message opens its menu, lifting it chooses nothing, and going back closes it', { sizes: ['phone'] }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  for (let i = 1; i <= 12; i++) await alice.say(`Message ${i}`)
  await seen(alice.tick('Message 12', /^Delivered at/)) // until then lines come and go beneath it
  const { page } = alice
  const finger = await page.context().newCDPSession(page)
  const bubble = await atRest(page, () => boxOf(alice.message('Message 12').locator('.bubble')))
  const point = { x: bubble.x + bubble.width / 2, y: bubble.y + bubble.height / 2 }
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
  const menu = page.getByRole('menu', { name: 'Message actions' })
  await seen(menu)
  const sheet = await boxOf(menu)
  assert.ok(sheet.y < point.y, 'the sheet lies under the finger')
  // The finger is lifted, and the browser makes a click of it where it lay.
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: y })), point)
  assert.ok(await menu.isVisible(), 'the menu waits for a choice')
  await page.goBack()
  await seen(alice.chatRow(bob))
  assert.equal(await page.locator('dialog[open]').count(), 0)
  await alice.chatRow(bob).tap()
  await seen(alice.composer)
})
