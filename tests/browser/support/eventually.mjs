// Waiting for what must become true, and for nothing else: no test sleeps for a fixed time to see something happen.
import { setTimeout as pause } from 'node:timers/promises'

/** Longer than patience: a page that lost its server for long tries again after half a minute, and a busy machine adds to it. */
export const WITHIN_MS = 120_000
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

/** Until what was set off is drawn: what a size or a scrolling brings about comes with the next frames. @param {import('playwright-core').Page} page */
export const drawn = page => page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))))

/**
 * What is measured in the page, once it stays as it is.
 * @template T
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<T>} measure
 * @returns {Promise<T>}
 */
export async function atRest(page, measure) {
  let last = await measure()
  await eventually('what is measured stays as it is', async () => {
    const before = last
    await drawn(page)
    last = await measure()
    return JSON.stringify(last) === JSON.stringify(before)
  })
  return last
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
