// 'Keep me signed in' keeps the chats on the device, too: they are there before the server answers, and leave with the session.
// Without it nothing of them is ever written there.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killBrowserOf } from './support/browser.mjs'
import { goneFromDevice, keptOnDevice, serveFilesOnly, textOnDevice } from './support/device.mjs'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** @param {import('./support/person.mjs').Person} a @param {import('./support/person.mjs').Person} b */
async function talk(a, b) {
  await a.openChatWith(b)
  await a.say('Did the kettle arrive?')
  await b.openChatWith(a)
  await b.say('It whistles')
  await seen(a.message('It whistles'))
  await seen(a.tick('Did the kettle arrive?', /^Read at/))
}

/** @param {import('./support/person.mjs').Person} person */
const sends = person => person.sent.filter(frame => frame.type === 'message.send')

scenario('who stays signed in finds list and chat there without the server, and goes on writing', { sizes }, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await talk(alice, bob)
  await keptOnDevice(alice.page, 'It whistles')
  await server.kill()
  const relay = await serveFilesOnly(server.port)
  await alice.page.reload()
  await seen(alice.message('It whistles'))
  await seen(alice.page.getByText('No connection.'))
  await seen(alice.page.getByText('Presence unknown while you are offline'))
  assert.equal(await alice.page.getByText(/\d+ online$/).count(), 0, 'nobody is called online')
  await alice.say('Written without the server')
  await seen(alice.words('Waiting for network — kept on this device'))
  await alice.toList()
  await seen(alice.chatRow(bob))
  await seen(alice.people.getByText('Offline — reconnecting'))

  await relay.stop()
  await server.start()
  await alice.openChatWith(bob)
  alice.page.getByRole('button', { name: 'Try now' }).click().catch(() => {}) // not waited for: it may have come back by itself
  await seen(alice.tick('Written without the server', /^(Delivered|Read) at/))
  await seen(bob.message('Written without the server'))
  assert.deepEqual(await alice.texts(), ['Did the kettle arrive?', 'It whistles', 'Written without the server'])
})

scenario('who does not stay signed in finds nothing there, and nothing of the chats was ever on the device', { sizes }, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await talk(alice, bob)
  const check = async () => {
    const text = await textOnDevice(alice.page)
    for (const word of ['whistles', 'kettle', 'Bob']) assert.ok(!text.includes(word), `“${word}” is on the device`)
  }
  await alice.lookAway() // a page that is put aside writes what it gathers, and this draft after it
  await alice.lookBack()
  await server.kill()
  await alice.composer.pressSequentially('A draft that is kept')
  await keptOnDevice(alice.page, 'A draft that is kept')
  await check()
  const relay = await serveFilesOnly(server.port)
  await alice.page.reload()
  await seen(alice.page.getByRole('heading', { name: 'Chinwag cannot be reached' }))
  assert.equal(await alice.page.getByText('It whistles').count(), 0)
  await check()
  await relay.stop()
})

scenario('the next start asks only for what is new', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  await talk(alice, bob)
  await alice.openChatWith(dana)
  await alice.say('Hello Dana')
  await seen(alice.tick('Hello Dana', /^Delivered at/))
  await keptOnDevice(alice.page, 'Hello Dana')
  await alice.closeWindows()
  await bob.say('New while you were away')

  /** @type {string[]} */
  const asked = []
  /** @type {Array<Record<string, unknown>>} */
  const heard = []
  alice.sent.length = 0
  alice.context.on('request', request => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}${search}`)
  })
  alice.context.on('page', page => page.on('websocket', socket => socket.on('framereceived', ({ payload }) => heard.push(JSON.parse(String(payload))))))
  await alice.reopen()
  await alice.openChatWith(bob)
  await seen(alice.message('New while you were away'))
  await seen(bob.words(/(?:^|· )Read \d\d:\d\d$/))
  assert.deepEqual(asked, ['GET /api/v1/me'])
  const [hello] = alice.sent
  assert.equal(hello?.type, 'hello')
  const revs = /** @type {Array<[number, number]>} */ (hello?.conversations)
  assert.equal(revs.length, 2)
  assert.ok(revs.every(([, rev]) => rev > 0) && Number(hello?.peopleRev) > 0, JSON.stringify(hello))
  assert.deepEqual(alice.sent.map(frame => frame.type).sort(), ['hello', 'presence.watch', 'receipt.delivered', 'receipt.read'])
  const changes = heard.filter(frame => frame.type === 'changes')
  const bodies = changes.flatMap(frame => /** @type {Array<{ body: string }>} */ (frame.messages).map(message => message.body))
  assert.deepEqual(bodies, ['New while you were away'])
})

scenario('after log-out nothing is left on the device but what was not sent, and that comes back to its owner only', { sizes }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { keep: true, address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  await signedUp('Dana Okafor')
  await talk(alice, bob)
  await keptOnDevice(alice.page, 'It whistles')
  // The texts can be written, but not sent: the page does not hear the server, which is still there for the log-out.
  await alice.page.routeWebSocket('**/ws', () => {})
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.say('Not sent yet')
  line.mend()
  await alice.toList()
  await alice.people.getByRole('button', { name: 'Log out' }).click()
  const question = alice.page.getByRole('alertdialog')
  await seen(question.getByText('1 message is not sent yet'))
  await question.getByRole('button', { name: 'Log out' }).click()
  await seen(alice.page.getByRole('tab', { name: 'Log in' }))
  await goneFromDevice(alice.page, 'whistles')
  const left = await textOnDevice(alice.page)
  for (const word of ['kettle', 'Bob', 'Alice']) assert.ok(!left.includes(word), `“${word}” is still on the device`)
  assert.ok(left.includes('Not sent yet'))

  await alice.page.close()
  await alice.reopen() // another window, which does hear the server
  await alice.logIn({ username: 'dana', keep: true })
  await alice.live()
  await seen(alice.people.getByRole('list', { name: /^People/ }).getByRole('link', { name: /^Alice Marsh/ }))
  assert.equal(await alice.page.getByText('It whistles').count(), 0)
  assert.equal(await alice.page.getByText('Not sent yet').count(), 0)
  assert.equal(await bob.message('Not sent yet').count(), 0)
  await alice.logOut()
  await alice.logIn()
  await alice.live()
  await alice.openChatWith(bob)
  await seen(alice.tick('Not sent yet', /^(Delivered|Read) at/))
  await eventually('it was stored once', async () => (await bob.message('Not sent yet').count()) === 1)
})

scenario('a device that was removed shows nothing of the chats once it hears of it', {}, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await talk(alice, bob)
  await keptOnDevice(alice.page, 'It whistles')
  await alice.closeWindows()
  const elsewhere = await person('Alice Marsh')
  await elsewhere.open()
  await elsewhere.logIn()
  await elsewhere.live()
  const ended = await elsewhere.post('/api/v1/sessions/end-others', {})
  assert.ok(ended.ok(), await ended.text())
  alice.expectLostConnections() // its socket is refused
  await alice.reopen()
  await seen(alice.page.getByRole('tab', { name: 'Log in' }))
  await goneFromDevice(alice.page, 'whistles')
})

scenario('a message deleted while the page was closed is a tombstone in the page and on the device at the next start', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await talk(alice, bob)
  await keptOnDevice(alice.page, 'It whistles')
  await alice.closeWindows()
  await bob.message('It whistles').click({ button: 'right' })
  await bob.page.getByRole('menuitem', { name: 'Delete for everyone' }).click()
  await bob.page.getByRole('alertdialog').getByRole('button', { name: 'Delete message' }).click()
  await seen(bob.log.getByText('You deleted this message'))
  await alice.reopen()
  await alice.live()
  await alice.openChatWith(bob)
  await seen(alice.log.getByText('Bob deleted this message'))
  await goneFromDevice(alice.page, 'whistles')
  assert.ok((await textOnDevice(alice.page)).includes('Did the kettle arrive?'), 'the rest is still kept')
})

scenario('a browser that is killed comes back with its chats and its queue, and sends each text once', {}, async ({ person, signedUp, cable }) => {
  const profile = await mkdtemp(join(tmpdir(), 'profile-'))
  try {
    const line = await cable()
    const bob = await signedUp('Bob Hargreaves')
    const before = await signedUp('Alice Marsh', { profile, keep: true, address: line.address })
    await talk(before, bob)
    await keptOnDevice(before.page, 'It whistles')
    await before.leave() // browsers write cookies down late, but always when they are closed

    const doomed = await person('Alice Marsh', { profile, keep: true, address: line.address })
    await doomed.open()
    await doomed.openChatWith(bob)
    await seen(doomed.message('It whistles'))
    line.cut()
    await seen(doomed.page.getByText('No connection.'))
    for (const text of ['First', 'Second', 'Third']) await doomed.say(text)
    await killBrowserOf(profile, doomed.context)

    const alice = await person('Alice Marsh', { profile, keep: true, address: line.address })
    line.mend()
    await alice.open()
    await alice.openChatWith(bob)
    await seen(alice.tick('Third', /^(Delivered|Read) at/))
    await eventually('all have arrived', async () => (await bob.messages.count()) === 5)
    assert.deepEqual(await bob.texts(), ['Did the kettle arrive?', 'It whistles', 'First', 'Second', 'Third'])
    assert.equal(sends(alice).length, 3, 'each once')
    await alice.leave()
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
})

scenario('two windows of one browser keep one copy, and the log-out of one takes it from both', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await talk(alice, bob)
  const second = await alice.openWindow()
  await bob.say('To both windows')
  await seen(alice.message('To both windows'))
  await keptOnDevice(second, 'To both windows')
  await alice.logOut()
  await seen(second.getByRole('tab', { name: 'Log in' }))
  await goneFromDevice(second, 'To both windows')
  assert.ok(!(await textOnDevice(second)).includes('whistles'))
})
