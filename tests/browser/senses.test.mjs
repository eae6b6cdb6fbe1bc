// What people who see, hear or move otherwise are given: each message read out once and its author first, no motion for those
// who asked for none, and states that can be told apart without our colours.
import assert from 'node:assert/strict'
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { draw } from './support/screens.mjs'

scenario('each message that comes in is read out once, its author first, and nothing else is', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say('From before')
  await alice.openChatWith(bob)
  await seen(alice.message('From before'))
  await alice.page.evaluate(() => {
    /** @type {string[]} */
    const spoken = []
    Reflect.set(window, 'spoken', spoken)
    new MutationObserver(changes => {
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest('[aria-live=polite], [role=status], [role=alert], [aria-live=assertive]')
        const words = region?.textContent?.trim()
        if (words) spoken.push(words)
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true })
  })
  const spoken = () => alice.page.evaluate(() => /** @type {string[]} */ (Reflect.get(window, 'spoken')))
  await bob.say('The first')
  await seen(alice.message('The first'))
  await seen(bob.tick('The first', /^Read at/))
  await bob.say('The second')
  await seen(alice.message('The second'))
  await seen(bob.tick('The second', /^Read at/))
  await alice.say('My own')
  await seen(alice.tick('My own', /^Read at/))
  await bob.choose('The first', 'Edit')
  await bob.composer.fill('The first, put right')
  await bob.composer.press('Enter')
  await seen(alice.message('The first, put right'))
  assert.deepEqual(await spoken(), ['Bob: The first', 'Bob: The second'])
})

scenario('nothing moves by itself where a person asked for less motion', { sizes: ['desktop', 'phone'] }, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address }) // as all of the tests' people, with less motion
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await alice.page.evaluate(() => {
    /** @type {string[]} */
    const moved = []
    Reflect.set(window, 'moved', moved)
    const look = () => {
      // What takes no time is no motion: a transition of 0 ms is over before it is drawn.
      for (const one of document.getAnimations()) {
        const { duration, delay } = one.effect?.getTiming() ?? {}
        if (Number(duration) + Number(delay) > 1) moved.push(`${one instanceof CSSTransition ? one.transitionProperty : one.id || one.constructor.name} ${duration} ms: ${Reflect.get(one.effect ?? {}, 'target')?.className}`)
      }
      requestAnimationFrame(look)
    }
    look()
  })
  await alice.say('Still')
  await bob.openChatWith(alice)
  await bob.writeUntil(seen(alice.page.getByRole('main').getByText('Bob is typing…')))
  await bob.say('And now')
  await seen(alice.message('And now'))
  await alice.message('And now').focus()
  await alice.page.keyboard.press('Enter')
  await seen(alice.page.getByRole('menu', { name: 'Message actions' }))
  await alice.page.keyboard.press('Escape')
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.say('Waits')
  line.mend()
  await seen(alice.tick('Waits', /^(Delivered|Read) at/))
  await alice.openSettings('Appearance')
  assert.deepEqual(await alice.page.evaluate(() => Reflect.get(window, 'moved')), [])
})

scenario('states, bubbles and the focus are told apart in forced colours, and lines grow strong where more contrast is wished', {}, async ({ signedUp, cable }) => {
  const line = await cable()
  const alice = await signedUp('Alice Marsh', { address: line.address })
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  await dana.openChatWith(alice)
  await dana.say('One unread')
  await bob.openChatWith(alice)
  await bob.say('It whistles')
  await alice.openChatWith(bob)
  await alice.say('Good')
  await seen(alice.tick('Good', /^Read at/))
  line.cut()
  await seen(alice.page.getByText('No connection.'))
  await alice.say('Waits here')
  await alice.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  const bubble = (/** @type {string} */ text) => alice.message(text).locator('.bubble').evaluate(node => {
    const { borderTopStyle, borderTopWidth, borderTopColor, borderInlineEndWidth, outlineStyle, boxShadow } = getComputedStyle(node)
    return { style: borderTopStyle, width: parseFloat(borderTopWidth), colour: borderTopColor, end: borderInlineEndWidth, around: outlineStyle, shadow: boxShadow }
  })
  const [theirs, own, waiting] = await Promise.all([bubble('It whistles'), bubble('Good'), bubble('Waits here')])
  for (const one of [theirs, own]) assert.ok(one.style === 'solid' && one.width >= 1, JSON.stringify(one))
  assert.equal(waiting.around, 'dashed')
  assert.notDeepEqual(own, theirs, 'own bubbles look like those of others')
  const badge = alice.chatRow(dana).locator('[data-ref=badge]')
  const badgeLook = await badge.evaluate(node => {
    const { borderTopWidth, outlineWidth, backgroundColor } = getComputedStyle(node)
    return { edge: parseFloat(borderTopWidth) + parseFloat(outlineWidth), backgroundColor, behind: getComputedStyle(document.body).backgroundColor }
  })
  assert.ok(badgeLook.edge >= 1 || badgeLook.backgroundColor !== badgeLook.behind, JSON.stringify(badgeLook))
  await alice.page.keyboard.press('Shift')
  await alice.chatRow(dana).focus()
  const ring = await alice.chatRow(dana).evaluate(node => parseFloat(getComputedStyle(node).outlineWidth))
  assert.ok(ring >= 2, `a focus ring of ${ring} px`)
  await draw(alice.page, 'forced-colours-desktop')

  await alice.page.emulateMedia({ forcedColors: 'none', contrast: 'no-preference', reducedMotion: 'reduce' })
  const before = await bubble('It whistles')
  await alice.page.emulateMedia({ contrast: 'more', reducedMotion: 'reduce' })
  await eventually('bubbles have outlines', async () => (await bubble('It whistles')).shadow !== before.shadow)
  await draw(alice.page, 'more-contrast-desktop')
})
