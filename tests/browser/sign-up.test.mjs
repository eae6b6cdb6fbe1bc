// Becoming a user: the name must be free, the password strong, and everybody else sees the newcomer at once.
import assert from 'node:assert/strict'
import { gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

scenario('signing up leads into the chat, without a second log-in', { sizes }, async ({ person }) => {
  const alice = await person('Alice')
  await alice.open()
  await alice.signUp()
  await alice.live()
  await seen(alice.people.getByText('Alice', { exact: true }))
})

scenario('whoever is there sees a new person appear, online, without reloading', { sizes }, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  await seen(alice.people.getByText('Nobody else is here yet. People appear as soon as they sign up.'))
  const bob = await person('Bob')
  await bob.open()
  await bob.signUp()
  await bob.live()
  await seen(alice.personRow(bob, 'online'))
  await seen(bob.personRow(alice, 'online'))
})

scenario('a name that is taken, in whatever case, is refused under the field and keeps what was typed', { sizes }, async ({ person, signedUp, size }) => {
  await signedUp('Bob Hargreaves')
  const other = await person('Bobby')
  other.expectStatus(409)
  await other.open()
  await other.signUp({ username: 'BOB' })
  await seen(other.page.getByText('“BOB” is taken. Try bob2, or log in instead.'))
  const field = other.page.getByRole('textbox', { name: 'Username' })
  assert.equal(await field.inputValue(), 'BOB')
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  assert.ok(await field.evaluate(node => node === document.activeElement), 'the field that must change has the focus')

  await seen(other.page.getByRole('button', { name: 'I have the server’s code' }))
  await checkScreen(other.page, `sign-up-taken-light-${size}`)

  const take = other.page.getByRole('button', { name: 'Use bob2' })
  await field.fill('bobby')
  await gone(take)
  await field.fill('bob')
  await other.page.getByRole('button', { name: 'Create account' }).click()
  await take.click()
  await gone(take)
  assert.equal(await field.inputValue(), 'bob2')
  assert.equal(await field.getAttribute('aria-invalid'), null)
  await other.page.keyboard.press('Enter')
  await other.live()
  await seen(other.people.getByText('bob2', { exact: true }))
})

scenario('two people who sign up with one name at the same moment: exactly one gets it', {}, async ({ person }) => {
  const one = await person('Sam One')
  const other = await person('Sam Two')
  for (const each of [one, other]) {
    each.expectStatus(409)
    await each.open()
  }
  await Promise.all([one.signUp(), other.signUp()])
  const outcomes = await Promise.all([one, other].map(each =>
    each.page.getByText(/is taken\./).or(each.page.getByText(/^· \d+ online$/)).first().textContent()))
  assert.equal(outcomes.filter(text => /is taken/.test(text ?? '')).length, 1, outcomes.join(' | '))
})

scenario('a weak password is refused with advice, and its strength is told in words while typing', {}, async ({ person }) => {
  const alice = await person('Alice')
  alice.expectStatus(422)
  await alice.open()
  await alice.page.getByRole('tab', { name: 'Create account' }).click()
  await alice.page.getByRole('textbox', { name: 'Password', exact: true }).fill('password1')
  const meter = alice.page.getByRole('meter', { name: 'Password strength' })
  await seen(meter)
  await seen(alice.page.getByText(/^Weak/))
  await alice.signUp({ password: 'password1' })
  const field = alice.page.getByRole('textbox', { name: 'Password', exact: true })
  await seen(alice.page.locator('[aria-invalid=true]'))
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  await alice.signUp()
  await alice.live()
})

scenario('names that could pass for another, or hide characters, are refused with a sentence', {}, async ({ person, signedUp }) => {
  await signedUp('Paypal Person')
  const trickster = await person('Trickster')
  trickster.expectStatus(409)
  trickster.expectStatus(422)
  await trickster.open()
  for (const name of ['раyраl', 'bob\u200Bby', 'admin\u202Enimda', 'a']) {
    await trickster.signUp({ username: name })
    const field = trickster.page.getByRole('textbox', { name: 'Username' })
    await seen(trickster.page.locator('[aria-invalid=true]'))
    const described = await field.getAttribute('aria-describedby')
    assert.ok(described, `${JSON.stringify(name)} is refused where it was typed`)
    await field.fill('')
  }
})
