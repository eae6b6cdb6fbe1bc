// Every screen, in both themes and both sizes: nothing for axe to find, nothing wider than the window, and with --shots a
// picture of each.
import { gone, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { checkScreen } from './support/screens.mjs'

const sizes = /** @type {const} */ (['desktop', 'phone'])

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  scenario(`every screen passes the accessibility checks, ${theme}`, { sizes, timeout: 900_000 }, async ({ person, signedUp, cable, size }) => {
    const line = await cable()
    const alice = await person('Alice Marsh', { theme, address: line.address })
    const { page } = alice
    const check = (/** @type {string} */ screen) => checkScreen(page, `${screen}-${theme}-${size}`)

    await alice.open()
    await check('log-in')
    alice.expectStatus(401)
    await alice.logIn({ username: 'nobody' })
    await seen(page.getByText(/Wrong username or password/))
    await check('log-in-wrong')
    await page.getByRole('tab', { name: 'Create account' }).click()
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('tea and two sugars')
    await seen(page.getByRole('meter', { name: 'Password strength' }))
    await seen(page.getByRole('button', { name: 'I have the server’s code' }))
    await check('sign-up')

    await alice.createAccount()
    await alice.open()
    await alice.live()
    await check('nobody-else')

    const bob = await signedUp('Bob Hargreaves')
    const dana = await signedUp('Dana Okafor')
    await dana.openChatWith(alice)
    await dana.say('Lunch on Sunday? @Alice can you do the crumble')
    await seen(dana.tick('Lunch on Sunday?', /^Delivered at/)) // whoever logs out before it is stored is asked about it
    await dana.logOut()
    await seen(alice.people.getByRole('link', { name: /^Dana Okafor, offline, 1 unread/ }))
    await check('list')

    await alice.openChatWith(bob)
    await check('chat-empty')
    await alice.say('Seven o’clock on the towpath')
    await bob.openChatWith(alice)
    await bob.say('Back on the train at noon.')
    await seen(alice.message('Back on the train at noon.'))
    await alice.say('So the photos are safe, every night:\n```\n0 2 * * * rsync -a ~/Photos/ nas:photos/\n```')
    await seen(alice.tick('rsync', /^Read at/))
    await check('chat')

    await bob.logOut()
    await seen(page.getByText(/^Bob is offline/))
    await alice.say('Tomorrow’s walk: https://walks.example/hebden')
    await alice.say('Shall we take the 8:40?')
    await seen(alice.words(/^Stored \d\d:\d\d — waiting for Bob/))
    await check('chat-waiting')
    await bob.logIn()
    await seen(alice.words(/^Bob came back and received 2 messages/))
    await bob.openChatWith(alice)
    await seen(alice.words(/^Delivered late.* · Read/))
    await check('chat-late')

    await alice.words(/^Delivered late/).click()
    const info = page.getByRole('dialog', { name: 'Message info' })
    await seen(info)
    await check('message-info')
    await page.keyboard.press('Escape')
    await gone(info)
    await alice.message('Shall we take the 8:40?').focus()
    await page.keyboard.press('Enter')
    await seen(page.getByRole('menu', { name: 'Message actions' }))
    await check('message-menu')
    await page.getByRole('menuitem', { name: 'Delete for everyone' }).click()
    await seen(page.getByRole('alertdialog'))
    await check('confirm')
    await page.getByRole('button', { name: 'Keep it' }).click()

    line.cut()
    await seen(page.getByText('No connection.'))
    await alice.say('I’ll bring the flask')
    await seen(alice.words('Waiting for network — kept on this device'))
    await check('offline')
    line.mend()
    await alice.live()

    for (const pane of ['Profile', 'Password', 'Devices', 'Privacy', 'Notifications', 'Appearance', 'Keyboard']) {
      await alice.toList()
      await page.getByRole('button', { name: 'Settings' }).click()
      const dialog = page.getByRole('dialog', { name: 'Settings' })
      await dialog.getByRole('tab', { name: pane }).click()
      await seen(dialog.getByRole('tabpanel', { name: pane }))
      await check(`settings-${pane.toLowerCase()}`)
      await page.keyboard.press('Escape')
      // On a phone the first Escape may lead back to the list of settings.
      if (await dialog.isVisible()) await page.keyboard.press('Escape')
      await gone(dialog)
    }
  })
}
