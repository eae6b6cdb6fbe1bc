// One test of the page: a server of its own, any number of people in browsers of their own, and everything put away after.
import { after, before, test } from 'node:test'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { launch } from './browser.mjs'
import { Cable } from './cable.mjs'
import { Person } from './person.mjs'
import { Server } from './server.mjs'

/** @typedef {import('./person.mjs').Size} Size */

/** A test that takes longer is stuck: on a machine with ten times as much to do as it can, the slowest take a tenth of it. */
const TIMEOUT_MS = 600_000

const OUT = fileURLToPath(new URL('../out/', import.meta.url))

/** @type {import('playwright-core').Browser} */
let browser
before(async () => {
  browser = await launch()
})
after(() => browser.close())

/**
 * @typedef {object} Stage
 * @property {Server} server
 * @property {Size} size the size this run of the test is for
 * @property {import('playwright-core').Browser} browser
 * @property {(name: string, options?: import('./person.mjs').PersonOptions) => Promise<Person>} person
 *   Someone with a browser of their own, who has no account yet and has not opened the page.
 * @property {(name: string, options?: import('./person.mjs').PersonOptions) => Promise<Person>} signedUp
 *   Someone with an account, signed in, with the page open (without going through the form).
 * @property {(person?: Person) => Promise<Cable>} cable A network to be cut; open a person's page at its address.
 */

/**
 * Registers one test for each size it is to hold at (the desktop alone unless said).
 * @param {string} sentence
 * @param {{ sizes?: ReadonlyArray<Size>, settings?: import('./server.mjs').Settings, prepare?: (data: string, settings: import('./server.mjs').Settings) => Promise<void>, timeout?: number }} options
 * @param {(stage: Stage) => Promise<void>} body
 */
export function scenario(sentence, options, body) {
  for (const size of options.sizes ?? /** @type {const} */ (['desktop'])) {
    const name = `${sentence} (${size})`
    test(name, { timeout: options.timeout ?? TIMEOUT_MS }, async () => {
      const server = await Server.start(options.settings, options.prepare)
      /** @type {Person[]} */
      const people = []
      /** @type {Cable[]} */
      const cables = []
      const expectLoss = () => people.forEach(one => one.expectLostConnections())
      server.beforeDown(expectLoss)

      /** @type {Stage} */
      const stage = {
        server,
        size,
        browser,
        async person(fullName, choices = {}) {
          const one = await Person.arrive(choices.browser ?? browser, fullName, { size, address: server.address, ...choices })
          people.push(one)
          return one
        },
        async signedUp(fullName, choices = {}) {
          const one = await stage.person(fullName, choices)
          await one.createAccount()
          await one.open()
          return one
        },
        async cable() {
          const cable = await Cable.to(() => server.port)
          cable.beforeDown(expectLoss)
          cables.push(cable)
          return cable
        },
      }

      try {
        await body(stage)
        for (const one of people) one.checkNothingWentWrong()
      } catch (error) {
        await keepEvidence(name, people, server)
        throw error
      } finally {
        // People first: a page that is still open would only complain about the server that goes away.
        await Promise.all(people.map(one => one.leave()))
        cables.forEach(cable => cable.close())
        await server.remove()
      }
    })
  }
}

/**
 * What whoever mends the test wants to see: each person's window, what it complained about, and what the server said.
 * @param {string} name
 * @param {Person[]} people
 * @param {Server} server
 */
async function keepEvidence(name, people, server) {
  await mkdir(OUT, { recursive: true })
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 90)
  const notes = [`${name}\n\nserver:\n${server.output}`]
  let number = 0 // counted over all: somebody may be there with two browsers
  for (const one of people) {
    notes.push(`${one.name}:\n${one.problems.join('\n')}`)
    for (const page of one.context.pages()) {
      number += 1
      // A page that has crashed or navigates cannot be drawn; the others still can.
      await page.screenshot({ path: `${OUT}${slug}-${one.username}-${number}.png`, timeout: 5_000 }).catch(() => {})
    }
  }
  await writeFile(`${OUT}${slug}.txt`, notes.join('\n\n'))
}
