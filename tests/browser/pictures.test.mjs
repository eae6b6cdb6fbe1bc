// The pictures of the README: one day of people who know each other, lived through the real program and then moved to the
// times it tells of. Drawn only when asked for (tests/run --shots); what the picture must show is asked for all the same.
import { eventually, seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { draw } from './support/screens.mjs'
import { Story } from './support/story.mjs'

scenario('a day with a late message looks the same after a restart, on a desktop and a phone, light and dark', {}, async ({ person, signedUp, server }) => {
  const story = new Story()
  story.is('18:10', 4)
  const alice = await signedUp('Alice Marsh') // not kept: her browser must not remember the times as they really were
  const bob = await signedUp('Bob Hargreaves', { keep: true })
  const dana = await signedUp('Dana Okafor', { keep: true })
  await signedUp('Mei Lin', { keep: true })
  for (const [one, change] of /** @type {const} */ ([[alice, { hue: 20, pronoun: 'she' }], [bob, { hue: 220, pronoun: 'he' }], [dana, { hue: 330 }]])) {
    await one.context.request.patch(`${one.address}/api/v1/me`, { data: change, headers: { origin: one.address } })
  }
  const tom = await signedUp('Tom Marsh')
  await tom.openChatWith(alice)
  await tom.say('The car is yours on Thursday')
  await alice.openChatWith(tom)
  await seen(tom.tick('The car is yours', /^Read at/))
  await tom.logOut()
  const priya = await signedUp('Priya Nair')
  const jean = await signedUp('Jean Marsh')

  story.is('09:41')
  await bob.openChatWith(alice)
  await bob.say('Seven o’clock on the towpath')
  await alice.openChatWith(bob)
  story.is('09:46')
  await bob.say('Back on the train at noon.')
  await seen(bob.tick('Back on the train', /^Read at/))
  story.is('11:20')
  await jean.logOut()
  story.is('13:58')
  await bob.closeWindows()
  await seen(alice.personRow(bob, 'offline'))
  story.is('14:02')
  await alice.say('So the photos are safe, every night:\n```\n0 2 * * * rsync -a ~/Photos/ nas:photos/\n```')
  await alice.say('And tomorrow’s walk: https://walks.example/hebden-to-todmorden')
  await alice.say('Shall we take the 8:40?')
  await seen(alice.words(/^Stored \d\d:\d\d — waiting for Bob/))
  story.is('15:04')
  await priya.openChatWith(alice)
  await alice.openChatWith(priya)
  await alice.say('Perfect, thank you!')
  await seen(alice.tick('Perfect, thank you!', /^Read at/))
  await priya.logOut()
  story.is('16:20')
  await alice.openChatWith(jean)
  await alice.say('Ring you after tea x')
  await seen(alice.tick('Ring you', /^Stored/))
  story.is('17:38')
  await dana.openChatWith(alice)
  await dana.say('Lunch on Sunday? Can you do the crumble')
  await seen(alice.people.getByRole('link', { name: /^Dana Okafor, online, 1 unread/ }))
  await alice.openChatWith(bob)

  story.is('17:45')
  await bob.reopen()
  await bob.live()
  await seen(alice.words(/^Bob came back and received 3 messages/))
  story.is('17:51')
  await bob.openChatWith(alice)
  await seen(alice.words(/· Read \d\d:\d\d$/))
  await bob.message('Shall we take the 8:40?').focus()
  await bob.page.keyboard.press('r')
  await bob.say('Yes! Sorry, no signal past Mytholmroyd. The 8:40 is perfect.')
  story.is('17:52')
  await bob.say('I’ll bring the flask')
  await seen(bob.tick('the flask', /^Read at/))

  await server.stop()
  await story.tell(server.data)
  await server.start()
  const now = story.time('17:53')
  const phone = await person('Alice Marsh', { size: 'phone' })
  for (const each of [alice, phone]) await each.page.clock.setFixedTime(now)
  await alice.reload()
  await phone.open()
  await phone.logIn()
  await phone.live()
  await bob.live()

  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    for (const each of [alice, phone]) {
      await each.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      if (each === phone) {
        await phone.toList()
        await draw(phone.page, `phone-list-${theme}`)
      }
      await each.openChatWith(bob)
      await seen(each.words('Bob came back and received 3 messages at 17:45'))
      await seen(each.words(/^Delivered late · 17:45 \(3 h 42 min later\)|^Delivered late · 17:45 \(3 h 43 min later\)/))
      await bob.composer.fill('')
      await bob.writeUntil(seen(each.page.getByRole('main').getByText('Bob is typing…')))
      await eventually('the end is on the screen', () => each.message('the flask').isVisible())
      await draw(each.page, each === phone ? `phone-${theme}` : `chat-${theme}`)
    }
  }
})
