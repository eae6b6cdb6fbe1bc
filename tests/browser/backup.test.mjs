// The server is lost and restored from a backup while pages are open that have seen more than the backup has.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { chinwag } from './support/server.mjs'

scenario('after a backup was restored open pages show what the server has, nothing that was lost, and go on', {}, async ({ signedUp, server }) => {
  const file = `${server.data}.backup`
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await bob.openChatWith(alice)
  await alice.say('Before')
  await seen(bob.message('Before'))
  await chinwag(['backup', file, '--data', server.data])
  try {
    for (const text of ['Lost one', 'Lost two']) await alice.say(text)
    await seen(alice.tick('Lost two', /^(Delivered|Read)/))
    await seen(bob.message('Lost two'))
    await server.kill()
    await alice.say('While it was down')
    await rm(server.data, { recursive: true })
    await chinwag(['restore', file, '--data', server.data])
  } finally {
    await rm(file, { force: true })
  }
  await server.start()
  await gone(alice.message('Lost two'))
  await gone(bob.message('Lost two'))
  await alice.say('After')
  await seen(bob.message('After'))
  await seen(alice.tick('After', /^(Delivered|Read)/))
  for (const one of [alice, bob]) {
    await eventually('both show the same', async () => (await one.messages.count()) === 3)
    assert.deepEqual(await one.texts(), ['Before', 'While it was down', 'After'])
  }
})
