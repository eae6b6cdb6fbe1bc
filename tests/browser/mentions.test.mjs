// Mentions in a group: completing a name, how it is shown, and the badge that counts what is unread of them on every device.
import assert from 'node:assert/strict'
import { checkScreen } from './support/screens.mjs'
import { eventually, gone, seen, turnOn } from './support/eventually.mjs'
import { noticesOf } from './support/recording.mjs'
import { scenario } from './support/scenario.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

/** @param {Person} person @returns {Promise<number>} */
async function idOf(person) {
  const answer = await person.context.request.get(`${person.address}/api/v1/me`)
  return (await answer.json()).user.id
}

/** @param {string} name @param {Person} owner @param {ReadonlyArray<Person>} others */
async function makeGroup(name, owner, others) {
  const members = await Promise.all(others.map(idOf))
  const answer = await owner.post('/api/v1/conversations', { kind: 'group', name, members })
  assert.equal(answer.status(), 201, await answer.text())
}

/** @param {Person} person @param {string} name @param {string} [facts] of the row, as they are heard */
const row = (person, name, facts = '') => person.people.getByRole('link', { name: new RegExp(`^${name}, ${facts}`) })

/** @param {Person} person @param {string} name */
async function openGroup(person, name) {
  await person.toList()
  await row(person, name).click()
  await seen(person.page.getByRole('heading', { name, level: 1 }))
  await seen(person.composer)
}

/** @param {Person} person */
const offer = person => person.page.getByRole('listbox', { name: 'People to mention' })

/** Sends what is written. @param {Person} person */
async function send(person) {
  if (person.size === 'phone') await person.page.getByRole('button', { name: 'Send' }).tap()
  else await person.composer.press('Enter')
}

/** @param {Person} person @param {string} written */
const mention = (person, written) => person.log.locator('.mention').filter({ hasText: written })

/** What the eye sees of a mention. @param {import('playwright-core').Locator} found */
const shown = found => found.evaluate(node => getComputedStyle(node, '::before').content)

scenario('a name is completed by keyboard or finger, shown as the person is called, and copied as it was written', { sizes: ['desktop', 'phone'] }, async ({ signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const others = [bob, await signedUp('Priya Nair'), await signedUp('Dana Okafor')]
  await makeGroup('Sunday lunch', alice, others)
  await openGroup(alice, 'Sunday lunch')

  await alice.composer.pressSequentially('Hi @')
  const options = offer(alice).getByRole('option')
  await eventually('everybody is offered', async () => (await options.count()) === 4)
  await seen(options.filter({ hasText: 'everybody, 3 people' }))
  await checkScreen(alice.page, `mention-offer-${size}`)
  const active = () => alice.composer.evaluate(text => document.getElementById(text.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '')
  if (size === 'desktop') {
    const first = await active()
    await alice.composer.press('ArrowDown')
    assert.notEqual(await active(), first)
    await alice.composer.press('ArrowUp')
    await alice.composer.press('Escape')
    await gone(offer(alice))
    assert.equal(await alice.composer.inputValue(), 'Hi @')
    await alice.composer.press('Backspace')
    await alice.composer.pressSequentially('@harg')
    await eventually('Bob is found by his last name', async () => /Bob Hargreaves/.test(await active()))
    await alice.composer.press('Tab')
  } else {
    await alice.composer.fill('Hi ') // the look at the screen took the focus away
    await alice.composer.pressSequentially('@')
    await seen(offer(alice))
    const box = await offer(alice).boundingBox()
    const text = await alice.composer.boundingBox()
    assert.ok(box && text && box.y >= 0 && box.y + box.height <= text.y, 'the list stands above the text')
    await options.filter({ hasText: 'Bob Hargreaves' }).tap()
  }
  await gone(offer(alice))
  assert.equal(await alice.composer.inputValue(), 'Hi @bob ')
  await alice.composer.pressSequentially('and @nobody')
  await send(alice)

  await openGroup(bob, 'Sunday lunch')
  for (const person of [alice, bob]) {
    await seen(mention(person, '@bob'))
    assert.equal(await shown(mention(person, '@bob')), '"@Bob"')
    assert.equal(await person.log.locator('.mention').count(), 1, 'an unknown name is plain text')
  }
  assert.equal(await bob.log.locator('.mention.to-me').count(), 1)
  assert.equal(await alice.log.locator('.mention.to-me').count(), 0)
  await checkScreen(bob.page, `mention-shown-${size}`)
  await bob.page.emulateMedia({ colorScheme: 'dark' })
  await bob.composer.pressSequentially('@')
  await seen(offer(bob))
  await checkScreen(bob.page, `mention-dark-${size}`)
  await bob.composer.press('Escape')
  if (size === 'phone') return // a finger that rests opens the menu, and selects nothing
  const copied = await bob.message('and @nobody').locator('p').last().evaluate(line => {
    const selection = getSelection()
    selection?.selectAllChildren(line)
    return String(selection)
  })
  assert.match(copied, /^Hi @bob and @nobody/)
})

scenario('the badge of a mention survives a reload, follows edits and goes on every device when it is read', { sizes: ['desktop', 'phone'] }, async ({ person, signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const desk = await person('Alice Marsh', { size: 'desktop' })
  await desk.open()
  await desk.logIn()
  await desk.live()
  const bob = await signedUp('Bob Hargreaves', { size: 'desktop' })
  await makeGroup('Allotment', bob, [alice])
  await openGroup(bob, 'Allotment')
  await bob.say('Frost tonight')
  await bob.say('@alice, the fleece?')
  for (const device of [alice, desk]) await seen(row(device, 'Allotment', '2 unread, 1 mention,'))
  await alice.reload()
  await seen(row(alice, 'Allotment', '2 unread, 1 mention,'))
  await checkScreen(alice.page, `mention-badge-${size}`)

  await bob.choose('the fleece?', 'Edit')
  await bob.composer.fill('Somebody, the fleece?')
  await bob.composer.press('Enter')
  for (const device of [alice, desk]) await seen(row(device, 'Allotment', '2 unread, (?!1 mention)'))
  await bob.choose('Frost tonight', 'Edit')
  await bob.composer.fill('Frost tonight, @all')
  await bob.composer.press('Enter')
  for (const device of [alice, desk]) await seen(row(device, 'Allotment', '2 unread, 1 mention,'))

  await openGroup(alice, 'Allotment')
  await seen(mention(alice, '@all'))
  assert.equal(await alice.log.locator('.mention.to-me').count(), 1)
  await seen(row(desk, 'Allotment', '(?!\\d+ unread)'))
  await alice.toList()
  await alice.reload()
  assert.equal(await row(alice, 'Allotment', '\\d+ unread').count(), 0)
})

scenario('a notification says that it is a mention', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const bob = await signedUp('Bob Hargreaves')
  await makeGroup('Allotment', bob, [alice])
  const dialog = await alice.openSettings('Notifications')
  await turnOn(dialog.getByRole('switch', { name: 'On this device' }))
  await alice.page.keyboard.press('Escape')
  await alice.lookAway()
  await openGroup(bob, 'Allotment')
  await bob.say('@all, the gate is open')
  const [notice] = await eventually('a notification', async () => {
    const notices = await noticesOf(alice.page)
    return notices.length > 0 ? notices : null
  })
  assert.equal(notice?.title, 'Bob Hargreaves mentioned you in Allotment')
})

/** @param {Person} person @param {string} text */
const isOnScreen = (person, text) => person.message(text).evaluateAll(([node]) => {
  const box = node?.getBoundingClientRect()
  const screen = node?.closest('.scroller')?.getBoundingClientRect()
  return box !== undefined && screen !== undefined && box.top >= screen.top && box.bottom <= screen.bottom
})

scenario('from far up one button leads to each new mention in turn, and goes with the last of them', { sizes: ['desktop', 'phone'] }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves', { size: 'desktop' })
  await makeGroup('Allotment', bob, [alice])
  await openGroup(bob, 'Allotment')
  const group = /chat-(\d+)/.exec(bob.page.url())?.[1]
  /** @param {string} start @param {number} count */
  const post = async (start, count) => {
    for (let n = 1; n <= count; n += 1) {
      const answer = await bob.post(`/api/v1/conversations/${group}/messages`, { clientId: crypto.randomUUID(), body: `${start} ${n}` })
      assert.ok(answer.ok(), await answer.text())
    }
  }
  await post('Bed', 60)
  await openGroup(alice, 'Allotment')
  await seen(alice.message('Bed 60'))
  const scroller = alice.page.locator('.scroller')
  await eventually('the log is scrolled up', async () => {
    await scroller.evaluate(one => { one.scrollTop = 0 })
    return isOnScreen(alice, 'Bed 3')
  })

  const next = alice.page.getByRole('button', { name: 'Go to the next mention of you' })
  await post('Weeds', 2)
  await seen(alice.page.getByRole('button', { name: /^2 more new/ }))
  assert.equal(await next.isVisible(), false, 'nobody has mentioned her yet')
  await post('@alice, the first tap drips', 1)
  await post('Rain', 30)
  await post('@all, the second tap drips', 1)
  await post('Sun', 30)
  await seen(alice.page.getByRole('button', { name: /^64 more new/ }))
  await next.click()
  await eventually('the first mention is on the screen', () => isOnScreen(alice, 'the first tap drips'))
  await eventually('it has the focus', () => alice.message('the first tap drips').evaluate(node => node === document.activeElement))
  await eventually('the next is offered', async () => {
    await next.press('Enter')
    return isOnScreen(alice, 'the second tap drips')
  })
  await gone(next)
  assert.equal(await isOnScreen(alice, 'Sun 30'), false)
  await seen(alice.page.getByRole('button', { name: /more new message/ }))
})
