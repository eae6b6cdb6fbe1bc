// The heart: messages to someone who is away wait on the server, arrive when they come back, and the sender is told.
import assert from 'node:assert/strict'
import { eventually, gone, seen, turnOn } from './support/eventually.mjs'
import { noticesOf } from './support/recording.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

const STORED_WAITING = /^Stored \d\d:\d\d — waiting for Bob to come back$/
const DELIVERED_LATE = /^Delivered late · \d\d:\d\d \(\d+ (s|min) later\)/
const LATE_TICK = /^Sent \d\d:\d\d, delivered late at \d\d:\d\d, \d+ (second|minute)s? later/

scenario('messages to someone offline are there at their log-in, marked new, without a click', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  for (const text of ['Tomorrow’s walk', 'Shall we take the 8:40?']) await alice.say(text)
  await bob.logIn()
  await bob.live()
  await seen(bob.people.getByRole('link', { name: /^Alice Marsh, online, 2 unread, \d\d:\d\d, Shall we take the 8:40\?$/ }))
  await eventually('the title counts', async () => (await bob.page.title()) === '(2) Chinwag')
  await bob.openChatWith(alice)
  await seen(bob.page.getByRole('separator', { name: '2 new messages' }))
  assert.deepEqual(await bob.texts(), ['Tomorrow’s walk', 'Shall we take the 8:40?'])
})

scenario('the sender’s open window says “stored, waiting”, and the moment the other comes back “delivered late”, with times', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await seen(alice.page.getByText('Bob is offline — this will arrive when Bob is back, and you will be told when.'))
  for (const text of ['One', 'Two', 'Three']) await alice.say(text)
  await seen(alice.words(STORED_WAITING))
  await seen(alice.tick('Three', /^Stored on the server at \d\d:\d\d, not delivered yet$/))

  await bob.logIn()
  await seen(alice.words(DELIVERED_LATE))
  for (const text of ['One', 'Two', 'Three']) await seen(alice.tick(text, LATE_TICK))
  await seen(alice.words(/^Bob came back and received 3 messages at \d\d:\d\d$/))
  await gone(alice.words(STORED_WAITING))
  await gone(alice.page.getByText(/^Bob is offline/))
  assert.equal(await alice.words(/^Bob came back and received/).count(), 1, 'one line for one return')

  await bob.live()
  await bob.openChatWith(alice)
  await seen(alice.words(/^Delivered late · \d\d:\d\d \(\d+ (s|min) later\) ?· Read \d\d:\d\d$/).or(alice.words(/· Read \d\d:\d\d$/)))
  await alice.say('Welcome back')
  await seen(alice.tick('Welcome back', /^(Delivered|Read) at/))
  await alice.reload()
  await alice.openChatWith(bob)
  await seen(alice.words(/^Bob came back and received 3 messages at \d\d:\d\d$/))
  await seen(alice.tick('Three', LATE_TICK))
})

scenario('a sender who was offline too is told at their own next log-in', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await alice.say('Ring me when you are back')
  await seen(alice.words(STORED_WAITING))
  await alice.logOut()

  await bob.logIn()
  await bob.live()
  await seen(bob.people.getByRole('link', { name: /^Alice Marsh, offline, 1 unread/ }))

  await alice.logIn()
  await alice.live()
  await seen(alice.page.getByText(/^Bob got your (1 )?message at \d\d:\d\d$/).or(alice.words(/^Bob came back and received 1 message at/)))
  await alice.openChatWith(bob)
  await seen(alice.words(/^Bob came back and received 1 message at \d\d:\d\d$/))
  await seen(alice.words(DELIVERED_LATE))
})

scenario('whoever looks at another chat is told in passing, and the note leads to the line', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const dana = await signedUp('Dana Okafor')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  for (const text of ['One', 'Two', 'Three']) await alice.say(text)
  await seen(alice.words(STORED_WAITING))
  await alice.openChatWith(dana)
  // The note passes after seconds: whoever wants to press its button must be there when it comes.
  const note = alice.page.locator('cw-toast').filter({ has: alice.page.getByText(/^Bob got your 3 messages at \d\d:\d\d$/) })
  await Promise.all([note.getByRole('button', { name: 'Show' }).click(), bob.logIn()])
  await seen(alice.words(/^Bob came back and received 3 messages at \d\d:\d\d$/))
})

scenario('whoever does not look at the page is told by a notification', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const bob = await signedUp('Bob Hargreaves')
  await alice.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = alice.page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: 'Notifications' }).click()
  await turnOn(dialog.getByRole('switch', { name: 'On this device' }))
  await alice.page.keyboard.press('Escape')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  for (const text of ['One', 'Two', 'Three']) await alice.say(text)
  await seen(alice.words(STORED_WAITING))
  await alice.lookAway()
  await bob.logIn()
  const notices = await eventually('a notification', async () => {
    const all = await noticesOf(alice.page)
    return all.some(notice => notice.title === 'Bob got your 3 messages') ? all : null
  })
  assert.match(notices.find(notice => notice.title === 'Bob got your 3 messages')?.body ?? '', /^\d\d:\d\d, up to \d+ (s|min) after you wrote$/)
})

scenario('a message sent into a dead connection, before anyone knew, is late as well', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves', { address: line.address })
  await alice.openChatWith(bob)
  await seen(alice.personRow(bob, 'online'))
  line.cut()
  await alice.say('Into the grace')
  await seen(alice.tick('Into the grace', /^Stored on the server/))
  await seen(alice.personRow(bob, 'offline'))
  line.mend()
  await seen(alice.tick('Into the grace', LATE_TICK))
  await seen(alice.words(/^Bob came back and received 1 message at \d\d:\d\d$/))
})

scenario('every return has its own line, and what arrives live has none', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Live')
  await seen(alice.tick('Live', /^Delivered at/))
  for (const text of ['First absence', 'Second absence']) {
    await bob.logOut()
    await seen(alice.personRow(bob, 'offline'))
    await alice.say(text)
    await seen(alice.words(STORED_WAITING))
    await bob.logIn()
    await bob.live()
    await seen(alice.tick(text, LATE_TICK))
  }
  await eventually('two lines', async () => (await alice.words(/^Bob came back and received 1 message at/).count()) === 2)
  await seen(alice.tick('Live', /^Delivered at/))
})

scenario('message info tells the whole story of one message', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await alice.say('Shall we take the 8:40?')
  await alice.words(STORED_WAITING).click()
  const info = alice.page.getByRole('dialog', { name: 'Message info' })
  await seen(info.getByText('Stored on the server'))
  await seen(info.getByText('Not delivered yet'))
  await seen(info.getByText('You will be told when Bob gets it.'))
  await alice.page.keyboard.press('Escape')
  await gone(info)

  await bob.logIn()
  await bob.live()
  await alice.words(DELIVERED_LATE).click()
  await seen(info.getByText('Delivered late', { exact: true }))
  await seen(info.getByText(/^Waited \d+ (s|min) — Bob was away$/))
  await info.getByRole('button', { name: 'Close' }).click()
  await gone(info)
})

scenario('the promise to someone with a pronoun is made in it', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = bob.page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('combobox', { name: 'Pronoun (optional)' }).selectOption('he')
  await dialog.getByRole('button', { name: 'Save profile' }).click()
  await seen(dialog.getByText('Saved.'))
  await bob.page.keyboard.press('Escape')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await seen(alice.page.getByText('Bob is offline — he will get this when he’s back, and you will be told when.'))
})
