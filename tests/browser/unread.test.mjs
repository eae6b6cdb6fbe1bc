// What is new while one looks elsewhere: badge, count in the title, notification, sound; exact, and the same after a reload.
import assert from 'node:assert/strict'
import { eventually, gone, never, seen, turnOn } from './support/eventually.mjs'
import { noticesOf, soundsOf } from './support/recording.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

scenario('the unread count stands in the list and in the title, survives a reload, and goes when the chat is read', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  for (const text of ['One', 'Two', 'Three']) await bob.say(text)
  const row = alice.people.getByRole('link', { name: /^Bob Hargreaves, online, 3 unread/ })
  await seen(row)
  await eventually('the title counts', async () => (await alice.page.title()) === '(3) Chinwag')
  await alice.reload()
  await seen(row)
  await eventually('the title counts again', async () => (await alice.page.title()) === '(3) Chinwag')

  await alice.openChatWith(bob)
  await seen(alice.page.getByRole('separator', { name: '3 new messages' }))
  await eventually('the title counts nothing', async () => (await alice.page.title()) === 'Chinwag')
  await seen(bob.tick('Three', /^Read at/))
  await alice.toList()
  await seen(alice.people.getByRole('link', { name: /^Bob Hargreaves, online, \d\d:\d\d, Three$/ }))
  await alice.reload()
  assert.equal(await alice.page.title(), 'Chinwag')
})

scenario('reading on one device clears the count on the other', {}, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const phone = await person('Alice Marsh', { size: 'phone' })
  await phone.open()
  await phone.logIn()
  await phone.live()
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('Anyone?')
  for (const each of [alice, phone]) await seen(each.people.getByRole('link', { name: /^Bob Hargreaves, online, 1 unread/ }))
  await phone.openChatWith(bob)
  await seen(phone.message('Anyone?'))
  await gone(alice.people.getByRole('link', { name: /^Bob Hargreaves, online, 1 unread/ }))
})

scenario('marked unread from a message on, a chat is left, counts on every device and over a reload, and has its divider there', { sizes }, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const desk = await person('Alice Marsh', { size: 'desktop' })
  await desk.open()
  await desk.logIn()
  await desk.live()
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  for (const text of ['One', 'Two', 'Three']) await bob.say(text)
  await alice.openChatWith(bob)
  await seen(bob.tick('Three', /^Read at/))
  await eventually('nothing is unread', async () => (await desk.page.title()) === 'Chinwag')
  const receipts = () => alice.sent.filter(({ type }) => type === 'receipt.read').length
  const before = receipts()

  await alice.choose('Two', 'Mark unread from here')
  await gone(alice.composer)
  for (const device of [alice, desk]) {
    await seen(device.people.getByRole('link', { name: /^Bob Hargreaves, online, 2 unread/ }))
    await eventually('the title counts', async () => (await device.page.title()) === '(2) Chinwag')
  }
  await alice.reload()
  await seen(alice.people.getByRole('link', { name: /^Bob Hargreaves, online, 2 unread/ }))
  await eventually('the title counts again', async () => (await alice.page.title()) === '(2) Chinwag')
  await seen(bob.tick('Three', /^Read at/))
  assert.equal(receipts(), before, 'only the cursor has moved')

  await alice.openChatWith(bob)
  const divider = alice.page.getByRole('separator', { name: '2 new messages' })
  await seen(divider)
  assert.match((await divider.evaluate(line => line.nextElementSibling?.textContent)) ?? '', /^\s*Two/)
  for (const device of [alice, desk]) await eventually('it is read again', async () => (await device.page.title()) === 'Chinwag')
})

scenario('a chat that is open on another device when it is marked unread stays so until something new is read there', {}, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const other = await person('Alice Marsh')
  await other.open()
  await other.logIn()
  await other.live()
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  for (const text of ['One', 'Two', 'Three']) await bob.say(text)
  await other.openChatWith(bob)
  await seen(bob.tick('Three', /^Read at/))
  await alice.openChatWith(bob)
  await seen(alice.message('Three'))
  await alice.choose('Two', 'Mark unread from here')
  await seen(other.page.getByRole('separator', { name: '2 new messages' }))
  const isCounted = async () => (await other.page.title()) === '(2) Chinwag'
  await eventually('the title counts', isCounted)
  await never('looking on takes the count away', async () => !(await isCounted()), 2_500)
  await bob.say('Four')
  await eventually('all is read', async () => (await alice.page.title()) === 'Chinwag' && (await other.page.title()) === 'Chinwag')
})

scenario('a message nobody looks at makes a notification where they are allowed, and none where they are not', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const dana = await signedUp('Dana Okafor')
  const bob = await signedUp('Bob Hargreaves')
  const dialog = await alice.openSettings('Notifications')
  await turnOn(dialog.getByRole('switch', { name: 'On this device' }))
  await alice.page.keyboard.press('Escape')

  await alice.lookAway()
  await bob.openChatWith(alice)
  await bob.say('Kettle is on')
  const [notice] = await eventually('a notification', async () => {
    const notices = await noticesOf(alice.page)
    return notices.length > 0 ? notices : null
  })
  assert.match(notice?.title ?? '', /Bob Hargreaves/)
  assert.match(notice?.body ?? '', /Kettle is on/)

  await bob.openChatWith(dana)
  await dana.lookAway()
  await bob.say('Kettle is on for you too')
  await seen(dana.people.getByRole('link', { name: /^Bob Hargreaves, online, 1 unread/ }))
  assert.deepEqual(await noticesOf(dana.page), [])
})

scenario('what one is looking at makes neither a notification nor a count', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await bob.openChatWith(alice)
  await bob.say('In plain sight')
  await seen(alice.message('In plain sight'))
  await never('a notification or a count', async () => (await noticesOf(alice.page)).length > 0 || (await alice.page.title()) !== 'Chinwag', 2_000)
})

scenario('a new message sounds, and the sound can be turned off for good', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  // Browsers play nothing before the person has touched the page.
  await alice.people.getByRole('heading', { name: 'Chats' }).click()
  await bob.openChatWith(alice)
  await alice.lookAway()
  await bob.say('Ring')
  await eventually('a sound', async () => (await soundsOf(alice.page)) > 0)
  await alice.lookBack()

  const dialog = await alice.openSettings('Notifications')
  const sound = dialog.getByRole('switch', { name: 'Sound' })
  await sound.click()
  await eventually('the sound is off', async () => (await sound.getAttribute('aria-checked')) === 'false')
  await alice.reload()
  await alice.people.getByRole('heading', { name: 'Chats' }).click()
  await alice.lookAway()
  await bob.say('No ring')
  await seen(alice.people.getByRole('link', { name: /^Bob Hargreaves, online, 2 unread/ }))
  await never('a sound', async () => (await soundsOf(alice.page)) > 0, 1_000)
})
