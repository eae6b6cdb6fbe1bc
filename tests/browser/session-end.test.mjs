// When a session ends by itself, and above all when it must not. The two deadlines are settings; here they are seconds.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { killBrowser, launch } from './support/browser.mjs'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const GRACE_S = 3
const settings = { CHINWAG_CLOSING_GRACE: String(GRACE_S) }
const PAST_GRACE_MS = (GRACE_S + 2) * 1000
/** Where a page must be back in time: ten times what a reload takes on a busy machine. */
const LONG_GRACE_S = 30
const longSettings = { CHINWAG_CLOSING_GRACE: String(LONG_GRACE_S) }
const PAST_LONG_GRACE_MS = (LONG_GRACE_S + 2) * 1000

/** @param {import('./support/person.mjs').Person} person */
const isSignedIn = async person => (await person.context.request.get(`${person.address}/api/v1/me`)).status() === 200

scenario('closing the last window ends a session that is not to be kept, and the others see the person go', { settings, sizes: ['desktop', 'phone'] }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.closeWindows()
  await seen(bob.personRow(alice, 'offline'))
  await pause(PAST_GRACE_MS)
  await alice.reopen()
  await seen(alice.page.getByRole('tab', { name: 'Log in' }))
})

scenario('closing one of two windows ends nothing', { settings: longSettings }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const second = await alice.openWindow()
  await second.close({ runBeforeUnload: true })
  await pause(PAST_LONG_GRACE_MS)
  assert.ok(await isSignedIn(alice))
  await alice.reload()
})

scenario('a reload comes back in time', { settings: longSettings }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  await alice.reload()
  await pause(PAST_LONG_GRACE_MS)
  assert.ok(await isSignedIn(alice))
  await alice.reload()
})

scenario('a browser that crashes signs nobody out, but the others see the person offline', { settings }, async ({ person, signedUp }) => {
  const doomed = await launch()
  const alice = await signedUp('Alice Marsh', { browser: doomed })
  const bob = await signedUp('Bob Hargreaves')
  await seen(bob.personRow(alice, 'online'))
  // What a browser that restores its windows still has.
  const storage = await alice.context.storageState()
  // Its sockets go first, and its page may live just long enough to say so.
  alice.expectLostConnections()
  await killBrowser(doomed)
  await seen(bob.personRow(alice, 'offline'))
  await pause(PAST_GRACE_MS)

  const again = await person('Alice Marsh', { storage })
  await again.open()
  await again.live()
  await seen(bob.personRow(again, 'online'))
})

scenario('a cut cable signs nobody out', { settings }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  line.cut()
  await seen(bob.personRow(alice, 'offline'))
  await pause(PAST_GRACE_MS)
  line.mend()
  await seen(bob.personRow(alice, 'online'))
  await alice.live()
})

scenario('a restart of the server signs nobody out, and open pages come back by themselves', { settings, sizes: ['desktop', 'phone'] }, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await server.stop()
  await seen(alice.page.getByText('The server is restarting.'))
  await pause(PAST_GRACE_MS)
  await server.start()
  await alice.live()
  await bob.live()
  await bob.openChatWith(alice)
  await alice.say('Did you notice anything?')
  await seen(bob.message('Did you notice anything?'))
})

scenario('a server that dies without a word signs nobody out either', { settings: longSettings }, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh')
  await server.kill()
  await pause(PAST_LONG_GRACE_MS)
  await server.start()
  await alice.live()
  await alice.reload()
})

scenario('with “Keep me signed in” ticked, closing the browser ends nothing, and the cookie lasts 30 days', { settings }, async ({ person, signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await person('Alice Marsh', { keep: true })
  await alice.open()
  await alice.signUp()
  await alice.live()
  const [session] = await alice.context.cookies()
  const days = ((session?.expires ?? 0) - Date.now() / 1000) / 86_400
  assert.ok(days > 29 && days <= 366, `the cookie lasts ${days} days`)
  await alice.closeWindows()
  await seen(bob.personRow(alice, 'offline').or(bob.people.getByRole('link', { name: /^Alice.*offline/ })))
  await pause(PAST_GRACE_MS)
  await alice.reopen()
  await alice.live()
})

scenario('a device that is removed in the settings is signed out at once', {}, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const elsewhere = await person('Alice Marsh')
  await elsewhere.open()
  await elsewhere.logIn()
  await elsewhere.live()

  await alice.page.getByRole('button', { name: 'Settings' }).click()
  const dialog = alice.page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: 'Devices' }).click()
  await eventually('both devices are listed', async () => (await dialog.getByRole('listitem').count()) === 2)
  await dialog.getByRole('button', { name: /^Remove (?!all others)|^Remove$/ }).click()
  const question = alice.page.getByRole('alertdialog')
  await seen(question)
  assert.equal(await question.getByRole('button', { name: 'Keep it' }).evaluate(node => node === document.activeElement), true)
  await question.getByRole('button', { name: 'Remove device' }).click()
  await seen(elsewhere.page.getByText('This device was removed from your account.'))
  await eventually('one device is left', async () => (await dialog.getByRole('listitem').count()) === 1)
})
