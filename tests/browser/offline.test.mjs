// Without a connection: one keeps writing, nothing typed is lost, and everything goes out in order, once.
import assert from 'node:assert/strict'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** @param {import('./support/person.mjs').Person} person */
const sends = person => person.sent.filter(frame => frame.type === 'message.send')

scenario('what is written without a connection waits on the device and goes out in order when it is back', { sizes }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await seen(alice.page.getByText('Keep writing: messages stay on this device and go out in order.'))
  await seen(alice.page.getByText('Presence unknown while you are offline'))
  await alice.say('First')
  await seen(alice.words('Waiting for network — kept on this device'))
  await alice.say('Second')
  await alice.say('Third')
  await seen(alice.words('3 messages waiting for network — kept on this device'))
  await seen(alice.tick('Third', /^Waiting for network, kept on this device$/))
  await seen(alice.words(/^Connection lost at \d\d:\d\d$/))

  line.mend()
  await alice.page.getByRole('button', { name: 'Try now' }).click().catch(() => {}) // it may have come back by itself
  await seen(alice.tick('Third', /^Delivered at/))
  await gone(alice.page.getByText('No connection.'))
  await bob.openChatWith(alice)
  await eventually('all have arrived', async () => (await bob.messages.count()) === 4)
  assert.deepEqual(await bob.texts(), ['Before', 'First', 'Second', 'Third'])
})

scenario('what waits survives closing the page, and is sent once the page is open again', { sizes }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  for (const text of ['First', 'Second', 'Third']) await alice.say(text)
  await alice.page.close()

  line.mend()
  await alice.reopen()
  await alice.live()
  await alice.openChatWith(bob)
  await seen(alice.tick('Third', /^Delivered at/))
  await bob.openChatWith(alice)
  await eventually('all have arrived', async () => (await bob.messages.count()) === 4)
  assert.deepEqual(await bob.texts(), ['Before', 'First', 'Second', 'Third'])
})

scenario('two windows of one browser share one queue: written in both, it goes out in order, once', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  const first = alice.page
  const second = await alice.openWindow()
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  alice.page = second
  assert.equal(await second.evaluate(() => 'locks' in navigator), true, 'this is about the locks of a secure address')
  await alice.openChatWith(bob)
  line.cut()
  await seen(first.getByText('No connection.'))
  await seen(second.getByText('No connection.'))
  const texts = ['First', 'Second', 'Third', 'Fourth']
  for (const [i, text] of texts.entries()) {
    alice.page = i % 2 === 0 ? first : second
    await alice.say(text)
    for (const page of [first, second]) await seen(page.getByRole('log').getByRole('article').filter({ hasText: text }))
  }
  await seen(alice.words('4 messages waiting for network — kept on this device'))
  line.mend()
  for (const page of [first, second]) {
    alice.page = page
    await seen(alice.tick('Fourth', /^Delivered at/))
    assert.deepEqual(await alice.texts(), ['Before', ...texts])
  }
  const ids = sends(alice).map(frame => frame.clientId)
  assert.equal(new Set(ids).size, ids.length, 'no window sent what the other had sent')
  await bob.openChatWith(alice)
  await eventually('all have arrived', async () => (await bob.messages.count()) === 5)
  assert.deepEqual(await bob.texts(), ['Before', ...texts])
})

scenario('a message whose answer was lost is stored once, whether the page sends it again or finds it stored', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await bob.openChatWith(alice)
  await alice.say('Before')
  await seen(alice.tick('Before', /^(Delivered|Read) at/))
  line.loseAnswers()
  await alice.say('Only once')
  await seen(bob.message('Only once'))
  await seen(alice.tick('Only once', /^Waiting for network/))
  line.cut()
  line.mend()
  await seen(alice.tick('Only once', /^(Delivered|Read) at/))
  const ids = sends(alice).filter(frame => frame.body === 'Only once').map(frame => frame.clientId)
  assert.equal(new Set(ids).size, 1, 'never under another client id')
  await alice.say('After')
  await seen(bob.message('After'))
  assert.deepEqual(await bob.texts(), ['Before', 'Only once', 'After'])
})

scenario('a restart of the server while one writes loses nothing and doubles nothing', {}, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  await server.kill()
  await alice.say('While it is down')
  await alice.say('And a second')
  await server.start()
  await seen(alice.tick('And a second', /^Delivered at/))
  await bob.openChatWith(alice)
  await eventually('all have arrived', async () => (await bob.messages.count()) === 3)
  assert.deepEqual(await bob.texts(), ['Before', 'While it is down', 'And a second'])
})

scenario('a first message to someone new can be written without a connection, too', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await seen(alice.personRow(bob))
  await alice.openChatWith(bob)
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.say('Hello for the first time')
  line.mend()
  await seen(alice.tick('Hello for the first time', /^Delivered at/))
  await bob.openChatWith(alice)
  assert.deepEqual(await bob.texts(), ['Hello for the first time'])
})

scenario('what the browser itself calls offline is no different', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  alice.expectLostConnections()
  await alice.context.setOffline(true)
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.say('In a tunnel')
  line.mend()
  await alice.context.setOffline(false)
  await seen(alice.tick('In a tunnel', /^Delivered at/))
})

scenario('a message the server refuses is set aside with its reason, and the others go on', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  // 9,000 bytes: past the limit, which the page shows before anything is sent.
  await alice.composer.fill('é'.repeat(4_500))
  await seen(alice.page.getByText(/bytes too long$/))
  await alice.composer.press('Enter')
  assert.equal(sends(alice).filter(frame => String(frame.body).startsWith('éé')).length, 0)
  await alice.composer.fill('Short enough')
  await alice.composer.press('Enter')
  await seen(alice.tick('Short enough', /^Delivered at/))
})

scenario('a draft stays with its chat over a reload and while another chat is open', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  await alice.openChatWith(bob)
  await alice.say('Something to hold the chat')
  await alice.composer.pressSequentially('About the car on Thursday')
  await alice.openChatWith(dana)
  assert.equal(await alice.composer.inputValue(), '')
  await alice.toList()
  await seen(alice.people.getByRole('link', { name: /Draft: About the car on Thursday$/ }))
  await alice.reload()
  await alice.openChatWith(bob)
  await eventually('the draft is back', async () => (await alice.composer.inputValue()) === 'About the car on Thursday')
})
