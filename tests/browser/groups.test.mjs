// Groups: made by a newcomer, talked in, added to, renamed, left; who has read what, by name or by number; by mouse, finger and
// keyboard.
import assert from 'node:assert/strict'
import { eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** All sign up from one address: more of them than it may otherwise. */
const ONE_ADDRESS = { CHINWAG_SIGNUP_ADDRESS: 'off' }

/** On a phone it is all that is on the page. @param {import('playwright-core').Page} page */
const panelOf = page => page.getByRole('complementary', { name: 'Details' }).or(page.getByRole('main', { name: 'Details' }))

/** @param {Person} person */
const parts = ({ page, people }) => ({
  form: page.getByRole('dialog', { name: /^(New group|Add people)$/ }),
  panel: panelOf(page),
  confirm: page.getByRole('alertdialog'),
  /** @param {string} name */
  row: name => people.getByRole('list', { name: 'Chats' }).getByRole('link', { name: new RegExp(`^${name}(,|$)`) }),
  /** @param {string | RegExp} name */
  member: name => panelOf(page).getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: name }),
})

/**
 * @param {Person} person
 * @param {string} name
 * @param {Person[]} others
 */
async function makeGroup(person, name, others) {
  const { form } = parts(person)
  await person.people.getByRole('button', { name: 'New group' }).click()
  await form.getByRole('textbox', { name: 'Name of the group' }).fill(name)
  for (const other of others) await form.getByRole('option', { name: other.name }).click()
  await form.getByRole('button', { name: 'Create group' }).click()
  await seen(person.page.getByRole('heading', { name, level: 1 }))
  await gone(form)
}

/** @param {Person} person */
async function openDetails(person) {
  const button = person.page.getByRole('button', { name: 'Details of this chat', pressed: false })
  if (await button.isVisible()) await button.click() // where there is room it stays open
  await seen(parts(person).panel)
}

/** @param {Person} person @param {string} name */
async function openGroup(person, name) {
  await person.toList()
  await parts(person).row(name).click()
  await seen(person.page.getByRole('heading', { name, level: 1 }))
}

scenario('a newcomer makes a group, all talk in it, and each message says who has it', { sizes }, async ({ signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const priya = await signedUp('Priya Nair')
  const { form, row } = parts(alice)
  await seen(alice.personRow(priya))

  // What is missing is said under the fields, and nothing typed is lost.
  await alice.people.getByRole('button', { name: 'New group' }).click()
  await form.getByRole('button', { name: 'Create group' }).click()
  await seen(form.getByText('Give the group a name.'))
  await seen(form.getByText('Choose at least one person.'))
  await checkScreen(alice.page, `group-new-light-${size}`)
  await form.getByRole('textbox', { name: 'Name of the group' }).fill('Sunday lunch')
  await form.getByRole('combobox', { name: 'People' }).fill('har')
  await form.getByRole('option', { name: 'Bob Hargreaves' }).click()
  await form.getByRole('option', { name: 'Priya Nair' }).click()
  await seen(form.getByRole('button', { name: 'Do not choose Priya Nair' }))
  // Pressed twice while the first answer is out; a press after it would be one on the page behind.
  let letGo = () => {}
  const held = new Promise(resolve => { letGo = () => resolve(undefined) })
  await alice.page.route('**/api/v1/conversations', async route => {
    await held
    await route.continue()
  })
  await form.getByRole('button', { name: 'Create group' }).dblclick()
  letGo()
  await seen(alice.page.getByRole('heading', { name: 'Sunday lunch', level: 1 }))
  await seen(alice.page.getByText('3 people · 3 online'))
  await seen(alice.log.getByText('You made the group “Sunday lunch”'))
  if (size === 'desktop') await eventually('the composer has the focus', () => alice.composer.evaluate(node => node === document.activeElement))
  await alice.toList()
  assert.equal(await row('Sunday lunch').count(), 1)

  // It appears at the others by itself.
  await openGroup(bob, 'Sunday lunch')
  await seen(bob.log.getByText('Alice made the group “Sunday lunch”'))
  await openGroup(alice, 'Sunday lunch')
  await alice.say('Is Sunday still on?')
  await seen(bob.message('Is Sunday still on?').getByText('Alice'))
  await seen(alice.words('Read by 1 of 2 · waiting for Priya').or(alice.words('Read by 1 of 2')))
  await alice.words(/^Read by 1 of 2/).click()
  const info = alice.page.getByRole('dialog', { name: 'Message info' })
  await seen(info.getByRole('heading', { name: 'Read by 1' }))
  assert.match((await info.getByRole('listitem').filter({ hasText: 'Bob Hargreaves' }).innerText()), /\d\d:\d\d/)
  await checkScreen(alice.page, `group-info-light-${size}`)
  await alice.page.keyboard.press('Escape')
  await openGroup(priya, 'Sunday lunch')
  await seen(alice.words('Read by all 2'))
  await priya.say('Very much. Roast at one, at ours.')
  await bob.say('In. I’ll bring Mum.')
  await seen(alice.message('In. I’ll bring Mum.'))
  const areTyping = seen(alice.page.getByText(/^(Bob and Priya|Priya and Bob) are typing…$/))
  await Promise.all([bob.writeUntil(areTyping), priya.writeUntil(areTyping)])
  await checkScreen(alice.page, `group-chat-light-${size}`)
})

scenario('an owner renames, adds and removes; members leave; each is said in words at everybody’s', { sizes }, async ({ signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const dana = await signedUp('Dana Okafor')
  const { panel, confirm, member, form } = parts(alice)
  await seen(alice.personRow(dana))
  await makeGroup(alice, 'Lunch', [bob])
  await openGroup(bob, 'Lunch')
  await openDetails(alice)
  await seen(member('Alice Marsh').getByText('Owner'))
  if (size === 'phone') {
    await gone(alice.composer)
    await alice.page.goBack()
    await seen(alice.composer)
    await openDetails(alice)
  }
  assert.equal(await parts(bob).panel.getByRole('button', { name: 'Add' }).count(), 0)

  await panel.getByRole('button', { name: 'Rename the group' }).click()
  await panel.getByRole('textbox', { name: 'Name of the group' }).fill('Sunday lunch')
  await alice.page.keyboard.press('Enter')
  await seen(panel.getByRole('heading', { name: 'Sunday lunch' }))
  await seen(bob.log.getByText('Alice renamed the group to “Sunday lunch”'))
  await seen(bob.page.getByRole('heading', { name: 'Sunday lunch', level: 1 }))

  await panel.getByRole('button', { name: 'Add' }).click()
  await form.getByRole('option', { name: 'Dana Okafor' }).click()
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await seen(member('Dana Okafor'))
  await panel.getByRole('button', { name: 'Mute', exact: true }).click()
  await panel.getByRole('button', { name: 'Mute until I turn it back on' }).click()
  await panel.getByRole('button', { name: /^Unmute/ }).click()
  await seen(panel.getByRole('button', { name: 'Mute', exact: true }))
  await seen(bob.log.getByText('Alice added Dana'))
  await openGroup(dana, 'Sunday lunch')
  await seen(dana.log.getByText('Alice added you'))
  await checkScreen(alice.page, `group-details-light-${size}`)
  await alice.page.emulateMedia({ colorScheme: 'dark' })
  await checkScreen(alice.page, `group-details-dark-${size}`)
  await alice.page.emulateMedia({ colorScheme: 'light' })

  // Removed while reading and writing: told so, with what was begun still there.
  await bob.composer.fill('I was about to say')
  await member('Bob Hargreaves').getByRole('button', { name: 'Remove Bob Hargreaves from the group' }).click()
  await seen(confirm.getByText('Bob keeps what was said up to now and hears nothing later.'))
  await confirm.getByRole('button', { name: 'Remove' }).click()
  await gone(member('Bob Hargreaves'))
  await seen(bob.page.getByText(/^Alice removed you from this group today at \d\d:\d\d\.$/))
  await seen(bob.page.getByText('I was about to say'))
  await gone(bob.composer)
  await checkScreen(bob.page, `group-over-light-${size}`)
  if (size === 'phone') await alice.page.goBack()
  await alice.say('Without Bob')

  // In again: the first time and the second stand in one log.
  await openDetails(alice)
  await panel.getByRole('button', { name: 'Add' }).click()
  await form.getByRole('option', { name: 'Bob Hargreaves' }).click()
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await seen(bob.composer)
  await seen(bob.log.getByText('You were not in the group for a while'))
  await bob.reload()
  await seen(bob.log.getByText('You were not in the group for a while'))
  await seen(bob.log.getByText('Alice renamed the group to “Sunday lunch”'))
  assert.equal(await bob.message('Without Bob').count(), 0)

  // The last owner goes: who follows is said before and true after. Bob came back later than Dana came.
  await panel.getByRole('button', { name: 'Leave group' }).click()
  await seen(confirm.getByText(/Dana, who has been in it longest, becomes the owner/))
  await eventually('the safe choice has the focus', () => confirm.getByRole('button', { name: 'Stay' }).evaluate(node => node === document.activeElement))
  await confirm.getByRole('button', { name: 'Leave group' }).click()
  await seen(panel.getByRole('heading', { name: 'Sunday lunch' }))
  await gone(panel.getByRole('button', { name: 'Leave group' }))
  if (size === 'phone') await alice.page.goBack()
  await seen(alice.page.getByText(/^You left this group today at/))
  await openDetails(dana)
  await seen(parts(dana).member('Dana Okafor').getByText('Owner'))
  await seen(dana.page.getByRole('button', { name: 'Rename the group' }))
  await alice.toList()
  await seen(alice.people.getByRole('link', { name: /^Sunday lunch, no longer a member/ }))
})

scenario('in a group of sixty numbers are told, live and after a reload, and members are found by name', { settings: ONE_ADDRESS }, async ({ person, signedUp }) => {
  console.log(`raised: ${JSON.stringify(ONE_ADDRESS)}`)
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const others = []
  const guest = await person('Guest')
  for (let i = 0; i < 58; i += 1) {
    const username = `guest${i}`
    const answer = await guest.post('/api/v1/signup', { username, password: 'seven wobbly teapots at dawn', displayName: `Guest ${i}` })
    others.push((await answer.json()).user.id)
  }
  const bobs = await (await bob.context.request.get(`${bob.address}/api/v1/me`)).json()
  const made = await alice.post('/api/v1/conversations', { kind: 'group', name: 'The street', members: [bobs.user.id, ...others] })
  assert.equal(made.status(), 201)
  await openGroup(alice, 'The street')
  await alice.say('Bins are on Tuesday')
  await openGroup(bob, 'The street')
  const told = alice.words('Delivered to 1 of 59 · read by 1')
  await seen(told)
  await alice.reload()
  await seen(told)
  await openDetails(alice)
  const { panel, member } = parts(alice)
  await panel.getByRole('searchbox', { name: 'Find a member' }).fill('guest 57')
  const rows = panel.getByRole('list', { name: 'Members' }).getByRole('listitem')
  await eventually('one is found', async () => (await rows.count()) === 1)
  await seen(member('Guest 57'))
  await panel.getByRole('searchbox', { name: 'Find a member' }).fill('')
  await panel.getByRole('heading', { name: 'Who sees receipts' }).scrollIntoViewIfNeeded()
  await eventually('all sixty are listed', async () => (await rows.count()) === 60)
})

scenario('a group is made, looked into and left by keyboard alone', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  await seen(alice.personRow(bob))
  const { keyboard } = alice.page
  const { form, panel, confirm } = parts(alice)
  const hasFocus = (/** @type {import('playwright-core').Locator} */ target) => target.evaluate(node => node === document.activeElement)
  await alice.people.getByRole('button', { name: 'New group' }).focus()
  await keyboard.press('Enter')
  await keyboard.type('Walks')
  await keyboard.press('Tab')
  await keyboard.type('bob')
  await keyboard.press('Enter')
  await seen(form.getByRole('button', { name: 'Do not choose Bob Hargreaves' }))
  await keyboard.press('Backspace')
  await gone(form.getByRole('button', { name: 'Do not choose Bob Hargreaves' }))
  await keyboard.press('Enter')
  await form.getByRole('button', { name: 'Create group' }).focus()
  await keyboard.press('Enter')
  await seen(alice.page.getByRole('heading', { name: 'Walks', level: 1 }))
  await eventually('the composer has the focus', () => hasFocus(alice.composer))
  await keyboard.type('Hello all')
  await keyboard.press('Enter')
  await seen(alice.message('Hello all'))
  const button = alice.page.getByRole('button', { name: 'Details of this chat' })
  await button.focus()
  await keyboard.press('Enter')
  await seen(panel)
  await keyboard.press('Escape')
  await gone(panel)
  await eventually('the focus is back', () => hasFocus(button))
  await keyboard.press('Enter')
  await panel.getByRole('button', { name: 'Leave group' }).focus()
  await keyboard.press('Enter')
  await eventually('the safe choice has the focus', () => hasFocus(confirm.getByRole('button', { name: 'Stay' })))
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await gone(confirm)
  await seen(alice.page.getByText(/^You left this group/))
  await seen(bob.people.getByRole('link', { name: /^Walks/ }))
  // Of a person the same panel says who they are.
  await alice.openChatWith(bob)
  await seen(panel.getByText('@bob'))
  await seen(panel.getByText('Online'))
})
