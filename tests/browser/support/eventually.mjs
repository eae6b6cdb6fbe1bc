// Waiting for what must become true, and for nothing else: no test sleeps for a fixed time to see something happen.
import { setTimeout as pause } from 'node:timers/promises'

const WITHIN_MS = 30_000
const EVERY_MS = 50

/**
 * @template T
 * @param {string} what for the failure's message
 * @param {() => T | Promise<T>} look
 * @param {number} [withinMs]
 * @returns {Promise<NonNullable<T>>} the first truthy answer
 */
export async function eventually(what, look, withinMs = WITHIN_MS) {
  const until = Date.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > until) throw new Error(`did not become true within ${withinMs} ms: ${what}`)
    await pause(EVERY_MS)
  }
}

/**
 * For what must *not* happen: looks again and again for `forMs`, and fails as soon as it does.
 * @param {string} what
 * @param {() => unknown} look
 * @param {number} forMs
 */
export async function never(what, look, forMs) {
  const until = Date.now() + forMs
  while (Date.now() < until) {
    if (await look()) throw new Error(`happened, and must not: ${what}`)
    await pause(EVERY_MS)
  }
}

/** At least one of them; others may be in the page and out of sight. @param {import('playwright-core').Locator} locator */
export const seen = locator => locator.filter({ visible: true }).first().waitFor()

/** None of them any more. @param {import('playwright-core').Locator} locator */
export const gone = locator => locator.filter({ visible: true }).first().waitFor({ state: 'hidden' })

/** Uses a switch that is off; it may ask the browser before it is on. @param {import('playwright-core').Locator} control */
export async function turnOn(control) {
  await control.click()
  await eventually('the switch is on', async () => (await control.getAttribute('aria-checked')) === 'true')
}
