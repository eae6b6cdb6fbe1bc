// Read receipts switched off: what others see of one's reading ends at 'delivered', and so does what one sees of theirs.
import { eventually, gone, never, seen, turnOn } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** @param {Person} person */
async function readReceiptsOf(person) {
  const dialog = await person.openSettings('Privacy')
  return dialog.getByRole('switch', { name: 'Read receipts' })
}

/** @param {Person} person @param {number} [after] */
const hasRead = (person, after = 0) => person.sent.filter(({ type }) => type === 'receipt.read').length > after

scenario('with read receipts off nobody is told what one reads, and one is not told what others read', { sizes }, async ({ person, signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const other = await person('Bob Hargreaves', { size: 'desktop' })
  await other.open()
  await other.logIn()
  await other.live()

  const here = await readReceiptsOf(bob)
  const there = await readReceiptsOf(other)
  await here.click()
  for (const control of [here, there]) {
    await eventually('the switch is off', async () => (await control.getAttribute('aria-checked')) === 'false')
  }
  for (const device of [bob, other]) await device.page.getByRole('button', { name: 'Close settings' }).filter({ visible: true }).first().click()

  await alice.openChatWith(bob)
  await alice.say('Have you read this?')
  const unread = other.people.getByRole('link', { name: /^Alice Marsh, online, 1 unread/ })
  await seen(unread)
  await bob.openChatWith(alice)
  await seen(bob.message('Have you read this?'))
  await eventually('Bob has read it', () => hasRead(bob))
  await gone(unread)
  await seen(alice.tick('Have you read this?', /^Delivered at/))
  await never('Alice is told', () => alice.tick('Have you read this?', /^Read at/).isVisible(), 1_500)
  await alice.reload()
  await seen(alice.tick('Have you read this?', /^Delivered at/))

  await bob.say('Who knows')
  await seen(alice.message('Who knows'))
  await eventually('Alice has read it', () => hasRead(alice))
  await seen(bob.tick('Who knows', /^Delivered at/))
  await never('Bob is told', () => bob.tick('Who knows', /^Read at/).isVisible(), 1_500)
  await bob.choose('Who knows', 'Message info')
  const info = bob.page.getByRole('dialog', { name: 'Message info' })
  await seen(info.getByText('Your read receipts are off, so you are not told who reads this.'))
  await info.getByRole('button', { name: 'Close' }).click()
  await bob.reload()
  await seen(bob.tick('Who knows', /^Delivered at/))

  await turnOn(await readReceiptsOf(bob))
  await bob.page.getByRole('button', { name: 'Close settings' }).filter({ visible: true }).first().click()
  await bob.openChatWith(alice)
  await alice.say('And this?')
  for (const text of ['And this?', 'Have you read this?']) await seen(alice.tick(text, /^Read at/))
  await bob.say('Yes')
  await seen(bob.tick('Yes', /^Read at/))
  await seen(bob.tick('Who knows', /^Delivered at/))
})

/** What lies over a whole chat on a phone: how it opens, and what is there when it has. @type {ReadonlyArray<readonly [string, (person: Person) => Promise<void>]>} */
const screens = [
  ['search', async ({ page }) => {
    await page.getByRole('button', { name: 'Search in this chat' }).click()
    await seen(page.getByRole('searchbox', { name: 'Search messages' }))
  }],
  ['palette', async ({ page, palette }) => {
    await page.keyboard.press('Control+k')
    await seen(palette)
  }],
  ['settings', async ({ page }) => {
    await page.keyboard.press('Control+,')
    await seen(page.getByRole('dialog', { name: 'Settings' }))
  }],
  ['details', async ({ page }) => {
    await page.getByRole('button', { name: 'Details of this chat' }).click()
    await gone(page.getByRole('log'))
  }],
]

scenario('what lies behind another screen is not read before that is gone', { sizes: ['phone'] }, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh', { size: 'desktop' })
  const bob = await signedUp('Bob Hargreaves')
  await alice.openChatWith(bob)
  await bob.openChatWith(alice)
  for (const [name, open] of screens) {
    const text = `Written while the ${name} is there`
    await open(bob)
    const before = bob.sent.filter(({ type }) => type === 'receipt.read').length
    await alice.say(text)
    await seen(alice.tick(text, /^Delivered at/))
    await never(`it is read behind the ${name}`, () => hasRead(bob, before), 2_500)
    if (name === 'details' || name === 'search') await bob.page.goBack()
    else await bob.page.keyboard.press('Escape')
    await seen(bob.message(text))
    await seen(alice.tick(text, /^Read at/))
  }
})
