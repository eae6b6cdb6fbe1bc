// Logging in, and what a session is: one message for every wrong pair, a cookie that scripts and addresses never see, and
// as many windows as one likes.
import assert from 'node:assert/strict'
import { gone, seen } from './support/eventually.mjs'
import { importPyChat, OLD_PASSWORD } from './support/pychat.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

scenario('a wrong name and a wrong password are told in the same words', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  await alice.logOut()
  alice.expectStatus(401)
  const told = []
  for (const wrong of [{ username: 'nobody' }, { password: 'nine polite kettles' }]) {
    await alice.logIn(wrong)
    const line = alice.page.getByText(/Wrong username or password/)
    await seen(line)
    told.push((await line.textContent())?.replace(/\d+ (try|tries)/, 'N tries'))
    await alice.page.getByRole('textbox', { name: 'Password', exact: true }).fill('x')
    await gone(line)
  }
  assert.equal(told[0], told[1])
})

scenario('logging in leads to the page, and the others see who came', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.logOut()
  await seen(alice.personRow(bob, 'offline'))
  await bob.logIn()
  await bob.live()
  await seen(alice.personRow(bob, 'online'))
})

scenario('one person in many windows and at two devices sees everything in each of them', {}, async ({ person, signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await signedUp('Alice Marsh')
  const second = await alice.openWindow()
  const alicesPhone = await person('Alice Marsh', { size: 'phone' })
  await alicesPhone.open()
  await alicesPhone.logIn()
  await alicesPhone.live()

  await alice.openChatWith(bob)
  await alice.say('From my first window')
  await alicesPhone.openChatWith(bob)
  await alicesPhone.say('From my phone')
  await second.getByRole('list', { name: 'Chats' }).getByRole('link', { name: /^Bob Hargreaves/ }).click()
  for (const log of [alice.log, second.getByRole('log'), alicesPhone.log]) {
    await seen(log.getByRole('article').filter({ hasText: 'From my first window' }))
    await seen(log.getByRole('article').filter({ hasText: 'From my phone' }))
  }
  await bob.openChatWith(alice)
  await seen(bob.message('From my phone'))
  assert.deepEqual(await bob.texts(), ['From my first window', 'From my phone'])

  await second.close()
  await bob.say('Still there?')
  await seen(alice.message('Still there?'))
})

scenario('the session is a cookie that scripts cannot read, other sites cannot send, and no address ever holds', {}, async ({ person, server }) => {
  const alice = await person('Alice Marsh')
  /** @type {string[]} */
  const addresses = []
  alice.context.on('request', request => addresses.push(request.url()))
  alice.page.on('websocket', socket => addresses.push(socket.url()))
  await alice.open()
  await alice.signUp()
  await alice.live()
  const session = (await alice.context.cookies()).find(cookie => cookie.name === 'chinwag_session')
  assert.ok(session, 'signing up sets chinwag_session')
  assert.equal(session.httpOnly, true)
  assert.match(session.sameSite, /Lax|Strict/)
  assert.equal(session.expires, -1, 'unticked, the cookie ends with the browser')
  assert.equal(await alice.page.evaluate(() => document.cookie), '')
  assert.ok(addresses.some(address => address.startsWith('ws:')), 'the socket was seen')
  for (const address of addresses) assert.ok(!address.includes(session.value), `in an address: ${address}`)
  assert.ok(!server.output.includes(session.value), 'in the log of the server')
  const stored = await alice.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  assert.ok(!stored.includes(session.value))
})

scenario('logging out ends the session at once, in every window of that browser', {}, async ({ signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await signedUp('Alice Marsh')
  const second = await alice.openWindow()
  const [session] = await alice.context.cookies()
  await alice.logOut()
  await seen(second.getByRole('tab', { name: 'Log in' }))
  await seen(bob.personRow(alice, 'offline'))
  assert.ok(session)
  const answer = await alice.context.request.get(`${alice.address}/api/v1/me`, { headers: { cookie: `${session.name}=${session.value}` } })
  assert.equal(answer.status(), 401, 'the old cookie opens nothing')
})

scenario('whoever comes from PyChat logs in with the old password, finds the old messages, and is asked for a stronger one', {
  prepare: (data, settings) => importPyChat(data, settings, ['alice', 'bob'], [{ between: [1, 2], count: 5 }]),
}, async ({ person }) => {
  const alice = await person('alice', { password: OLD_PASSWORD })
  const bob = await person('bob')
  await alice.open()
  await alice.logIn()
  await alice.live()
  await seen(alice.page.getByText('Your password is easy to guess.'))
  await alice.openChatWith(bob)
  await seen(alice.message('message 5'))
  assert.deepEqual(await alice.texts(), [1, 2, 3, 4, 5].map(number => `message ${number}`))

  await alice.page.getByRole('button', { name: 'Change password' }).first().click()
  const dialog = alice.page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('textbox', { name: 'Current password' }).fill(OLD_PASSWORD)
  await dialog.getByRole('textbox', { name: 'New password' }).fill('nine polite kettles')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await seen(dialog.getByText('Password changed.'))
  await alice.page.keyboard.press('Escape')
  await alice.logOut()
  await alice.logIn({ password: 'nine polite kettles' })
  await alice.live()
})
