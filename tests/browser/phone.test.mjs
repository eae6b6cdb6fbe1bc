// What only a phone has: one screen at a time, a back button, fingers instead of a pointer.
import assert from 'node:assert/strict'
import { atRest, eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

const sizes = /** @type {const} */ (['phone'])

scenario('the phone’s own back button leads from a chat to the list, and forward to the chat again', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await gone(alice.people)
  await alice.page.goBack()
  await seen(alice.people)
  await gone(alice.composer)
  await alice.page.goForward()
  await seen(alice.composer)
})

scenario('after the page’s own back button, the phone’s does not lead into the chat again', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.page.getByRole('button', { name: 'Back to all chats' }).tap()
  await seen(alice.people)
  await alice.page.goBack().catch(() => {}) // out of Chinwag: about:blank here
  assert.equal(await alice.composer.isVisible(), false)
})

scenario('a reload shows the chat that was open', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Where was I?')
  await seen(alice.tick('Where was I?', /^Delivered at/))
  await alice.reload()
  await seen(alice.message('Where was I?'))
})

scenario('a long press on a message opens its menu', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.say('Press me')
  await seen(alice.tick('Press me', /^Delivered at/))
  const box = await atRest(alice.page, () => alice.message('Press me').getByText('Press me').boundingBox())
  assert.ok(box)
  const finger = await alice.context.newCDPSession(alice.page)
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: box.x + 10, y: box.y + 10 }] })
  await seen(alice.page.getByRole('menu', { name: 'Message actions' }))
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
})

scenario('Enter makes a new line, the button sends', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.composer.pressSequentially('Bread')
  await alice.composer.press('Enter')
  await alice.composer.pressSequentially('Milk')
  assert.equal(await alice.composer.inputValue(), 'Bread\nMilk')
  await alice.page.getByRole('button', { name: 'Send' }).tap()
  await seen(alice.message('Bread'))
})

scenario('everything one can touch is at least 44 px high or wide enough to hit', { sizes }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const tooSmall = () => alice.page.getByRole('button').or(alice.page.getByRole('link')).or(alice.page.getByRole('textbox')).evaluateAll(nodes =>
    nodes.map(node => ({ box: node.getBoundingClientRect(), name: node.getAttribute('aria-label') ?? node.textContent }))
      .filter(({ box }) => box.width > 0 && box.height > 0 && (box.height < 40 || box.width < 40))
      .map(({ box, name }) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`))
  await seen(alice.personRow(bob))
  assert.deepEqual(await tooSmall(), [])
  await alice.openChatWith(bob)
  await eventually('the chat is drawn', () => alice.composer.isVisible())
  assert.deepEqual(await tooSmall(), [])
})
