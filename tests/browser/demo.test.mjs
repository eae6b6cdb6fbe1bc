// `chinwag demo`: what whoever looks around first finds. The README's pictures are of it.
import assert from 'node:assert/strict'
import { seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'
import { draw } from './support/screens.mjs'
import { chinwag } from './support/server.mjs'

const PASSWORD = 'quilt-harbour-42-lantern'

/** @param {string} data @param {Readonly<Record<string, string>>} settings */
const demo = (data, settings) => chinwag(['demo', '--data', data], settings).then(() => {})

for (const theme of /** @type {const} */ (['light', 'dark'])) {
  scenario(`a demo has people, a group, and messages that came late, ${theme}`, { sizes: ['desktop', 'phone'], prepare: demo }, async ({ person, size }) => {
    const everybody = [await person('Bob Hargreaves', { password: PASSWORD }), await person('Mei Lin', { password: PASSWORD }), await person('Alice Marsh', { password: PASSWORD, theme })]
    for (const one of everybody) {
      await one.open()
      await one.logIn()
      await one.live()
    }
    const [bob, , alice] = everybody
    assert.ok(bob && alice)
    await seen(alice.people.getByRole('link', { name: /^Sunday lunch/ }))
    await alice.chatRow(bob).click()
    await seen(alice.words(/^Delivered late/))
    await seen(alice.page.getByText(/came back and received/))
    await draw(alice.page, `demo-${theme}-${size}`)
  })
}
