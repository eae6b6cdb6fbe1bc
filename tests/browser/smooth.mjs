// Smoothness, measured: no task over 50 ms of the processor while one scrolls through 100,000 messages or receives 50 a second, and no memory
// that only grows. It needs a machine that does nothing else, so it runs with `tests/run --smooth` alone.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually, seen } from './support/eventually.mjs'
import { importPyChat, OLD_PASSWORD } from './support/pychat.mjs'
import { scenario } from './support/scenario.mjs'

const LONG = 100_000
const TASK_MAX_MS = 50
/** A full collection leaves some megabytes of caches behind; a leak of one message each would be more. */
const HEAP_GROWTH_MAX_BYTES = 8 * 1024 * 1024
const PER_SECOND = 50
const SECONDS = 20
const OPENINGS = 100

/** @typedef {import('./support/person.mjs').Person} Person */
/** @typedef {import('playwright-core').Browser} Browser */

/** @param {string} data @param {import('./support/server.mjs').Settings} settings */
const prepare = (data, settings) => importPyChat(data, settings, ['alice', 'bob', 'carol'], [
  { between: [1, 2], count: LONG },
  { between: [1, 3], count: 100 },
])
const options = { prepare, timeout: 900_000 }

/** @param {(name: string, options?: import('./support/person.mjs').PersonOptions) => Promise<Person>} person @param {string} name */
async function loggedIn(person, name) {
  const one = await person(name, { password: OLD_PASSWORD })
  await one.open()
  await one.logIn()
  await one.live()
  return one
}

/** Records what the main threads of all pages do from now on. @param {Browser} browser @param {Person} one */
const watchTasks = (browser, one) => browser.startTracing(one.page, { categories: ['-*', 'toplevel'] })

/**
 * Each task of the main threads since then, in milliseconds: the processor's, which other work on the machine changes little,
 * and the clock's, which are the same on a machine that does nothing else.
 * @param {Browser} browser
 */
async function tasksOf(browser) {
  /** @type {{ traceEvents: ReadonlyArray<{ name: string, ph: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number, args: { name?: string } }> }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
  const threadOf = (/** @type {{ pid: number, tid: number }} */ { pid, tid }) => `${pid} ${tid}`
  const main = new Set(traceEvents.filter(one => one.name === 'thread_name' && one.args.name === 'CrRendererMain').map(threadOf))
  const tasks = traceEvents.filter(one => one.ph === 'X' && one.name === 'ThreadControllerImpl::RunTask' && main.has(threadOf(one)))
  assert.ok(tasks.length > 100, 'the trace tells of tasks')
  return tasks.map(({ dur = 0, tdur = 0 }) => ({ processor: tdur / 1_000, clock: dur / 1_000 }))
}

/** After a full collection. @param {Person} one */
async function memoryOf(one) {
  const debug = await one.context.newCDPSession(one.page)
  for (let turn = 0; turn < 3; turn += 1) await debug.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners } = await debug.send('Memory.getDOMCounters')
  const { usedSize } = await debug.send('Runtime.getHeapUsage')
  await debug.detach()
  return { nodes, listeners: jsEventListeners, heap: usedSize }
}

/** @param {string} what @param {Awaited<ReturnType<typeof tasksOf>>} tasks */
function checkTasks(what, tasks) {
  /** @param {number[]} times */
  const tell = times => `${times.filter(time => time > TASK_MAX_MS).length} over ${TASK_MAX_MS} ms, the longest ${Math.round(times.reduce((a, b) => Math.max(a, b), 0))}`
  const processor = tasks.map(one => one.processor)
  console.log(`  ${what}: ${tasks.length} tasks; by the processor's time ${tell(processor)}; by the clock ${tell(tasks.map(one => one.clock))}`)
  assert.ok(processor.every(time => time <= TASK_MAX_MS), `${what}: ${tell(processor)}`)
}

/** @param {string} what @param {Awaited<ReturnType<typeof memoryOf>>} before @param {Awaited<ReturnType<typeof memoryOf>>} after */
function tell(what, before, after) {
  console.log(`  ${what}: ${before.nodes} → ${after.nodes} nodes, ${before.listeners} → ${after.listeners} listeners, ${(before.heap / 1e6).toFixed(1)} → ${(after.heap / 1e6).toFixed(1)} MB`)
}

/** Some screens up, as a wheel turns: a step a frame. @param {Person} one @param {number} steps */
const scrollUp = (one, steps) => one.log.evaluate((log, count) => new Promise(resolve => {
  const scroller = /** @type {Element} */ (log.closest('.scroller'))
  let left = count
  const step = () => {
    scroller.scrollTop -= 400
    left -= 1
    if (left > 0) requestAnimationFrame(step)
    else resolve(undefined)
  }
  step()
}), steps)

scenario('scrolling back through a chat of 100,000 messages stays smooth, and its memory flat', options, async ({ browser, person }) => {
  const alice = await loggedIn(person, 'alice')
  const bob = await person('bob')
  await alice.openChatWith(bob)
  await seen(alice.message(`message ${LONG}`))
  await scrollUp(alice, 300)
  const before = await memoryOf(alice)
  await watchTasks(browser, alice)
  await scrollUp(alice, 1_500)
  const tasks = await tasksOf(browser)
  const first = await alice.messages.first().textContent()
  const after = await memoryOf(alice)
  console.log(`  scrolled back to ${first?.slice(0, 20)}`)
  tell('scrolling', before, after)
  checkTasks('scrolling', tasks)
  assert.ok(after.nodes < before.nodes * 1.5, `${before.nodes} → ${after.nodes} nodes`)
  assert.ok(after.heap - before.heap < HEAP_GROWTH_MAX_BYTES, `${before.heap} → ${after.heap} bytes`)
})

scenario('receiving 50 messages a second stays smooth, and its memory flat', options, async ({ browser, person }) => {
  const alice = await loggedIn(person, 'alice')
  const bob = await loggedIn(person, 'bob')
  await alice.openChatWith(bob)
  await seen(alice.message(`message ${LONG}`))
  const conversation = /chat-(\d+)/.exec(alice.page.url())?.[1]
  const send = (/** @type {number} */ number) => bob.post(`/api/v1/conversations/${conversation}/messages`, { clientId: crypto.randomUUID(), body: `fresh ${number}` })
  const before = await memoryOf(alice)
  await watchTasks(browser, alice)
  const start = Date.now()
  /** @type {Array<ReturnType<typeof send>>} */
  const sent = []
  for (let number = 1; number <= PER_SECOND * SECONDS; number += 1) {
    await pause(Math.max(0, start + (number * 1_000) / PER_SECOND - Date.now()))
    sent.push(send(number))
  }
  for (const answer of await Promise.all(sent)) assert.ok(answer.ok(), await answer.text())
  await seen(alice.message(`fresh ${PER_SECOND * SECONDS}`))
  console.log(`  ${sent.length} messages in ${Date.now() - start} ms`)
  const tasks = await tasksOf(browser)
  const after = await memoryOf(alice)
  tell('receiving', before, after)
  checkTasks('receiving', tasks)
  assert.ok(after.nodes < before.nodes * 2, `${before.nodes} → ${after.nodes} nodes`)
  assert.ok(after.heap - before.heap < HEAP_GROWTH_MAX_BYTES, `${before.heap} → ${after.heap} bytes`)
})

scenario('opening and closing a chat a hundred times leaves no node and no listener behind', options, async ({ person }) => {
  const alice = await loggedIn(person, 'alice')
  const [bob, carol] = [await person('bob'), await person('carol')]
  const turn = async () => {
    await alice.openChatWith(bob)
    await seen(alice.message(`message ${LONG}`))
    await alice.openChatWith(carol)
    await eventually('the other chat', () => alice.message('message 100').first().isVisible())
  }
  for (let warm = 0; warm < 5; warm += 1) await turn()
  const before = await memoryOf(alice)
  for (let opening = 0; opening < OPENINGS; opening += 1) await turn()
  const after = await memoryOf(alice)
  tell(`${OPENINGS} openings`, before, after)
  assert.ok(after.nodes <= before.nodes * 1.05, `${before.nodes} → ${after.nodes} nodes`)
  assert.ok(after.listeners <= before.listeners * 1.05, `${before.listeners} → ${after.listeners} listeners`)
})
