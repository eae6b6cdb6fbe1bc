// Emoji: on messages, live and after a loss of connection; in the picker, by hand and by keyboard alone; in two languages.
import assert from 'node:assert/strict'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen, draw } from './support/screens.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

/** @param {Person} person @param {string} text @param {RegExp} name */
const chip = (person, text, name) => person.message(text).getByRole('button', { name })

/** @param {Person} person */
const picker = person => person.page.getByRole('dialog', { name: 'Emoji' })

/** Opens the picker for a message: beside it, or on a phone from its menu. @param {Person} person @param {string} text */
async function react(person, text) {
  if (person.size === 'phone') {
    await person.message(text).dispatchEvent('contextmenu')
    await person.page.getByRole('dialog', { name: 'Message actions' }).getByRole('button', { name: 'More emoji' }).tap()
  } else {
    await person.message(text).hover()
    await person.message(text).getByRole('button', { name: 'React' }).click()
  }
  await seen(picker(person).getByRole('button', { name: 'grinning face', exact: true }))
}

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  scenario(`two people react to each other, also over a loss of connection, ${theme}`, { sizes: ['desktop', 'phone'] }, async ({ signedUp, cable, size }) => {
    const line = await cable()
    const bob = await signedUp('Bob Hargreaves')
    const alice = await signedUp('Alice Marsh', { theme, address: line.address })
    await alice.openChatWith(bob)
    await alice.say('Shall we take the 8:40?')
    await bob.openChatWith(alice)
    await bob.say('Yes! The 8:40 is perfect.')
    await seen(alice.message('is perfect'))

    await react(alice, 'is perfect')
    await checkScreen(alice.page, `emoji-${theme}-${size}`)
    await picker(alice).getByRole('searchbox').fill('party pop')
    await picker(alice).getByRole('button', { name: 'party popper' }).click()
    await gone(picker(alice))
    await seen(chip(alice, 'is perfect', /^🎉, 1 person, you$/))
    await seen(chip(bob, 'is perfect', /^🎉, 1 person$/))
    await chip(bob, 'is perfect', /^🎉/).click()
    await seen(chip(alice, 'is perfect', /^🎉, 2 people, you$/))
    assert.equal(await chip(alice, 'is perfect', /^🎉/).getAttribute('aria-pressed'), 'true')
    assert.equal(await chip(alice, 'is perfect', /^🎉/).getAttribute('title'), 'You and Bob Hargreaves')

    await bob.message('Shall we take').dispatchEvent('contextmenu')
    if (theme === 'light') await checkScreen(bob.page, `emoji-menu-${size}`)
    if (size === 'phone') {
      await bob.page.setViewportSize({ width: 320, height: 640 })
      const menu = bob.page.getByRole('dialog', { name: 'Message actions' })
      assert.ok(await menu.evaluate(box => box.scrollWidth <= box.clientWidth), 'the menu fits the smallest phone')
      await bob.page.setViewportSize({ width: 390, height: 844 })
    }
    await bob.page.getByRole('dialog', { name: 'Message actions' }).getByRole('button', { name: '❤️' }).click()
    await seen(chip(alice, 'Shall we take', /^❤️, 1 person$/))
    await seen(alice.tick('Shall we take', /^Read at/))
    await checkScreen(alice.page, `reactions-${theme}-${size}`)

    line.cut()
    await seen(alice.page.getByText('No connection.'))
    await chip(alice, 'Shall we take', /^❤️/).click()
    await chip(alice, 'is perfect', /^🎉/).click()
    await seen(chip(alice, 'Shall we take', /^❤️, 2 people, you$/))
    await seen(chip(alice, 'is perfect', /^🎉, 1 person$/))
    assert.equal(await chip(bob, 'Shall we take', /^❤️/).getAttribute('aria-label'), '❤️, 1 person, you', 'Bob hears nothing yet')
    line.mend()
    await seen(chip(bob, 'Shall we take', /^❤️, 2 people, you$/))
    await seen(chip(bob, 'is perfect', /^🎉, 1 person, you$/))
    await alice.reload()
    await seen(chip(alice, 'Shall we take', /^❤️, 2 people, you$/))
  })
}

scenario('an emoji is found and set by keyboard alone, and remembered over a reload', {}, async ({ signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await signedUp('Alice Marsh')
  const { page } = alice
  const { keyboard } = page
  const hasFocus = (/** @type {import('playwright-core').Locator} */ locator) =>
    eventually(`${locator} has the focus`, async () => (await locator.count()) === 1 && locator.evaluate(node => node === document.activeElement))
  await alice.openChatWith(bob)
  await alice.say('Tea?')
  await seen(alice.tick('Tea?', /^(Stored|Delivered)/)) // nobody reacts to what is not stored
  await alice.message('Tea?').focus()
  await keyboard.press('e')
  const search = picker(alice).getByRole('searchbox')
  await hasFocus(search)
  await keyboard.press('Escape')
  await gone(picker(alice))
  await hasFocus(alice.message('Tea?'))

  await keyboard.press('e')
  await seen(picker(alice).getByRole('button', { name: 'grinning face', exact: true }))
  await keyboard.press('ArrowDown')
  await hasFocus(picker(alice).getByRole('button', { name: 'thumbs up', exact: true }).first())
  await keyboard.press('ArrowRight')
  await hasFocus(picker(alice).getByRole('button', { name: 'red heart', exact: true }).first())
  await keyboard.press('ArrowDown')
  await hasFocus(picker(alice).getByRole('button', { name: 'grinning face with big eyes', exact: true }))
  await keyboard.press('ArrowUp')
  await keyboard.press('ArrowUp')
  await hasFocus(search)
  await keyboard.type('hot bev')
  await seen(picker(alice).getByRole('button', { name: 'hot beverage' }))
  await keyboard.press('Enter')
  await seen(chip(alice, 'Tea?', /^☕, 1 person, you$/))
  await hasFocus(alice.message('Tea?'))
  await keyboard.press('ArrowRight')
  await hasFocus(chip(alice, 'Tea?', /^☕/))
  await keyboard.press('Enter')
  await gone(chip(alice, 'Tea?', /^☕/))

  await alice.reload()
  await page.getByRole('main').getByRole('button', { name: 'Emoji' }).click()
  await seen(picker(alice).getByRole('button', { name: 'hot beverage' }).first())
  await keyboard.press('ArrowDown')
  await hasFocus(picker(alice).getByRole('button', { name: 'hot beverage' }).first())
  await keyboard.press('Escape')
  await alice.composer.fill('One or two ?')
  await alice.composer.evaluate(box => /** @type {HTMLTextAreaElement} */ (box).setSelectionRange(11, 11))
  await page.getByRole('main').getByRole('button', { name: 'Emoji' }).click()
  await keyboard.type('zzzz')
  await seen(picker(alice).getByText('No emoji found for “zzzz”'))
  await search.fill('raised hand')
  await picker(alice).getByRole('combobox', { name: 'Skin tone' }).selectOption('3')
  await picker(alice).getByRole('button', { name: 'raised hand', exact: true }).click()
  await hasFocus(alice.composer)
  assert.equal(await alice.composer.inputValue(), 'One or two ✋🏽?')
})

scenario('emoji are found in the language of the page, and one that does not come is said', {}, async ({ signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await signedUp('Alice Marsh')
  const { page } = alice
  await page.evaluate(() => localStorage.setItem('chinwag.settings', JSON.stringify({ language: 'de' })))
  let isDown = true
  await page.route('**/emoji/de.json', route => (isDown ? route.abort() : route.continue()))
  alice.expectLostConnections()
  await page.goto(`${alice.address}/`)
  await page.reload()
  await page.getByRole('navigation').getByRole('link', { name: /^Bob/ }).first().click()
  await page.getByRole('main').getByRole('button', { name: 'Emoji' }).click()
  await seen(page.getByText('Die Emojis wurden nicht geladen'))
  isDown = false
  await page.getByRole('button', { name: 'Erneut versuchen' }).click()
  await seen(page.getByRole('button', { name: 'grinsendes Gesicht', exact: true }))
  await page.getByRole('searchbox', { name: 'Emoji suchen' }).fill('herz')
  await seen(page.getByRole('button', { name: 'rotes Herz' }))
  await draw(page, 'emoji-german')
  await page.getByRole('button', { name: 'rotes Herz' }).click()
  assert.equal(await page.getByRole('main').getByRole('textbox').inputValue(), '❤️')
  await bob.openChatWith(alice)
})
