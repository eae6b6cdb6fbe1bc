// At a LAN address over plain http, browsers give no locks, no service worker, no randomUUID and no crypto.subtle.
// Everything works all the same, and the page says once what needs https.
import assert from 'node:assert/strict'
import { LAN_NAME } from './support/browser.mjs'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** @param {number} port */
const at = port => `http://${LAN_NAME}:${port}`

/** @param {import('./support/scenario.mjs').Stage} stage @param {string} name @param {number} [port] */
async function signedUpThere(stage, name, port = stage.server.port) {
  const person = await stage.person(name, { address: at(port) })
  await person.open()
  await person.signUp()
  await person.live()
  return person
}

scenario('two people chat at a plain http address, in a browser that withholds the secure parts', { sizes }, async stage => {
  const alice = await signedUpThere(stage, 'Alice')
  const missing = await alice.page.evaluate(() => [isSecureContext, 'locks' in navigator, 'serviceWorker' in navigator, 'randomUUID' in crypto, 'subtle' in crypto])
  assert.deepEqual(missing, [false, false, false, false, false], 'this browser takes the address for a secure one')
  const bob = await signedUpThere(stage, 'Bob')
  await alice.openChatWith(bob)
  await alice.say('Over the kitchen wifi')
  await seen(alice.tick('Over the kitchen wifi', /^Delivered at/))
  await bob.openChatWith(alice)
  await seen(bob.message('Over the kitchen wifi'))
  await seen(alice.tick('Over the kitchen wifi', /^Read at/))
  const ids = alice.sent.filter(frame => frame.type === 'message.send').map(frame => String(frame.clientId))
  assert.match(ids[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a UUID of version 7')
  await alice.reload()
})

scenario('late delivery is told there, too', {}, async stage => {
  const alice = await signedUpThere(stage, 'Alice')
  const bob = await signedUpThere(stage, 'Bob')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await alice.openChatWith(bob)
  await alice.say('Waiting in the kitchen')
  await seen(alice.words(/^Stored \d\d:\d\d — waiting for Bob to come back$/))
  await bob.logIn()
  await seen(alice.words(/^Bob came back and received 1 message at \d\d:\d\d$/))
})

scenario('two windows there share one queue: what waits is sent once', {}, async stage => {
  const line = await stage.cable()
  const alice = await signedUpThere(stage, 'Alice', line.port)
  const bob = await signedUpThere(stage, 'Bob')
  const second = await alice.openWindow()
  await alice.openChatWith(bob)
  await alice.say('Before')
  await seen(alice.tick('Before', /^Delivered at/))
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  for (const text of ['First', 'Second', 'Third']) await alice.say(text)
  line.mend()
  await seen(alice.tick('Third', /^Delivered at/))
  await alice.live(second)
  const ids = alice.sent.filter(frame => frame.type === 'message.send').map(frame => frame.clientId)
  assert.equal(new Set(ids).size, ids.length, 'no window sent what the other had sent')
  await bob.openChatWith(alice)
  await eventually('all have arrived', async () => (await bob.messages.count()) === 4)
  assert.deepEqual(await bob.texts(), ['Before', 'First', 'Second', 'Third'])
})

scenario('the page says once what needs https', {}, async stage => {
  const alice = await signedUpThere(stage, 'Alice')
  await seen(alice.page.getByText('This address is plain http.'))
  await alice.page.getByRole('button', { name: 'Dismiss' }).first().click()
  await alice.reload()
  assert.equal(await alice.page.getByText('This address is plain http.').count(), 0)
})
