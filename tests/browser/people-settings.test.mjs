// What one chooses about chats and people: what is muted, who is blocked, what one says of oneself.
import assert from 'node:assert/strict'
import { eventually, gone, never, seen } from './support/eventually.mjs'
import { noticesOf, soundsOf } from './support/recording.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

/** @typedef {import('./support/person.mjs').Person} Person */

const sizes = /** @type {const} */ (['desktop', 'phone'])

/** The menu of a chat, by the button in its head. @param {Person} person @param {Person} other */
async function menuOf(person, other) {
  await person.page.getByRole('button', { name: `More about ${other.name}` }).click()
  const menu = person.page.getByRole('menu', { name: `More about ${other.name}` })
  await seen(menu)
  return menu
}

scenario('a muted chat says how much is unread and asks for nobody, on all devices', { sizes }, async ({ person, signedUp, size }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const bob = await signedUp('Bob Hargreaves')
  const other = await person('Alice Marsh', { size: 'desktop' })
  await other.open()
  await other.logIn()
  await other.live()
  await bob.openChatWith(alice)
  await bob.say('The 8:40 it is')
  await alice.openChatWith(bob)
  await seen(bob.tick('The 8:40 it is', /^Read /))
  const menu = await menuOf(alice, bob)
  assert.equal(await menu.getByRole('menuitem', { name: /^Mute/ }).count(), 3)
  await checkScreen(alice.page, `chat-menu-light-${size}`)
  await menu.getByRole('menuitem', { name: 'Mute for 1 hour' }).click()
  await alice.toList()
  await seen(other.people.getByRole('link', { name: /^Bob Hargreaves, online, muted,/ }))
  await alice.lookAway()
  const sounds = await soundsOf(alice.page)
  await bob.say('Are you there?')
  const row = other.people.getByRole('link', { name: /^Bob Hargreaves, online, 1 unread, muted/ })
  await seen(row)
  await never('the title counts it', async () => (await other.page.title()) !== 'Chinwag', 1_000)
  assert.deepEqual([await noticesOf(alice.page), await soundsOf(alice.page)], [[], sounds])
  await checkScreen(other.page, `muted-light-${size}`)
  await other.reload()
  await seen(row)
  await row.dispatchEvent('contextmenu')
  const theirs = other.page.getByRole('menu', { name: 'More about Bob Hargreaves' })
  await seen(other.page.getByText(/^Muted until (today|tomorrow) \d\d:\d\d$/))
  await theirs.getByRole('menuitem', { name: 'Unmute' }).click()
  await eventually('the title counts it', async () => (await other.page.title()) === '(1) Chinwag')
  await bob.say('Hello?')
  await eventually('Alice hears it again', async () => (await soundsOf(alice.page)) > sounds)
  await gone(alice.people.getByRole('link', { name: /muted/ }))
})

scenario('somebody who is blocked is kept away on all devices, and is promised nothing', { sizes }, async ({ person, signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const other = await person('Bob Hargreaves', { size: 'desktop', theme: 'dark' })
  await other.open()
  await other.logIn()
  await other.live()
  await alice.openChatWith(bob)
  await alice.say('Hello Bob')
  await bob.openChatWith(alice)
  await other.openChatWith(alice)
  await bob.say('What is it')
  await seen(alice.tick('Hello Bob', /^Read at/))

  const question = bob.page.getByRole('alertdialog', { name: 'Block Alice?' })
  await (await menuOf(bob, alice)).getByRole('menuitem', { name: 'Block Alice' }).click()
  await seen(question.getByText(/^What Alice writes to you alone is not shown to you/))
  assert.equal(await bob.page.evaluate(() => document.activeElement?.textContent), 'Do not block')
  await checkScreen(bob.page, `block-light-${size}`)
  await bob.page.keyboard.press('Enter')
  await gone(question)
  assert.equal(await bob.composer.isVisible(), true)
  await (await menuOf(bob, alice)).getByRole('menuitem', { name: 'Block Alice' }).click()
  await question.getByRole('button', { name: 'Block Alice' }).click()
  for (const device of [bob, other]) {
    await seen(device.page.getByText('You have blocked Alice. What Alice writes here is not shown to you.'))
    await seen(device.page.getByText('Presence unknown'))
    await gone(device.composer)
  }

  await seen(alice.page.getByText('Presence unknown'))
  for (const text of ['Why so quiet?', 'Bob?', 'Bob!']) await alice.say(text)
  await seen(alice.tick('Bob!', /^Stored /))
  await seen(alice.words(/^Stored \d\d:\d\d$/))
  await alice.choose('Bob!', 'Message info')
  await seen(alice.page.getByText('Not delivered yet'))
  assert.equal(await alice.page.getByText(/You will be told|will arrive|back/).filter({ visible: true }).count(), 0)
  await alice.page.keyboard.press('Escape')
  for (const device of [bob, other]) await seen(device.words('3 messages from Alice not shown'))
  await checkScreen(bob.page, `blocked-light-${size}`)
  await checkScreen(other.page, `blocked-dark-${size}`)

  const privacy = await bob.openSettings('Privacy')
  const row = privacy.getByRole('list', { name: 'Blocked people' }).getByRole('listitem')
  await seen(row.getByText('Alice Marsh'))
  await checkScreen(bob.page, `settings-blocked-light-${size}`)
  await row.getByRole('button', { name: 'Unblock Alice Marsh' }).click()
  await seen(privacy.getByText(/^You have blocked nobody/))
  await seen(other.composer)
  await alice.say('Still there?')
  await seen(other.message('Still there?'))
  await seen(alice.tick('Still there?', /^(Delivered|Read) at/))
  await seen(other.words('3 messages from Alice not shown'))
  await never('what was withheld is promised or told', () => alice.tick('Bob!', /^(Delivered|Read)/).isVisible(), 1_000)
})

/** Made in the page: a wide picture with a red middle between blue sides. @param {import('playwright-core').Page} page */
async function widePicture(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 1200
    canvas.height = 400
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.fillStyle = 'blue'
    context.fillRect(0, 0, 1200, 400)
    context.fillStyle = 'red'
    context.fillRect(400, 0, 400, 400)
    return canvas.toDataURL('image/png')
  })
  return { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') }
}

scenario('a status and a picture of one\u2019s own are seen by everybody at once', { sizes }, async ({ person, signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves', { theme: 'dark' })
  const other = await person('Alice Marsh', { size: 'desktop' })
  await other.open()
  await other.logIn()
  await other.live()
  await bob.openChatWith(alice)

  const profile = await alice.openSettings('Profile')
  const status = profile.getByRole('textbox', { name: 'Status (optional)' })
  await profile.getByRole('button', { name: '🚆 On the move' }).click()
  assert.equal(await status.inputValue(), '🚆 On the move')
  const file = profile.locator('input[type=file]')
  await file.setInputFiles({ name: 'me.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') })
  await seen(profile.getByText('This file is not a picture that this browser can read.'))
  await file.setInputFiles(await widePicture(alice.page))
  await seen(profile.getByRole('button', { name: 'Show initials' }))
  await gone(profile.getByText('This file is not a picture'))
  assert.equal(await bob.page.locator('img.pic').count(), 0, 'nothing is stored before it is saved')
  await checkScreen(alice.page, `settings-picture-light-${size}`)
  await profile.getByRole('button', { name: 'Save profile' }).click()
  await seen(profile.getByText('Saved.'))

  await seen(bob.page.getByText('· 🚆 On the move'))
  const shown = bob.page.locator('header img.pic')
  await seen(shown)
  const looks = await shown.evaluate(async image => {
    if (!(image instanceof HTMLImageElement)) throw new Error('no image')
    await image.decode()
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const [red = 0, , blue = 0] = context?.getImageData(4, 4, 1, 1).data ?? []
    return { width: image.naturalWidth, height: image.naturalHeight, isRed: red > 200 && blue < 60 }
  })
  assert.deepEqual(looks, { width: 256, height: 256, isRed: true })
  await checkScreen(bob.page, `status-dark-${size}`)
  await seen(other.page.locator('nav img.pic'))
  await bob.toList()
  await seen(bob.people.getByRole('link', { name: /^Alice Marsh, online, 🚆 On the move$/ }))
  await checkScreen(bob.page, `people-status-dark-${size}`)

  await profile.getByRole('button', { name: 'Show initials' }).click()
  await status.fill('')
  await profile.getByRole('button', { name: 'Save profile' }).click()
  for (const device of [bob, other]) await gone(device.page.locator('img.pic'))
  await gone(bob.page.getByText('🚆 On the move'))
})

/** On a phone it is all that is on the page. @param {import('playwright-core').Page} page */
const panelOf = page => page.getByRole('complementary', { name: 'Details' }).or(page.getByRole('main', { name: 'Details' }))

/** @param {import('playwright-core').Locator} target */
const hasFocus = target => target.evaluate(node => node === document.activeElement)

scenario('the details of a chat say who the other is, and mute and block as its menu does', { sizes }, async ({ signedUp, size }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const { page } = alice
  const panel = panelOf(page)
  await bob.context.request.patch(`${bob.address}/api/v1/me`, { data: { status: '🚆 On the move' }, headers: { origin: bob.address } })
  await alice.openChatWith(bob)
  await alice.say('The 8:40 it is')
  await page.getByRole('button', { name: 'Details of this chat' }).click()
  await seen(panel.getByRole('heading', { name: 'Bob Hargreaves' }))
  for (const fact of ['@bob', 'Online', '🚆 On the move']) await seen(panel.getByText(fact, { exact: true }))
  await checkScreen(page, `person-details-light-${size}`)

  const mute = panel.getByRole('button', { name: 'Mute', exact: true })
  await mute.click()
  await seen(panel.getByRole('button', { name: /^Mute until tomorrow, / }))
  await checkScreen(page, `person-details-mute-light-${size}`)
  await panel.getByRole('button', { name: 'Mute for 1 hour' }).press('Enter')
  const unmute = panel.getByRole('button', { name: /^Unmute Muted until (today|tomorrow) \d\d:\d\d$/ })
  await seen(unmute)
  await eventually('the keyboard can take it back', () => hasFocus(unmute))
  await unmute.press('Enter')
  await eventually('and again', () => hasFocus(mute))
  await gone(panel.getByRole('button', { name: 'Mute for 1 hour' }))
  await mute.click()
  await panel.getByRole('button', { name: 'Mute until I turn it back on' }).click()
  await seen(panel.getByText('Muted until you turn it back on'))

  await panel.getByRole('button', { name: 'Block Bob' }).click()
  await page.getByRole('alertdialog', { name: 'Block Bob?' }).getByRole('button', { name: 'Block Bob' }).click()
  const unblock = panel.getByRole('button', { name: 'Unblock Bob' })
  await seen(unblock)
  await eventually('the keyboard can take that back too', () => hasFocus(unblock))
  await seen(panel.getByText('Presence unknown'))
  await page.emulateMedia({ colorScheme: 'dark' })
  await checkScreen(page, `person-details-dark-${size}`)
  await unblock.click()
  await seen(panel.getByText('Online', { exact: true }))
  await seen(panel.getByRole('button', { name: 'Block Bob' }))
})

scenario('the palette mutes the open chat, and only offers what would change something', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const bob = await signedUp('Bob Hargreaves')
  const { keyboard } = alice.page
  /** @param {RegExp} wanted @param {RegExp} other */
  const run = async (wanted, other) => {
    await keyboard.press('Control+k')
    await alice.palette.fill('>mute')
    await seen(alice.offer(wanted))
    assert.equal(await alice.offer(other).count(), 0)
    await keyboard.press('Enter')
  }
  await seen(alice.personRow(bob))
  await keyboard.press('Control+k')
  await alice.palette.fill('>mute')
  await seen(alice.page.getByText('Nothing found for “mute”'))
  await keyboard.press('Escape')

  await alice.openChatWith(bob)
  await alice.say('The 8:40 it is')
  await run(/^Mute this chat/, /^Unmute/)
  const muted = alice.people.getByRole('link', { name: /^Bob Hargreaves, online, muted,/ })
  await seen(muted)
  await run(/^Unmute this chat/, /^Mute/)
  await gone(muted)
})
