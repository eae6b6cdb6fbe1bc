// Without a mouse: everything one needs to sign up, find someone, write, read back and leave.
import assert from 'node:assert/strict'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

/**
 * Presses Tab until something has the focus, as someone without a mouse does.
 * @param {import('./support/person.mjs').Person} person
 * @param {import('playwright-core').Locator} target
 */
async function tabTo(person, target) {
  for (let press = 0; press < 40; press += 1) {
    if (await hasFocus(target)) return
    await person.page.keyboard.press('Tab')
  }
  assert.fail(`Tab does not reach ${target}`)
}

/** @param {import('playwright-core').Locator} target */
async function hasFocus(target) {
  return (await target.count()) > 0 && target.first().evaluate(node => node === document.activeElement)
}

scenario('from signing up to an answered message, and out again, by keyboard alone', {}, async ({ person, signedUp }) => {
  const bob = await signedUp('Bob Hargreaves')
  const alice = await person('alice') // who signs up is called by the username until they say otherwise
  const { keyboard } = alice.page
  await alice.open()
  await tabTo(alice, alice.page.getByRole('tab', { name: 'Log in' }))
  await keyboard.press('ArrowRight')
  const signUpTab = alice.page.getByRole('tab', { name: 'Create account' })
  await eventually('the other tab is chosen', async () => (await signUpTab.getAttribute('aria-selected')) === 'true')
  await tabTo(alice, alice.page.getByRole('textbox', { name: 'Username' }))
  await keyboard.type('alice')
  await tabTo(alice, alice.page.getByRole('textbox', { name: 'Password', exact: true }))
  await keyboard.type(alice.password)
  await keyboard.press('Enter')
  await alice.live()

  await keyboard.press('Control+k')
  await eventually('the palette has the focus', () => hasFocus(alice.palette))
  await keyboard.type('bob')
  await seen(alice.offer(/^Bob Hargreaves/))
  await keyboard.press('Enter')
  await eventually('the composer has the focus', () => hasFocus(alice.composer))
  await keyboard.type('First line')
  await keyboard.press('Shift+Enter')
  await keyboard.type('second line')
  await keyboard.press('Enter')
  await seen(alice.tick('First line', /^Delivered at/))

  await bob.openChatWith(alice)
  await bob.say('An answer')
  await seen(alice.message('An answer'))
  await keyboard.press('Shift+Tab')
  await eventually('a message has the focus', () => hasFocus(alice.message('An answer')))
  await keyboard.press('ArrowUp')
  await eventually('the one above has it', () => hasFocus(alice.message('First line')))
  await keyboard.press('End')
  await keyboard.press('r')
  await eventually('replying', () => hasFocus(alice.composer))
  await keyboard.type('An answer to the answer')
  await keyboard.press('Enter')
  await seen(bob.message('An answer to the answer').getByText('An answer', { exact: true }))

  await keyboard.press('Control+,')
  const dialog = alice.page.getByRole('dialog', { name: 'Settings' })
  await seen(dialog)
  await keyboard.press('Escape')
  await gone(dialog)
  await tabTo(alice, alice.people.getByRole('button', { name: 'Log out' }))
  await keyboard.press('Enter')
  await seen(alice.page.getByRole('tab', { name: 'Log in' }))
})

scenario('the arrow keys move through chats and people, and Enter opens', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  await seen(alice.personRow(dana, 'online'))
  await tabTo(alice, alice.page.getByRole('button', { name: /^Search or jump/ }))
  await alice.page.keyboard.press('Tab')
  await eventually('a group can be made', () => hasFocus(alice.page.getByRole('button', { name: 'New group' })))
  await alice.page.keyboard.press('Tab')
  await eventually('the first person has the focus', () => hasFocus(alice.personRow(bob)))
  await alice.page.keyboard.press('ArrowDown')
  await eventually('the second has it', () => hasFocus(alice.personRow(dana)))
  await alice.page.keyboard.press('Enter')
  await seen(alice.page.getByRole('heading', { name: 'Dana Okafor' }))
})

scenario('the last own message is edited with the up arrow, and a message is deleted from its menu', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await alice.openChatWith(bob)
  await alice.say('Plattform 2')
  await seen(bob.message('Plattform 2'))
  await seen(alice.tick('Plattform 2', /^(Stored|Delivered|Read)/))
  const { keyboard } = alice.page
  await keyboard.press('ArrowUp')
  await eventually('the text is back in the composer', async () => (await alice.composer.inputValue()) === 'Plattform 2')
  await alice.composer.fill('Platform 2')
  await keyboard.press('Enter')
  await seen(bob.message('Platform 2').getByText('edited'))

  await keyboard.press('Shift+Tab')
  await eventually('the message has the focus', () => hasFocus(alice.message('Platform 2')))
  await keyboard.press('Enter')
  const menu = alice.page.getByRole('menu', { name: 'Message actions' })
  await seen(menu)
  await menu.getByRole('menuitem', { name: 'Delete for everyone' }).press('Enter')
  const question = alice.page.getByRole('alertdialog')
  await seen(question)
  await tabTo(alice, question.getByRole('button', { name: 'Delete message' }))
  await keyboard.press('Enter')
  await seen(bob.log.getByText('Alice deleted this message'))
  assert.equal(await bob.message('Platform 2').count(), 0)
})
