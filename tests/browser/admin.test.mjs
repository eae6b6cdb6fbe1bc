// Running a server: taking it when it is fresh, saying who may come in, and looking after people, never their messages.
import assert from 'node:assert/strict'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

const sizes = /** @type {const} */ (['desktop', 'phone'])
const NEW_PASSWORD = 'nineteen loud lighthouses at dusk'

/** What the console shows while nobody runs the server. @param {import('./support/server.mjs').Server} server */
const codeOn = server => eventually('the console shows a code', () => /#code=([\w-]+)/.exec(server.output)?.[1])

/** What stands in the box of a link that is shown, with what it leads to. @param {import('playwright-core').Locator} pane @param {string} name */
async function linkIn(pane, name) {
  const box = pane.getByRole('textbox', { name })
  await seen(box)
  return box.inputValue()
}

/** @param {Person} person */
const hashOf = person => person.page.evaluate(() => location.hash)

scenario('the owner takes a fresh server by the link on its console, invites by link, and each place is taken once', { sizes }, async ({ server, person, size }) => {
  const owner = await person('Olga')
  await owner.open(`#code=${await codeOn(server)}`)
  await seen(owner.page.getByText(/^You come with the server’s code/))
  await eventually('the code is off the address bar', async () => (await hashOf(owner)) === '')
  await checkScreen(owner.page, `sign-up-code-light-${size}`)
  await owner.signUp()
  await owner.live()
  await seen(owner.page.getByText(/^You are the admin of this server now/))

  const pane = await owner.openSettings('Server')
  await pane.getByRole('combobox', { name: 'Who may sign up' }).selectOption({ label: 'Whoever has an invitation' })
  await seen(pane.getByText('Saved.'))
  await seen(pane.getByText('No invitation is open.'))
  await pane.getByRole('button', { name: 'Make an invitation' }).click()
  const link = await linkIn(pane, 'Invitation link')
  await seen(pane.getByRole('img', { name: 'The link as a QR code' }))
  await seen(pane.getByText(/^0 of 1 used · until /))
  await pane.getByRole('button', { name: 'Copy link' }).click()
  await seen(pane.getByText('Copied.'))
  await pane.getByRole('img', { name: 'The link as a QR code' }).scrollIntoViewIfNeeded()
  await checkScreen(owner.page, `settings-server-light-${size}`)

  const uninvited = await person('Eve')
  await uninvited.open()
  await uninvited.page.getByRole('tab', { name: 'Create account' }).click()
  await seen(uninvited.page.getByText(/^Signing up here needs an invitation/))
  await gone(uninvited.page.getByRole('textbox', { name: 'Username' }))
  await checkScreen(uninvited.page, `sign-up-shut-light-${size}`)
  await uninvited.page.getByRole('tab', { name: 'Log in' }).click()
  await seen(uninvited.page.getByRole('textbox', { name: 'Username' }))

  const ben = await person('Ben')
  await ben.open(new URL(link).hash)
  await seen(ben.page.getByText('You are invited. Choose a name and a password.'))
  await ben.signUp()
  await ben.live()
  const late = await person('Lea')
  await late.open(new URL(link).hash)
  await seen(late.page.getByText('This invitation does not hold any more. Ask for a new one.'))
  await gone(late.page.getByRole('textbox', { name: 'Username' }))

  await owner.page.keyboard.press('Escape')
  const again = await owner.openSettings('Server')
  await seen(again.getByText(/^1 of 1 used · until /))
  await again.getByRole('button', { name: /^Take back invitation/ }).click()
  await seen(again.getByText('No invitation is open.'))
})

scenario('whoever is disabled is told, comes back when enabled, and sets a new password by a link that works once', { sizes }, async ({ server, person, signedUp, size }) => {
  const owner = await signedUp('Olga')
  const ben = await signedUp('Ben')
  await owner.page.goto(`${owner.address}/#code=${await codeOn(server)}`)
  const question = owner.page.getByRole('alertdialog')
  await question.getByRole('button', { name: 'Become admin' }).click()
  await seen(owner.page.getByText(/^You are the admin of this server now/))

  const other = await person('Olga', { theme: 'dark' })
  await other.open()
  await other.logIn()
  await other.live()
  const pane = await other.openSettings('Server')
  const people = pane.getByRole('list', { name: 'People' })
  const row = people.getByRole('listitem').filter({ hasText: 'Ben' })
  await row.getByRole('button', { name: 'Change Ben' }).click()
  await row.getByRole('button', { name: 'Disable' }).scrollIntoViewIfNeeded()
  await checkScreen(other.page, `settings-server-people-dark-${size}`)
  await row.getByRole('button', { name: 'Disable' }).click()
  await other.page.getByRole('alertdialog').getByRole('button', { name: 'Disable', exact: true }).click()
  await seen(ben.page.getByText(/^This account is switched off/))
  await seen(row.getByText('Disabled', { exact: true }))
  await row.getByRole('button', { name: 'Enable' }).click()
  await gone(row.getByText('Disabled', { exact: true }))

  await row.getByRole('button', { name: 'Link for a new password' }).click()
  await other.page.getByRole('alertdialog').getByRole('button', { name: 'Make the link' }).click()
  const link = await linkIn(pane, 'Link for Ben')
  await seen(pane.getByText('It is shown only now, works once, and holds for a day.'))
  assert.ok(!JSON.stringify(await other.page.evaluate(() => ({ ...localStorage, ...sessionStorage }))).includes(link))

  const guest = await person('Ben')
  await guest.page.goto(link)
  const field = guest.page.getByLabel('New password', { exact: true })
  await seen(field)
  await eventually('the token is off the address bar', async () => (await hashOf(guest)) === '')
  await field.fill(NEW_PASSWORD)
  await checkScreen(guest.page, `new-password-light-${size}`)
  await guest.page.getByRole('button', { name: 'Set password' }).click()
  await eventually('the name is filled in', async () => (await guest.page.getByRole('textbox', { name: 'Username' }).inputValue()) === 'ben')
  await guest.logIn({ password: NEW_PASSWORD })
  await guest.live()

  const thief = await person('Eve')
  thief.expectStatus(403)
  await thief.page.goto(link)
  await thief.page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
  await thief.page.getByRole('button', { name: 'Set password' }).click()
  await seen(thief.page.getByText('This link does not hold any more.'))
  await thief.page.getByRole('button', { name: 'To log in' }).click()
  await seen(thief.page.getByRole('tab', { name: 'Log in' }))
})

scenario('on a fresh server whoever has the code may also type it, and a wrong one is told', {}, async ({ server, person }) => {
  const code = await codeOn(server)
  const owner = await person('Olga')
  owner.expectStatus(403)
  await owner.open()
  await owner.page.getByRole('tab', { name: 'Create account' }).click()
  await owner.page.getByRole('button', { name: 'I have the server’s code' }).click()
  const field = owner.page.getByRole('textbox', { name: 'The server’s code' })
  await field.fill('K7QF')
  await owner.signUp()
  await seen(owner.page.getByText('That is not the server’s code.'))
  await field.fill(code.toLowerCase().replaceAll('-', ' '))
  await owner.page.getByRole('button', { name: 'Create account' }).click()
  await owner.live()
  await seen((await owner.openSettings('Server')).getByText(/^1 person has an account here/))
  const other = await person('Ben')
  await other.createAccount()
  await other.open()
  await other.openSettings('Keyboard')
  assert.equal(await other.page.getByRole('tab', { name: 'Server' }).count(), 0)
})
