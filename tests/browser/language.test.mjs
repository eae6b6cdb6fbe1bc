// The language of the page: a German browser hears German everywhere, nothing is too long for its place, and another language
// comes at once, without anything being lost.
import assert from 'node:assert/strict'
import { atRest, eventually, gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { draw } from './support/screens.mjs'
import { clippedOn, englishOn } from './support/wording.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])
/** Some thirty screens, each looked through. */
const TIMEOUT_MS = 600_000
const NARROW = { width: 320, height: 568 }
const PANES = ['Profil', 'Passwort', 'Geräte', 'Privatsphäre', 'Mitteilungen', 'Darstellung', 'Tastatur']

scenario('a German browser shows no English word on any screen, and no German one is cut off', { sizes, timeout: TIMEOUT_MS }, async ({ person, signedUp, cable, size }) => {
  const line = await cable()
  const anna = await person('Anna Berg', { locale: 'de-AT', address: line.address })
  const { page } = anna
  const usual = page.viewportSize() ?? NARROW
  const check = async (/** @type {string} */ screen, page = anna.page) => {
    await draw(page, `${screen}-de-${size}`)
    for (const window of size === 'phone' ? [usual, NARROW] : [usual]) {
      await page.setViewportSize(window)
      assert.deepEqual(await englishOn(page), [], `English on ${screen}`)
      await eventually(`nothing is cut off on ${screen} at ${window.width} px`, async () => (await clippedOn(page)).length === 0).catch(async error => {
        throw new Error(`${error.message}: ${(await clippedOn(page)).join('; ')}`)
      })
    }
    await page.setViewportSize(usual)
  }
  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true })
  const toList = async () => {
    if (size === 'phone' && (await button('Zurück zu allen Chats').isVisible())) await button('Zurück zu allen Chats').click()
  }

  await page.goto(anna.address)
  await seen(page.getByRole('tab', { name: 'Anmelden' }))
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
  await check('log-in')
  await button('Anmelden').click()
  await check('log-in-empty')
  anna.expectStatus(401)
  await page.getByRole('textbox', { name: 'Benutzername' }).fill('niemand')
  await page.getByRole('textbox', { name: 'Passwort', exact: true }).fill('sieben wackelige Teekannen')
  await button('Anmelden').click()
  await seen(page.getByText(/^Benutzername oder Passwort ist falsch\. Noch \d Versuche/))
  await check('log-in-wrong')
  await page.getByRole('tab', { name: 'Konto anlegen' }).click()
  await page.getByRole('textbox', { name: 'Passwort', exact: true }).fill('password')
  await seen(page.getByText(/häufigsten Passwörter\./))
  await check('sign-up-weak')
  anna.expectStatus(422)
  for (const name of ['a', 'admin']) {
    await page.getByRole('textbox', { name: 'Benutzername' }).fill(name)
    await button('Konto anlegen').click()
    await seen(page.getByRole('textbox', { name: 'Benutzername' }).and(page.locator('[aria-invalid=true]')))
    await check(`sign-up-${name}`)
  }

  await anna.createAccount()
  await anna.open()
  await check('nobody-else')

  const bob = await signedUp('Björn Vogt')
  await toList()
  await seen(page.getByRole('link', { name: /^Björn Vogt, online/ }))
  await check('list')
  await page.getByRole('link', { name: /^Björn Vogt, online/ }).click()
  await seen(page.getByText('Hier beginnt euer Chat.'))
  await check('chat-empty')
  const box = page.getByRole('textbox', { name: 'Nachricht an Björn' })
  const say = async (/** @type {string} */ text) => {
    await box.fill(text)
    await button('Senden').click()
    await seen(anna.message(text))
  }
  await say('Um acht am Kanal?')
  await bob.openChatWith(anna)
  await bob.say('Gern, bis dann')
  await seen(anna.message('Gern, bis dann'))
  await bob.logOut()
  await seen(page.getByText('Björn ist offline – das kommt an, sobald Björn zurück ist, und du erfährst, wann.'))
  await say('Nehmen wir den um 8:40?')
  await seen(page.getByText(/^Gespeichert \d\d:\d\d – wartet, bis Björn zurück ist$/))
  await check('chat-waiting')
  await bob.logIn()
  await seen(page.getByText(/^Björn kam um \d\d:\d\d zurück und erhielt 1 Nachricht$/))
  await check('chat-late')

  const last = anna.message('Nehmen wir den um 8:40?')
  await page.getByText(/^Verspätet zugestellt/).click()
  await seen(page.getByRole('dialog', { name: 'Nachrichteninfo' }))
  await check('message-info')
  await page.keyboard.press('Escape')
  await last.focus()
  await page.keyboard.press('Enter')
  await seen(page.getByRole('menu', { name: 'Aktionen für die Nachricht' }))
  await check('message-menu')
  await page.getByRole('menuitem', { name: 'Bearbeiten' }).click()
  await check('edit')
  await box.press('Escape')
  await last.focus()
  await page.keyboard.press('r')
  await check('reply')
  await box.press('Escape')
  await anna.message('Um acht am Kanal?').dispatchEvent('contextmenu')
  await page.getByRole('menuitem', { name: 'Für alle löschen' }).click()
  await seen(page.getByRole('alertdialog'))
  await check('delete')
  await button('Nachricht löschen').click()
  await seen(page.getByText('Du hast diese Nachricht gelöscht'))

  line.cut()
  await seen(page.getByText('Keine Verbindung.'))
  await say('Ich bringe Tee mit')
  await seen(page.getByText('Wartet auf Verbindung – auf diesem Gerät aufgehoben'))
  await check('offline')
  line.mend()
  await gone(page.getByText('Keine Verbindung.'))
  await anna.live()

  for (const pane of PANES) {
    await toList()
    await button('Einstellungen').click()
    const dialog = page.getByRole('dialog', { name: 'Einstellungen' })
    if (pane === PANES[0]) await check('settings')
    await dialog.getByRole('tab', { name: pane }).click()
    await seen(dialog.getByRole('tabpanel', { name: pane }))
    if (pane === 'Geräte') await seen(dialog.getByText('Dieses Gerät'))
    await check(`settings-${pane.toLowerCase()}`)
    await page.keyboard.press('Escape')
    if (await dialog.isVisible()) await page.keyboard.press('Escape')
    await gone(dialog)
  }

  line.cut()
  await toList()
  await page.getByRole('link', { name: /^Björn Vogt, zuletzt/ }).first().click()
  await say('Noch eine')
  await toList()
  await button('Abmelden').click()
  await seen(page.getByRole('alertdialog'))
  await check('log-out')
  await button('Angemeldet bleiben').click()

  const carl = await person('Carl Ott', { locale: 'de-DE' })
  carl.expectLostConnections()
  await carl.page.route('**/api/v1/me', route => route.abort())
  await carl.page.goto(carl.address)
  await seen(carl.page.getByText('Chinwag ist nicht erreichbar'))
  await check('unreachable', carl.page)
})

scenario('another language comes at once, in every window, and nothing written, open or scrolled to is lost', {}, async ({ signedUp }) => {
  const anna = await signedUp('Anna Berg', { locale: 'de-DE' })
  const bob = await signedUp('Bob Hargreaves')
  const { page } = anna
  await page.getByRole('link', { name: /^Bob Hargreaves, online/ }).click()
  await bob.openChatWith(anna)
  for (let i = 1; i <= 30; i++) await bob.say(`Zeile ${i}`)
  await seen(anna.message('Zeile 30'))
  const box = page.getByRole('main').getByRole('textbox')
  await box.fill('Ein angefangener Satz')
  const other = await anna.openWindow()

  const scroller = page.locator('.scroller')
  await scroller.evaluate(one => { one.scrollTop = 400 })
  const place = () => anna.message('Zeile 12').boundingBox()
  const before = await atRest(page, place)

  await page.getByRole('button', { name: 'Einstellungen' }).click()
  await page.getByRole('tab', { name: 'Darstellung' }).click()
  await page.getByRole('radiogroup', { name: 'Sprache' }).getByRole('radio', { name: 'English' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await seen(dialog.getByRole('heading', { name: 'Appearance' }))
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'English', 'the focus stays where it was')
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  await page.keyboard.press('Escape')
  assert.equal(await box.getAttribute('placeholder'), 'Message Bob')
  assert.equal(await box.inputValue(), 'Ein angefangener Satz')
  await seen(page.getByRole('log', { name: 'Messages with Bob Hargreaves' }))
  assert.deepEqual(await atRest(page, place), before)
  await seen(other.getByRole('navigation', { name: 'Chats and people' }))

  await anna.reload()
  await seen(page.getByRole('navigation', { name: 'Chats and people' }))
  await anna.openSettings('Appearance')
  await page.getByRole('radiogroup', { name: 'Language' }).getByRole('radio', { name: 'As the system' }).click()
  await seen(page.getByRole('dialog', { name: 'Einstellungen' }))
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Abmelden' }).click()
  await seen(page.getByRole('tab', { name: 'Anmelden' }))
  assert.deepEqual(await englishOn(page), [])
})
