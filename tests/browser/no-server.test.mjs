// Opened where no server answers: the page itself and the last chats are on the device of whoever stays signed in.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answersOnDevice, goneFromDevice, keptOnDevice, opensWithoutServer, textOnDevice } from './support/device.mjs'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const PAGE = fileURLToPath(new URL('../../static', import.meta.url))

scenario('who stays signed in opens the page without a server, reads, writes, and what was written goes out when it is back', { sizes: ['desktop', 'phone'] }, async ({ signedUp, server }) => {
  const alice = await signedUp('Alice Marsh', { keep: true })
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('It whistles')
  await alice.openChatWith(bob)
  await seen(alice.message('It whistles'))
  await seen(bob.tick('It whistles', /^Read at/))
  await keptOnDevice(alice.page, 'It whistles')
  await opensWithoutServer(alice.page)
  await alice.closeWindows()
  await server.kill()
  await alice.context.setOffline(true)

  alice.page = await alice.context.newPage()
  await alice.page.goto(`${alice.address}/`)
  await seen(alice.chatRow(bob))
  await alice.openChatWith(bob)
  await seen(alice.message('It whistles'))
  await seen(alice.page.getByText('No connection.'))
  await seen(alice.page.getByText('Presence unknown while you are offline'))
  assert.equal(await alice.page.getByText(/\d+ online$/).count(), 0, 'nobody is called online')
  await alice.say('Written without the server')
  await seen(alice.words('Waiting for network — kept on this device'))
  await alice.page.reload() // once more: nothing of it needs what the first window had
  await seen(alice.message('Written without the server'))

  await server.start()
  await alice.context.setOffline(false)
  await seen(alice.tick('Written without the server', /^(Delivered|Read) at/))
  await seen(bob.message('Written without the server'))
  await alice.logOut()
  await goneFromDevice(alice.page, 'whistles')
  const left = await textOnDevice(alice.page)
  for (const word of ['Alice', 'Bob', 'Written without']) assert.ok(!left.includes(word), `“${word}” is still on the device`)
  const answers = await answersOnDevice(alice.page)
  for (const word of ['Alice Marsh', 'Hargreaves', 'whistles']) assert.ok(!answers.includes(word), `“${word}” is in an answer that was kept`)
  for (const path of ['/api/', '/ws']) assert.ok(!left.includes(alice.address + path), `an answer of ${path} was kept`)
})

scenario('a chat of which nothing is on the device says so, and comes when the server is back', {}, async ({ person, signedUp, server }) => {
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  const elsewhere = await signedUp('Alice Marsh')
  for (const other of [bob, dana]) {
    await other.openChatWith(elsewhere)
    await other.say(`Hello from ${other.first}`)
    await seen(other.tick('Hello from', /^Delivered at/))
  }
  const alice = await person('Alice Marsh', { keep: true })
  await alice.open()
  await alice.logIn()
  await alice.live()
  await alice.openChatWith(dana)
  await keptOnDevice(alice.page, 'Hello from Dana')
  await opensWithoutServer(alice.page)
  await server.kill()
  await alice.page.reload()
  await alice.openChatWith(bob)
  await seen(alice.page.getByRole('heading', { name: 'These messages are not on this device' }))
  assert.equal(await alice.page.locator('.bones').filter({ visible: true }).count(), 0)
  await server.start()
  await seen(alice.message('Hello from Bob'))
  assert.equal(await alice.page.getByText('These messages are not on this device').filter({ visible: true }).count(), 0)
})

scenario('a new version of the page comes at the next start, whole, and another program at the address gets rid of all of it', {}, async ({ person, server }) => {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  try {
    await cp(PAGE, folder, { recursive: true })
    // A server on a busy machine is not to be taken for absent here: what it has is asked for.
    const worker = join(folder, 'service-worker.js')
    const patient = (await readFile(worker, 'utf8')).replace(/(?<=PATIENCE_MS = )[\d_]+/, '120_000')
    assert.match(patient, /PATIENCE_MS = 120_000/)
    await writeFile(worker, patient)
    server.settings = { ...server.settings, CHINWAG_STATIC: folder }
    await server.restart()
    const alice = await person('Alice Marsh')
    await alice.open()
    await opensWithoutServer(alice.page)
    const keptPages = () => alice.page.evaluate(async () => {
      const texts = []
      // Matched by name and never opened: that would make one anew that the worker deleted just now.
      for (const cacheName of await caches.keys()) texts.push(await (await caches.match(new URL('./', location.href).href, { cacheName }))?.text())
      return texts.filter(text => text !== undefined).map(text => /<meta name="version" content="(\d)">/.exec(text)?.[1] ?? '1')
    })
    await eventually('the first version is kept', async () => String(await keptPages()) === '1')

    const index = join(folder, 'index.html')
    await writeFile(index, (await readFile(index, 'utf8')).replace('<title>', '<meta name="version" content="2"><title>'))
    await alice.page.reload()
    assert.equal(await alice.page.locator('meta[name=version]').getAttribute('content'), '2', 'the server has the word')
    await eventually('the second version took the place of the first', async () => String(await keptPages()) === '2')
    await server.kill()
    await alice.page.reload()
    assert.equal(await alice.page.locator('meta[name=version]').getAttribute('content'), '2')

    // Half a version is never kept: a file of it is missing.
    await writeFile(index, (await readFile(index, 'utf8')).replace('content="2"><title>', 'content="3"><link rel="icon" href="missing.svg"><title>'))
    await server.start()
    alice.expectStatus(404)
    await alice.page.reload()
    assert.equal(await alice.page.locator('meta[name=version]').getAttribute('content'), '3')
    await alice.page.evaluate(() => fetch('/').then(answer => answer.text()))
    assert.deepEqual(await keptPages(), ['2'])

    // All of the page is there: what comes later is not to be asked of the other program.
    await alice.page.locator('cw-door').waitFor({ state: 'attached' })
    await server.kill()
    const other = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Another program</title>'))
    other.listen(server.port, '127.0.0.1')
    await once(other, 'listening')
    await alice.page.reload()
    assert.equal(await alice.page.title(), 'Another program')
    await eventually('nothing of ours is left', () => alice.page.evaluate(async () => (await caches.keys()).length === 0 && (await navigator.serviceWorker.getRegistrations()).length === 0))
    other.closeAllConnections()
    other.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

scenario('the page can be installed as an app', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  await alice.open()
  await opensWithoutServer(alice.page)
  const debug = await alice.context.newCDPSession(alice.page)
  const { errors, data } = await debug.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  assert.ok(data?.includes('"standalone"'), data)
  // The windows of tests are private ones, where browsers install nothing.
  const { installabilityErrors } = await debug.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors.map(one => one.errorId).filter(id => id !== 'in-incognito'), [])
})
