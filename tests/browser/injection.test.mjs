// What people write, and what they call themselves and their groups, stays text in every place where it shows:
// texts that try to become part of the page. A page that trusts them shows that they can.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { plainText } from '../../static/lib/format.js'
import { launch } from './support/browser.mjs'
import { ask } from './support/crew.mjs'
import { WITHIN_MS, eventually, seen, turnOn } from './support/eventually.mjs'
import { payloads } from './support/payloads.mjs'
import { AT_ONCE, ELSEWHERE, Stage, readChoice, readQuiet, readTalk, writeDown } from './support/places.mjs'
import { noticesOf } from './support/recording.mjs'
import { scenario } from './support/scenario.mjs'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/payloads.mjs').Payload} Payload */

const ALL = payloads()

/**
 * What is tried in every place: of each kind some, because every one of them in every place takes a quarter of an hour
 * (`CHINWAG_PAYLOADS=all`). What has control characters in it is no message to the server; a username it is tried as.
 */
const TRIED = ALL.filter(({ text }, i) => (process.env.CHINWAG_PAYLOADS === 'all' || i % 14 === 0) && !/[^\P{Cc}\t\n\r]/u.test(text))

/** All of it comes from one address, which may try hundreds of names here, and most through one person's socket. */
const RAISED = { CHINWAG_SIGNUP_ADDRESS: 'off', CHINWAG_FRAMES_SOCKET: 'off', CHINWAG_FRAMES_USER: 'off', CHINWAG_REQUESTS_USER: 'off' }

/** How many of them must run where nothing holds them; more do, but not every one in every version of the browser. */
const RUN_AT_LEAST = 400

test('where nothing holds them, hundreds of these texts run: so the next test sees', { timeout: WITHIN_MS * 3 }, async () => {
  assert.ok(ALL.length >= 600)
  assert.equal(new Set(ALL.map(({ text }) => text)).size, ALL.length)
  const site = createServer((request, response) => {
    const isPage = request.url === '/'
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html' }).end(isPage ? '<!doctype html><title>trusting</title><body>' : '')
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (site.address())
  const browser = await launch()
  try {
    const page = await browser.newPage()
    const home = `http://127.0.0.1:${port}/`
    /** @type {Set<string>} */
    const elsewhere = new Set()
    await page.route('**/*', route => {
      if (route.request().url().startsWith(home)) return route.continue()
      elsewhere.add(route.request().url())
      return route.abort()
    })
    await page.goto(home)
    /** @type {Set<number>} */
    const ran = new Set()
    await page.exposeFunction('tellHit', (/** @type {number} */ id) => ran.add(id))
    for (let from = 0; from < ALL.length; from += 40) {
      await page.evaluate(trust, ALL.slice(from, from + 40))
      await eventually('what these set off has happened', () => page.evaluate(() => Reflect.get(window, 'isSettled') === true))
    }
    await eventually(`${RUN_AT_LEAST} of ${ALL.length} texts run in a page that trusts them`, () => ran.size >= RUN_AT_LEAST)
    const kinds = new Set(ALL.filter(({ id }) => ran.has(id)).map(({ kind }) => kind))
    assert.deepEqual([...kinds].sort(), [...new Set(ALL.map(({ kind }) => kind))].sort(), 'of each kind some run')
    assert.ok(elsewhere.size > 0, 'some go elsewhere')
    console.log(`attack: script injection, a page that trusts: ${ALL.length} texts, ${ran.size} ran, ${elsewhere.size} went elsewhere`)
  } finally {
    await browser.close()
    site.close()
    site.closeAllConnections()
  }
})

/**
 * In the page: puts each text where a careless program would, in a frame of its own, and touches what came of it.
 * @param {ReadonlyArray<Payload>} batch
 */
async function trust(batch) {
  Reflect.set(window, 'isSettled', false)
  Reflect.set(window, 'hit', (/** @type {number} */ id) => void Reflect.get(window, 'tellHit')(id))
  for (const frame of document.querySelectorAll('iframe')) frame.remove()
  const QUOTED = [
    ['<input value="', '">'], ["<input value='", "'>"], ['<input value=', '>'], ['<script>x="', '"</script>'], ["<script>x='", "'</script>"], ['<script>x=`', '`</script>'],
    ['<script>/*', '*/</script>'], ['<script>', '</script>'], ['<title>', '</title>'], ['<textarea>', '</textarea>'], ['<style>', '</style>'], ['<!--', '-->'],
  ]
  for (const { text } of batch) {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const inner = /** @type {Window & typeof globalThis} */ (frame.contentWindow)
    const inside = inner.document
    Reflect.set(inner, 'hit', Reflect.get(window, 'hit'))
    inner.document.body.innerHTML = text
    for (const [before = '', after = ''] of QUOTED) {
      const range = inside.createRange()
      range.selectNodeContents(inside.body)
      range.collapse(false)
      try {
        range.insertNode(range.createContextualFragment(before + text + after))
      } catch {
        continue // what cannot stand there does nothing there
      }
    }
    const link = inside.createElement('a')
    link.href = text
    inside.body.append(link)
    for (const element of inside.querySelectorAll('*')) {
      try {
        for (const { name } of [...element.attributes]) if (name.startsWith('on')) element.dispatchEvent(new inner.Event(name.slice(2), { bubbles: true }))
        if (element instanceof inner.HTMLAnchorElement && element.protocol === 'javascript:') element.click()
        if (element instanceof inner.HTMLButtonElement) element.click()
      } catch {
        // Its script failed; others go on.
      }
    }
  }
  // Two answers later than all that these asked for: the browser asks in order.
  await new Promise(resolve => { const last = new Image(); last.onerror = resolve; last.src = `last?${Math.random()}` })
  await new Promise(resolve => { const last = new Image(); last.onerror = resolve; last.src = `last?${Math.random()}` })
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  Reflect.set(window, 'isSettled', true)
}

scenario('texts that try to become part of the page are shown as they were written, in every place', { settings: RAISED, timeout: 1_800_000 }, async ({ server, browser, signedUp }) => {
  const alice = await signedUp('Alice Marsh', { mayNotify: true })
  const stage = await Stage.build(server.address, alice)
  const watch = await watched(alice, server.address)
  const { hall, quiet, directs } = stage

  // Everybody comes back late to something of hers, under a name that is one of the texts: a line, a note and a notice each.
  await stage.rename(TRIED.slice(0, AT_ONCE))
  const waiting = (await stage.asAlice('POST', `/conversations/${quiet}/messages`, { clientId: crypto.randomUUID(), body: 'for later' })).body.seq
  const dialog = await alice.openSettings('Notifications')
  await turnOn(dialog.getByRole('switch', { name: 'On this device' }))
  await alice.page.keyboard.press('Escape')
  await alice.page.setViewportSize({ width: 1400, height: 900 })
  await openAt(alice.page, hall)
  await alice.lookAway()
  const notes = await noteToasts(alice.page)
  const sockets = await stage.crew.connect(browser)
  for (let i = 0; i < AT_ONCE; i += 1) await stage.crew.say(i, { type: 'receipt.delivered', conversation: quiet, seq: waiting })
  await eventually('everybody came back late', async () => (await stage.asAlice('GET', `/conversations/${quiet}/messages`)).body.late.length === AT_ONCE)
  const lateIds = new Map((await stage.asAlice('GET', `/conversations/${quiet}/messages`)).body.late.map((/** @type {{ id: number, user: number }} */ { id, user }) => [id, user]))
  await eventually('the first of them are told in passing', async () => (await notes()).length >= 3)
  for (const note of await notes()) assert.ok(stage.crew.hands.some((_, i) => note.startsWith(`${stage.short(i)} got your message`)), note)

  // What they were connected for is done; from now on all but the first act over HTTP.
  for (let i = 1; i < AT_ONCE; i += 1) await stage.crew.leave(i)
  const second = await alice.openWindow()
  await openAt(second, quiet)
  const third = await alice.openWindow()
  await openAt(third, directs[0] ?? 0)
  for (const page of [second, third]) await page.getByRole('button', { name: 'Details of this chat', pressed: false }).click()
  await third.getByRole('button', { name: 'New group' }).click()
  const composer = 'cw-composer textarea @aria-label'
  await alice.page.evaluate(writeDown, { title: 'cw-conversation h1', write: composer })
  await second.evaluate(writeDown, { typing: 'cw-composer [data-ref="typingText"]' })
  await third.evaluate(writeDown, { title: 'cw-conversation h1', name: 'cw-details [data-ref="name"]', status: 'cw-conversation header [data-ref="status"]', about: 'cw-details .who-is [data-ref="status"]', write: composer })

  for (let from = 0; from < TRIED.length; from += AT_ONCE) {
    const wave = TRIED.slice(from, from + AT_ONCE)
    await stage.rename(wave)
    const said = await stage.talk(wave)
    const { groups, directs: drafted, users } = stage
    await same(stage, 'chats, messages, drafts and people', said, () => alice.page.evaluate(readTalk, { groups, directs: drafted, users }))
    await same(stage, 'late lines and members', stage.quietly(lateIds), () => second.evaluate(readQuiet))
    await same(stage, 'people to choose from', stage.called(), () => third.evaluate(readChoice))
    await search(alice.page, wave)
    const { title, write, typing, begun, name, status, greet } = await stage.oneByOne(wave)
    await haveStood(stage, alice.page, { title, write })
    await haveStood(stage, second, { typing, begun })
    await haveStood(stage, third, { title: name, name, status, about: status, write: greet })
  }
  await third.evaluate(followAddresses, ALL.map(({ text }) => text))

  const noticed = (await Promise.all([alice.page, second, third].map(noticesOf))).flat()
  const words = new Set(noticed.map(({ body }) => body))
  const unsaid = TRIED.filter(({ text }) => !words.has(plainText(`${ELSEWHERE} ${text}`).slice(0, 200)))
  assert.deepEqual(unsaid, [], 'each was the text of a notification')
  await nobodyIsCalledSo(server.address)
  const labels = await devices(alice, server.address)
  await sockets.end()
  await watch()
  console.log(`raised: ${JSON.stringify(RAISED)}`)
  console.log(`attack: script injection: ${TRIED.length} of ${ALL.length} texts, ${stage.shown} times shown, ${labels} device names, ${stage.refused} refused as names, 0 ran`)
})

/**
 * Everything by which a text that runs would show itself; the answer looks whether any has.
 * @param {import('./support/person.mjs').Person} person
 * @param {string} address
 */
async function watched(person, address) {
  /** @type {string[]} */
  const signs = []
  const { context } = person
  await context.exposeFunction('hit', (/** @type {unknown} */ id) => void signs.push(`ran: ${id}`))
  context.on('request', request => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== address) signs.push(`asked for ${request.url()}`)
  })
  const follow = (/** @type {Page} */ page) => {
    page.on('dialog', dialog => { signs.push(`dialog: ${dialog.message()}`); void dialog.dismiss() })
    page.on('download', download => signs.push(`download: ${download.url()}`))
    page.on('popup', popup => signs.push(`popup: ${popup.url()}`))
    page.on('framenavigated', frame => {
      const { origin, pathname } = new URL(frame.url())
      if (frame !== page.mainFrame() || origin !== address || pathname !== '/') signs.push(`navigated to ${frame.url()}`)
    })
  }
  context.pages().forEach(follow)
  context.on('page', follow)
  // The binding is there from the next document on.
  await person.reload()
  return async () => {
    for (const page of context.pages()) signs.push(...await page.evaluate(findForeign))
    // Refusals by the Content-Security-Policy are errors of the console, which `person.problems` keeps.
    assert.deepEqual([...signs, ...person.problems], [])
  }
}

/** In the page: what no component makes. */
function findForeign() {
  const foreign = [...document.querySelectorAll('iframe, object, embed, base, form[action], video, audio, math, meta[http-equiv], style, frameset, marquee, foreignObject, animate, set, script:not([type="module"][src])')]
    .filter(element => !element.closest('head') || element.localName !== 'style')
    .map(element => element.outerHTML.slice(0, 200))
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || name === 'srcdoc') foreign.push(`${element.localName} ${name}=${value}`)
      if (/^(href|src|action|formaction|xlink:href|data|poster|background|srcset)$/.test(name) && !/^(#|https?:\/\/|mailto:|[\w./-]+$|data:image\/|\/api\/)/.test(value)) foreign.push(`${element.localName} ${name}=${value}`)
    }
  }
  return foreign
}

/** @param {Page} page @param {number} conversation */
async function openAt(page, conversation) {
  await page.evaluate(hash => { location.hash = hash }, `chat-${conversation}`)
  await seen(page.getByRole('main').getByRole('textbox', { name: /^Message / }))
}

/** Keeps what each note said that came in passing. @param {Page} page @returns {Promise<() => Promise<string[]>>} */
async function noteToasts(page) {
  await page.evaluate(() => {
    /** @type {string[]} */
    const notes = []
    Reflect.set(window, 'notes', notes)
    new MutationObserver(() => {
      for (const toast of document.querySelectorAll('cw-toast [data-ref="text"]')) if (!notes.includes(toast.textContent ?? '')) notes.push(toast.textContent ?? '')
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  return () => page.evaluate(() => Reflect.get(window, 'notes').filter(Boolean))
}

/**
 * Waits until all stands in its place as it was written.
 * @param {Stage} stage
 * @param {string} where
 * @param {import('./support/places.mjs').Shown} expected
 * @param {() => Promise<import('./support/places.mjs').Shown>} read
 */
async function same(stage, where, expected, read) {
  /** @type {import('./support/places.mjs').Shown} */
  let shown = {}
  const isSame = async () => {
    const all = await read()
    shown = Object.fromEntries(Object.keys(expected).map(key => [key, all[key]]))
    return isDeepStrictEqual(shown, expected)
  }
  await eventually(where, isSame).catch(() => assert.deepEqual(shown, expected, where))
  stage.shown += JSON.stringify(expected).split('":').length - 1
}

/** The panel finds them, and marks a part of each. @param {Page} page @param {ReadonlyArray<Payload>} wave */
async function search(page, wave) {
  const box = page.getByRole('searchbox', { name: 'Search messages' })
  if (!await box.isVisible()) {
    await page.keyboard.press('Control+K')
    await page.getByRole('combobox', { name: 'Search or jump' }).press('Control+Enter')
  }
  const found = wave.filter(({ text }) => /hit/i.test(text)).map(({ text }) => text.replace(/\s+/gu, ' ').trim())
  await box.fill('')
  await box.fill(`hit -${ELSEWHERE}`)
  /** @type {string[]} */
  let missing = []
  const areThere = async () => {
    const hits = await page.locator('a.hit .sn').evaluateAll(all => all.map(one => (one.textContent ?? '').replace(/\s+/gu, ' ').trim()))
    missing = found.filter(text => !hits.includes(text))
    return missing.length === 0
  }
  await eventually('the search finds them', areThere).catch(() => assert.deepEqual(missing, []))
}

/**
 * Where one text shows at a time, each has stood as it was written.
 * @param {Stage} stage
 * @param {Page} page
 * @param {Record<string, Set<string> | undefined>} expected
 */
async function haveStood(stage, page, expected) {
  /** @type {string[]} */
  let missing = []
  const haveAll = async () => {
    const seen = /** @type {Record<string, string[]>} */ (await page.evaluate(() => Reflect.get(window, 'writtenDown')))
    missing = Object.entries(expected).flatMap(([place, texts]) => [...texts ?? []].filter(text => !seen[place]?.some(one => one === text || one === ` · ${text}`)).map(text => `${place}: ${text}`))
    return missing.length === 0
  }
  await eventually('each has stood there', haveAll).catch(() => assert.deepEqual(missing, []))
  for (const texts of Object.values(expected)) stage.shown += texts?.size ?? 0
}

/** In the page: each text as what stands behind the # of the address. @param {ReadonlyArray<string>} texts */
async function followAddresses(texts) {
  for (const text of texts) {
    location.hash = text
    await new Promise(resolve => setTimeout(resolve))
    location.hash = `chat-${text}`
    await new Promise(resolve => setTimeout(resolve))
  }
}

/** None of them can be a username. @param {string} address */
async function nobodyIsCalledSo(address) {
  const answers = await Promise.all(ALL.map(({ text }) => ask(address, '', 'POST', '/signup', { username: text, password: 'seven wobbly teapots at dawn' })))
  assert.deepEqual(ALL.filter((_, i) => answers[i]?.status !== 422), [], 'refused as usernames')
}

/**
 * A program may call itself what it likes, and stands so in the list of devices.
 * @param {import('./support/person.mjs').Person} alice
 * @param {string} address
 */
async function devices(alice, address) {
  // What HTTP cannot carry in a header cannot be tried there.
  const agents = TRIED.map(({ text }) => text).filter(text => /^[!-~][ -~]*[!-~]$/.test(text) && !/Firefox|Chrom|Safari|Edg|OPR/.test(text))
  for (const agent of agents) {
    const answer = await fetch(`${address}/api/v1/login`, {
      method: 'POST', headers: { origin: address, 'content-type': 'application/json', 'user-agent': agent }, body: JSON.stringify({ username: alice.username, password: alice.password }),
    })
    assert.equal(answer.status, 200, await answer.text())
  }
  const dialog = await alice.openSettings('Devices')
  const wanted = new Set(agents.map(agent => [...agent].slice(0, 80).join('')))
  await eventually('the devices are listed', async () => {
    const shown = new Set(await dialog.locator('[data-ref="label"]').allTextContents())
    return [...wanted].every(label => shown.has(label))
  })
  return wanted.size
}
