// Finding people, chats and what was said, and going everywhere without a mouse. The answers are the real server's.
import assert from 'node:assert/strict'
import { goneFromDevice, keptOnDevice } from './support/device.mjs'
import { eventually, gone, seen } from './support/eventually.mjs'
import { importPyChat, OLD_PASSWORD } from './support/pychat.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** @param {import('playwright-core').Locator} target */
const hasFocus = target => target.first().evaluate(node => node === document.activeElement)

/**
 * Notes which messages flash: that is over sooner than a busy machine may look. Holds for the pages that are opened after it, too.
 * @param {Person} person
 */
async function watchFlashes(person) {
  const watch = () => {
    const flashed = new Set()
    Object.defineProperty(window, 'flashed', { value: flashed })
    new MutationObserver(changes => {
      for (const { target } of changes) if (target instanceof HTMLElement && target.classList.contains('target')) flashed.add(target.dataset.seq)
    }).observe(document, { subtree: true, attributeFilter: ['class'] })
  }
  await person.context.addInitScript(watch)
  await person.page.evaluate(watch)
}

/** The message that was looked for stands on the screen and has flashed. @param {Person} person @param {string} text */
const isShownAt = (person, text) =>
  eventually(`“${text}” is shown and has flashed`, async () =>
    (await person.message(text).count()) > 0 &&
    person.message(text).first().evaluate(node => {
      const { top, bottom } = node.getBoundingClientRect()
      const { flashed } = /** @type {{ flashed: Set<string> }} */ (/** @type {unknown} */ (window))
      return node instanceof HTMLElement && flashed.has(node.dataset.seq ?? '') && top >= 0 && bottom <= window.innerHeight
    }))

/** @param {Person} person @param {string} [text] */
async function openSearch(person, text = '') {
  await person.page.keyboard.press('Control+k')
  await person.palette.fill(text)
  await person.palette.press('Control+Enter')
  await eventually('the search has the focus', () => hasFocus(person.searchBox))
}

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  scenario(`palette, search, shortcuts and a closed chat look as they should, ${theme}`, { sizes }, async ({ signedUp, size }) => {
    const alice = await signedUp('Alice Marsh', { theme })
    const bob = await signedUp('Bob Hargreaves')
    const dana = await signedUp('Dana Okafor')
    await signedUp('Jean Marsh')
    await watchFlashes(alice)
    const { page } = alice
    const check = (/** @type {string} */ screen) => checkScreen(page, `${screen}-${theme}-${size}`)
    await dana.openChatWith(alice)
    await dana.say('Pick up the bread in Todmorden?')
    await bob.openChatWith(alice)
    await bob.say('Signal dies between Mytholmroyd and Todmorden, so you’ll get everything at once.')
    await bob.say('The Todmorden market is on Saturday, if you fancy cheese.')
    await alice.openChatWith(bob)
    await alice.say('And tomorrow’s walk: https://walks.example/hebden-to-todmorden')
    await seen(alice.tick('tomorrow’s walk', /^(Stored|Delivered|Read)/))

    await page.keyboard.press('Control+k')
    await check('jump-empty')
    await alice.palette.fill('ma')
    await seen(alice.offer(/market is on Saturday/))
    await check('jump')
    await alice.palette.press('Control+Enter')
    await alice.searchBox.fill('')
    await check('search-start')
    await alice.searchBox.fill('todmord')
    await seen(page.getByText('4 messages in 2 chats'))
    assert.deepEqual(await page.locator('mark').filter({ visible: true }).allTextContents(), ['todmord', 'Todmord', 'Todmord', 'Todmord'])
    await alice.hit(/tomorrow’s walk/).click()
    await isShownAt(alice, 'tomorrow’s walk')
    if (size === 'phone') await page.goBack()
    await eventually('the search is there', () => alice.searchBox.isVisible())
    await check('search')
    await alice.searchBox.fill('from:bbo to')
    await seen(page.getByText('Nobody and nothing here is called from:bbo.'))
    await check('search-unknown')
    await page.getByRole('button', { name: 'Date' }).click()
    await check('search-date')
    await page.keyboard.press('Escape')
    await alice.searchBox.fill('xy')
    await seen(page.getByText('Nothing found for “xy”'))
    await seen(page.getByText(/search your newest 20,000 messages only/))
    await check('search-none')
    await alice.searchBox.press('Escape')
    await gone(alice.searchBox)
    await page.evaluate(() => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur() })
    await page.keyboard.press('?')
    await seen(page.getByRole('dialog', { name: 'Keyboard shortcuts' }))
    await check('shortcuts')
    await page.keyboard.press('Escape')

    alice.expectStatus(404)
    await page.evaluate(() => { location.hash = '#chat-9999-3' })
    await seen(page.getByRole('heading', { name: 'This chat is not open to you' }))
    await check('chat-closed')
    await page.getByRole('button', { name: 'All chats' }).click()
    await gone(page.getByRole('heading', { name: 'This chat is not open to you' }))
  })
}

const LONG = 55_000

scenario('a message 50,000 back is one click away from its hit, and what was found stays', {
  sizes,
  prepare: (data, settings) => importPyChat(data, settings, ['alice', 'bob'], [{ between: [1, 2], count: LONG }]),
  timeout: 600_000,
}, async ({ person, size }) => {
  const alice = await person('alice', { password: OLD_PASSWORD })
  await alice.open()
  await alice.logIn()
  await alice.live()
  await watchFlashes(alice)
  await openSearch(alice, '"message 4321"')
  // The index of an old archive grows in the background.
  await eventually('it is found', async () => {
    if (await alice.hit(/message 4321$/).isVisible()) return true
    await alice.searchBox.fill('"message 432"')
    await alice.searchBox.fill('"message 4321"')
    return alice.hit(/message 4321$/).waitFor({ timeout: 5_000 }).then(() => true, () => false)
  }, 240_000)
  await alice.hit(/message 4321$/).click()
  await isShownAt(alice, 'message 4321')
  await eventually('the address is that of the chat', async () => (await alice.page.evaluate(() => location.hash)).match(/^#chat-\d+$/) !== null)
  if (size === 'desktop') assert.equal(await hasFocus(alice.hit(/message 4321$/)), true)
  else {
    await gone(alice.searchBox)
    await alice.page.goBack()
    await seen(alice.hit(/message 4321$/))
    assert.equal(await hasFocus(alice.hit(/message 4321$/)), true)
    await alice.page.goBack()
    await gone(alice.searchBox)
    await seen(alice.people)
  }
})

scenario('from a letter to the place in the chat and back to writing, by keyboard alone', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  for (const other of [bob, dana]) {
    await other.openChatWith(alice)
    await other.say(`The flask is with ${other.first}`)
  }
  await seen(alice.chatRow(dana))
  await watchFlashes(alice)
  const { keyboard } = alice.page
  await keyboard.press('Control+k')
  await keyboard.type('@bob')
  await seen(alice.offer(/^Bob Hargreaves/))
  await keyboard.press('Enter')
  await eventually('the composer has the focus', () => hasFocus(alice.composer))
  await seen(alice.message('The flask is with Bob'))

  await keyboard.press('Alt+ArrowUp')
  await seen(alice.message('The flask is with Dana'))
  await keyboard.press('Alt+ArrowDown')
  await seen(alice.message('The flask is with Bob'))

  await keyboard.press('Control+Shift+F')
  await eventually('it searches in this chat', async () => (await alice.searchBox.inputValue()) === 'in:bob ')
  await keyboard.type('flask')
  await seen(alice.page.getByText('1 message in 1 chat'))
  await alice.page.getByRole('button', { name: 'With Bob', pressed: true }).press('Enter')
  assert.equal(await alice.searchBox.inputValue(), 'flask')
  await seen(alice.page.getByText('2 messages in 2 chats'))
  await alice.searchBox.press('ArrowDown')
  await keyboard.press('ArrowDown')
  await eventually('the second hit has the focus', () => hasFocus(alice.hit(/with Bob/)))
  await keyboard.press('ArrowUp')
  await keyboard.press('Enter')
  await isShownAt(alice, 'The flask is with Dana')
  assert.equal(await hasFocus(alice.hit(/with Dana/)), true)
  await keyboard.press('Escape')
  await gone(alice.searchBox)
  await eventually('the focus is back where it was', () => hasFocus(alice.composer))

  await keyboard.type('Really?')
  assert.equal(await alice.composer.inputValue(), 'Really?')
  await alice.composer.fill('')
  await keyboard.press('Shift+Tab')
  const message = alice.message('The flask is with Dana')
  await eventually('a message has the focus', () => hasFocus(message))
  await keyboard.press('?')
  await seen(alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' }))
  await keyboard.press('Escape')
  await eventually('the message has the focus again', () => hasFocus(message))
  await keyboard.press('Control+k')
  await keyboard.type('>dark')
  await keyboard.press('Enter')
  await eventually('the page is dark', () => alice.page.evaluate(() => document.documentElement.dataset.theme === 'dark'))
  await eventually('the message has the focus again', () => hasFocus(message))

  await keyboard.press('r')
  await keyboard.type('Good')
  await keyboard.press('Enter')
  await seen(alice.tick('Good', /^(Stored|Delivered|Read)/))
  await keyboard.press('Shift+Tab')
  await eventually('the message that had it has the focus', () => hasFocus(message.first()))
  await keyboard.press('End')
  await eventually('the answer has the focus', () => hasFocus(alice.message('Good')))
  await keyboard.press('Enter')
  await alice.page.getByRole('menuitem', { name: 'Go to the quoted message' }).press('Enter')
  await eventually('the quoted message has the focus', () => hasFocus(message.first()))
})

scenario('the controls beside the box edit its text, and words left out, phrases and days are understood', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('A walk in the rain')
  await bob.say('In the walk rain')
  await alice.openChatWith(bob)
  await alice.say('A walk: https://walks.example')
  await seen(alice.tick('A walk', /^(Stored|Delivered|Read)/))
  await openSearch(alice, 'walk')
  const { page } = alice
  await seen(page.getByText('3 messages in 1 chat'))
  await page.getByRole('combobox', { name: 'From' }).selectOption('Bob Hargreaves')
  assert.equal(await alice.searchBox.inputValue(), 'from:bob walk')
  await seen(page.getByText('2 messages in 1 chat'))
  await page.getByRole('combobox', { name: 'From' }).selectOption('You')
  await seen(page.getByText('1 message in 1 chat'))
  await page.getByRole('combobox', { name: 'From' }).selectOption('Anyone')
  await page.getByRole('button', { name: 'Links' }).click()
  assert.equal(await alice.searchBox.inputValue(), 'has:link walk')
  await seen(page.getByText('1 message in 1 chat'))
  await alice.searchBox.fill('"walk in the rain"')
  await seen(alice.hit(/A walk in the rain/))
  await gone(alice.hit(/In the walk/))
  await alice.searchBox.fill('walk -rain')
  await seen(alice.hit(/walks\.example/))
  await gone(alice.hit(/rain/))
  await page.getByRole('button', { name: 'Date' }).click()
  await page.getByLabel('Before this day').fill('2020-01-31')
  assert.equal(await alice.searchBox.inputValue(), 'before:2020-01-31 walk -rain')
  await page.keyboard.press('Escape')
  await seen(page.getByText('Nothing found for'))
  alice.expectStatus(400)
  await alice.searchBox.fill('before:soon')
  await seen(page.getByText(/take a day/))
})

scenario('what was searched for last is offered again by keyboard or finger, until it is forgotten or its person has gone', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('The walk was long')
  await bob.say('The bread is warm')
  await seen(alice.chatRow(bob))
  const { page } = alice
  const { keyboard } = page
  const last = page.getByRole('list', { name: 'Last searches' }).getByRole('button')
  const offered = async () => (await last.filter({ visible: true }).allTextContents()).join()
  const close = async () => {
    await alice.searchBox.press('Escape')
    await gone(alice.searchBox)
  }

  await openSearch(alice, 'walk')
  await alice.hit(/The walk was long/).click()
  await seen(alice.message('The walk was long'))
  if (alice.size === 'phone') await page.goBack()
  await seen(alice.hit(/The walk was long/))
  await alice.searchBox.fill('bread')
  await seen(alice.hit(/The bread is warm/))
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await eventually('both are offered', async () => (await offered()) === 'bread,walk')
  await alice.searchBox.fill('nobody said this')
  await seen(page.getByText('Nothing found for'))
  await close()

  await openSearch(alice)
  await eventually('what found nothing is not offered', async () => (await offered()) === 'bread,walk')
  await checkScreen(page, `search-last-light-${alice.size}`)
  if (alice.size === 'phone') assert.equal((await page.getByRole('main', { name: 'Search' }).boundingBox())?.y, 0, 'the screen begins at the top')
  await alice.searchBox.focus()
  await keyboard.press('ArrowDown')
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await seen(alice.hit(/The walk was long/))
  assert.equal(await alice.searchBox.inputValue(), 'walk')
  assert.equal(await hasFocus(alice.searchBox), true)
  await close()

  await keptOnDevice(page, '"list":[{"text":"walk"')
  await alice.reload()
  await openSearch(alice)
  await eventually('they are there after a new start', async () => (await offered()) === 'walk,bread')
  await page.getByRole('button', { name: 'Forget them' }).click()
  await gone(last)
  await openSearch(alice, 'warm')
  await seen(alice.hit(/The bread is warm/))
  await close()
  await keptOnDevice(page, '"list":[{"text":"warm"')
  await alice.logOut()
  await goneFromDevice(page, '"text":"warm"')
  await alice.logIn()
  await alice.live()
  await openSearch(alice)
  await seen(page.getByText('Find what was said'))
  await gone(last)
})

scenario('only the answer to what stands in the box is shown, however late others come', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('The walk was long')
  await bob.say('The bread is warm')
  await seen(alice.chatRow(bob))
  let letGo = () => {}
  const held = new Promise(resolve => { letGo = () => resolve(undefined) })
  let isAsked = false
  await alice.page.route('**/api/v1/search?*', async route => {
    if (new URL(route.request().url()).searchParams.get('q') === 'walk') {
      isAsked = true
      await held
    }
    await route.continue().catch(() => {}) // whoever typed on has given it up
  })
  await openSearch(alice, 'walk')
  await eventually('the first question is out', () => isAsked)
  await alice.searchBox.fill('bread')
  await seen(alice.hit(/The bread is warm/))
  letGo()
  await alice.page.waitForLoadState('networkidle')
  await seen(alice.hit(/The bread is warm/))
  await gone(alice.hit(/The walk was long/))
})

scenario('without the server the search says so, and goes on by itself when it is back', {}, async ({ person, signedUp, cable }) => {
  const line = await cable()
  const alice = await person('Alice Marsh', { address: line.address })
  await alice.createAccount()
  await alice.open()
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('The bread is warm')
  await seen(alice.chatRow(bob))
  await openSearch(alice)
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.searchBox.fill('bread')
  await seen(alice.page.getByText('Search needs the server'))
  line.mend()
  await seen(alice.hit(/The bread is warm/))
})

scenario('a copied link opens at its message for whoever may see it, and tells others calmly that they may not', { sizes }, async ({ signedUp, person, server }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('The key is under the mat')
  await seen(alice.tick('The key', /^(Stored|Delivered)/))
  await alice.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await alice.choose('The key', 'Copy link')
  await seen(alice.page.getByText(/^Link copied/))
  const link = await alice.page.evaluate(() => navigator.clipboard.readText())
  assert.match(link, new RegExp(`^${server.address}/#chat-\\d+-1$`))
  const hash = new URL(link).hash
  for (let n = 1; n <= 80; n += 1) {
    const chat = hash.split('-')[1]
    const answer = await alice.post(`/api/v1/conversations/${chat}/messages`, { clientId: crypto.randomUUID(), body: `Later ${n}` })
    assert.ok(answer.ok(), await answer.text())
  }

  const elsewhere = await person('Bob Hargreaves')
  await watchFlashes(elsewhere)
  await elsewhere.open(hash)
  await elsewhere.logIn()
  await isShownAt(elsewhere, 'The key is under the mat')
  await elsewhere.page.evaluate(hash => { location.hash = hash }, hash.replace(/-1$/, '-999'))
  await seen(elsewhere.page.getByText(/^That message is not there for you/))
  await seen(elsewhere.message('Later 80'))

  const dana = await signedUp('Dana Okafor')
  dana.expectStatus(404)
  dana.expectStatus(403)
  await dana.page.goto(link)
  await seen(dana.page.getByRole('heading', { name: 'This chat is not open to you' }))
  assert.equal(await dana.page.getByText('under the mat').count(), 0)
  await dana.page.getByRole('button', { name: 'All chats' }).click()
  await seen(dana.personRow(alice))
})
