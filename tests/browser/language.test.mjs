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

/**
 * Looks a screen through: no English word for eyes or ears, and nothing cut off, on a phone in the smallest window, too.
 * @param {import('./support/person.mjs').Person} person
 * @param {import('./support/person.mjs').Size} size
 */
const lookingThrough = (person, size) => async (/** @type {string} */ screen, page = person.page) => {
  const usual = page.viewportSize() ?? NARROW
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

scenario('a German browser shows no English word on any screen, and no German one is cut off', { sizes, timeout: TIMEOUT_MS }, async ({ person, signedUp, cable, size }) => {
  const line = await cable()
  const anna = await person('Anna Berg', { locale: 'de-AT', address: line.address })
  const { page } = anna
  const check = lookingThrough(anna, size)
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
  await seen(button('Ich habe den Code des Servers'))
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

scenario('German finds, gathers, reacts and blocks without an English word, and tells days and numbers the German way', { sizes, timeout: TIMEOUT_MS }, async ({ signedUp, size }) => {
  const anna = await signedUp('Anna Berg', { locale: 'de-AT' })
  await signedUp('Bernd Vogt', { locale: 'de-DE', size: 'desktop' })
  await signedUp('Clara Ott', { locale: 'de-DE', size: 'desktop' })
  const { page } = anna
  const { keyboard } = page
  const check = lookingThrough(anna, size)
  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true })
  const box = page.getByRole('main').getByRole('textbox', { name: /^Nachricht/ })
  const say = async (/** @type {string} */ text) => {
    await box.fill(text)
    await button('Senden').click()
    await seen(anna.message(text))
  }
  const close = async (/** @type {import('playwright-core').Locator} */ dialog) => {
    await keyboard.press('Escape')
    await gone(dialog)
  }

  await button('Neue Gruppe').click()
  const form = page.getByRole('dialog', { name: 'Neue Gruppe' })
  await seen(form)
  await check('group-form')
  await form.getByRole('button', { name: 'Gruppe anlegen' }).click()
  await seen(form.getByText('Gib der Gruppe einen Namen.'))
  await check('group-form-empty')
  await form.getByRole('textbox', { name: 'Name der Gruppe' }).fill('Sonntagsessen')
  await form.getByText('Bernd Vogt').click()
  await seen(form.getByText('1 Person gewählt'))
  await form.getByText('Clara Ott').click()
  await seen(form.getByText('2 Personen gewählt'))
  await check('group-form-chosen')
  await form.getByRole('button', { name: 'Gruppe anlegen' }).click()
  await seen(page.getByText('Du hast die Gruppe „Sonntagsessen“ angelegt'))
  await say('Wer backt den Kuchen?')
  await seen(anna.message('Wer backt den Kuchen?').getByRole('img', { name: /^(Zugestellt|Gespeichert|Gelesen)/ }))
  await check('group')
  await button('Details zu diesem Chat').click()
  await seen(page.getByRole('button', { name: 'Gruppe verlassen' }))
  await check('group-details')
  await button('Gruppe verlassen').click()
  await seen(page.getByRole('alertdialog'))
  await check('group-leave')
  await button('Bleiben').click()
  await button('Hinzufügen').click()
  await seen(page.getByRole('dialog', { name: 'Personen hinzufügen' }))
  await check('group-add')
  await close(page.getByRole('dialog', { name: 'Personen hinzufügen' }))
  await button('Details schließen').click()

  const message = anna.message('Wer backt den Kuchen?')
  await message.focus()
  await keyboard.press('i')
  const info = page.getByRole('dialog', { name: 'Nachrichteninfo' })
  await seen(info)
  await check('group-info')
  await close(info)
  await message.focus()
  await keyboard.press('e')
  const picker = page.getByRole('dialog', { name: 'Emoji', exact: true })
  await seen(picker.getByRole('button', { name: /^Grinsendes Gesicht/i }))
  await check('emoji-picker')
  await picker.getByRole('searchbox').fill('kuchen')
  await seen(picker.getByRole('status').filter({ hasText: /^\d+ Emojis? gefunden$/ }))
  await check('emoji-found')
  await picker.getByRole('searchbox').fill('zzzz')
  await seen(picker.getByText('Kein Emoji gefunden für „zzzz“'))
  await check('emoji-none')
  await picker.getByRole('searchbox').fill('torte')
  await keyboard.press('Enter')
  await gone(picker)
  await seen(message.getByRole('button', { name: /, 1 Person, du$/ }))
  await check('reaction')

  await keyboard.press('Control+k')
  const palette = page.getByRole('combobox', { name: 'Suchen oder öffnen' })
  await seen(palette)
  await check('palette')
  await palette.fill('kuchen')
  await seen(page.getByRole('option', { name: /Wer backt den Kuchen/ }))
  await check('palette-found')
  await palette.fill('>')
  await seen(page.getByRole('option', { name: /^Tastenkürzel/ }))
  await check('palette-commands')
  await palette.fill('kuchen')
  await palette.press('Control+Enter')
  const search = page.getByRole('searchbox', { name: 'Nachrichten durchsuchen' })
  await seen(page.getByText('1 Nachricht in 1 Chat'))
  await check('search')
  await button('Suche leeren').click()
  await seen(page.getByRole('heading', { name: 'Letzte Suchen' }))
  await check('search-start')
  await button('Datum').click()
  await check('search-date')
  await keyboard.press('Escape')
  await search.fill('from:nirgendwer ab')
  await seen(page.getByText('Niemand und nichts heißt hier from:nirgendwer.'))
  await check('search-unknown')
  anna.expectStatus(400)
  await search.fill('before:bald')
  await seen(page.getByRole('heading', { name: 'Noch keine Suche' }))
  await check('search-bad')
  await search.fill('zzzz')
  await seen(page.getByText('Nichts gefunden für „zzzz“'))
  await check('search-none')
  await search.press('Escape')
  await gone(search)
  await page.evaluate(() => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur() })
  await keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Tastenkürzel' })
  await seen(sheet)
  await check('shortcuts')
  await close(sheet)

  if (size === 'phone') await button('Zurück zu allen Chats').click()
  await page.getByRole('link', { name: /^Bernd Vogt/ }).click()
  await say('Bringst du den Tee?')
  await button('Details zu diesem Chat').click()
  await seen(button('Details schließen'))
  await check('details')
  await button('Details schließen').click()
  await button('Mehr zu Bernd Vogt').click()
  await seen(page.getByRole('menuitem', { name: 'Bernd blockieren' }))
  await check('chat-menu')
  await page.getByRole('menuitem', { name: 'Bernd blockieren' }).click()
  await seen(page.getByRole('alertdialog', { name: 'Bernd blockieren?' }))
  await check('block')
  await page.getByRole('alertdialog').getByRole('button', { name: /blockieren$/ }).last().click()
  await seen(page.getByText(/^Du hast Bernd blockiert\./))
  await check('blocked')

  for (const [days, formed] of /** @type {const} */ ([[1, null], [400, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }]])) {
    const later = await anna.context.newPage()
    await later.addInitScript(ahead => {
      const { now } = Date
      Date.now = () => now() + ahead
    }, days * 86_400_000)
    await later.goto(page.url())
    const day = formed ? await later.evaluate(how => new Intl.DateTimeFormat('de-AT', how).format(new Date()), formed) : 'Gestern'
    await seen(later.getByText(day, { exact: true }))
    await check(`after-${days}-days`, later)
    await later.close()
  }

  // What is looked for would be found, wherever it stood.
  await page.evaluate(() => {
    const [first, second] = [...document.querySelectorAll('main button')].filter(one => one.checkVisibility())
    first?.setAttribute('aria-label', 'Search messages')
    second?.append('Keyboard shortcuts')
  })
  assert.deepEqual((await englishOn(page)).sort(), ['Keyboard shortcuts', 'Search messages'])
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
