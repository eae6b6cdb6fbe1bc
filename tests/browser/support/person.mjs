// One person at one browser: what they do in the page, and what they see there, by roles and visible words only. When the
// page calls something differently, this is the file to change.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { launchWithProfile } from './browser.mjs'
import { recordNotices } from './recording.mjs'
import { WITHIN_MS, eventually, seen } from './eventually.mjs'

/** @typedef {'desktop' | 'phone'} Size */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/**
 * @typedef {object} PersonOptions
 * @property {Size} [size]
 * @property {string} [address] where the page is; the server's own address unless said
 * @property {string} [password]
 * @property {'light' | 'dark'} [theme]
 * @property {string} [locale] the browser's language and region, en-GB unless said
 * @property {boolean} [keep] signs up with 'Keep me signed in' ticked
 * @property {boolean} [mayNotify] the browser's permission for notifications is given
 * @property {import('playwright-core').Browser} [browser] another browser than the shared one
 * @property {string} [profile] a browser of their own that keeps what it knows in this directory
 * @property {Awaited<ReturnType<import('playwright-core').BrowserContext['storageState']>>} [storage] cookies of an earlier browser
 */

/** @type {Readonly<Record<Size, import('playwright-core').BrowserContextOptions>>} */
const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
}

const PASSWORD = 'seven wobbly teapots at dawn'

export class Person {
  /** What went wrong in their windows: exceptions, console errors, refusals by the Content-Security-Policy. @type {string[]} */
  problems = []
  /** Every frame their pages sent, newest last. @type {Array<Record<string, unknown>>} */
  sent = []

  /** @type {Set<number>} */
  #expectedStatuses = new Set()
  #expectsLostConnections = false

  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {Page} page
   * @param {string} name
   * @param {Required<Pick<PersonOptions, 'size' | 'address' | 'password' | 'keep'>>} choices
   */
  constructor(context, page, name, { size, address, password, keep }) {
    this.context = context
    this.page = page
    this.name = name
    this.first = name.split(' ')[0] ?? name
    this.username = this.first.toLowerCase()
    this.size = size
    this.address = address
    this.password = password
    this.keep = keep
    context.on('page', other => this.#watch(other))
    this.#watch(page)
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} name
   * @param {PersonOptions & { address: string }} options
   */
  static async arrive(browser, name, { size = 'desktop', address, password = PASSWORD, theme = 'light', locale = 'en-GB', keep = false, mayNotify = false, storage, profile }) {
    /** @type {import('playwright-core').BrowserContextOptions} */
    const browserIs = {
      ...SIZES[size],
      locale,
      timezoneId: 'Europe/Amsterdam',
      colorScheme: theme,
      reducedMotion: 'reduce',
      ...(storage ? { storageState: storage } : {}),
    }
    const context = await (profile ? launchWithProfile(profile, browserIs) : browser.newContext(browserIs))
    context.setDefaultTimeout(WITHIN_MS)
    if (mayNotify) await context.grantPermissions(['notifications'])
    await recordNotices(context, mayNotify)
    return new Person(context, context.pages()[0] ?? await context.newPage(), name, { size, address, password, keep })
  }

  /* ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────── */

  /** Opens the page and, if there is a session, waits until it is live. */
  async open(hash = '') {
    await this.page.goto(`${this.address}/${hash}`)
    await this.page.getByText(/^· \d+ online$/).or(this.page.getByRole('tab', { name: 'Log in' })).first().waitFor({ state: 'attached' })
  }

  async reload() {
    await this.page.reload()
    await this.live()
  }

  /** Until the page has its connection and knows who is there. */
  async live(page = this.page) {
    await page.getByText(/^· \d+ online$/).first().waitFor({ state: 'attached' })
  }

  /** An account and a session without the form, for tests that are about something else. */
  async createAccount() {
    const { name: displayName, username, password, keep: keepSignedIn } = this
    const answer = await this.post('/api/v1/signup', { username, password, displayName, keepSignedIn })
    assert.equal(answer.status(), 201, await answer.text())
  }

  /** @param {string} path @param {unknown} data */
  post(path, data) {
    return this.context.request.post(this.address + path, { data, headers: { origin: this.address } })
  }

  /** Fills in 'Create account' and sends it; what comes then is the test's to look for. The username is the first name as one writes it. */
  async signUp({ username = this.first, password = this.password, keep = this.keep } = {}) {
    await this.page.getByRole('tab', { name: 'Create account' }).click()
    await this.#fillIn('Create account', username, password, keep)
  }

  async logIn({ username = this.username, password = this.password, keep = this.keep } = {}) {
    await this.page.getByRole('tab', { name: 'Log in' }).click()
    await this.#fillIn('Log in', username, password, keep)
  }

  async logOut() {
    await this.toList()
    await this.people.getByRole('button', { name: 'Log out' }).click()
    await seen(this.page.getByRole('tab', { name: 'Log in' }))
  }

  /** Another window of the same browser. */
  async openWindow() {
    const page = await this.context.newPage()
    await page.goto(`${this.address}/`)
    await this.live(page)
    return page
  }

  /** Closes every window as a person does: the page is told. */
  async closeWindows() {
    for (const page of this.context.pages()) await page.close({ runBeforeUnload: true })
    await eventually('all windows are closed', () => this.context.pages().length === 0)
  }

  /** Comes back to a browser whose windows were closed. */
  async reopen() {
    this.page = await this.context.newPage()
    await this.open()
  }

  async leave() {
    await this.context.close().catch(() => {})
  }

  /* ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────── */

  /** The part of the page with chats and people. */
  get people() {
    return this.page.getByRole('navigation', { name: 'Chats and people' })
  }

  get chatRows() {
    return this.people.getByRole('list', { name: 'Chats' }).getByRole('link')
  }

  get personRows() {
    return this.people.getByRole('list', { name: /^People/ }).getByRole('link')
  }

  /** @param {Person} other */
  chatRow(other) {
    return this.people.getByRole('list', { name: 'Chats' }).getByRole('link', { name: startingWith(other.name) })
  }

  /**
   * @param {Person} other
   * @param {'online' | 'idle' | 'offline'} [presence]
   */
  personRow(other, presence) {
    const name = presence ? `${other.name}, ${presence}` : other.name
    return this.people.getByRole('list', { name: /^People/ }).getByRole('link', { name: startingWith(name) })
  }

  /** @param {Person} other */
  async openChatWith(other) {
    await this.toList()
    await this.personRow(other).click()
    // The chat that was open before has a composer, too.
    await seen(this.page.getByRole('main').getByRole('textbox', { name: `Message ${other.first}`, exact: true }))
  }

  /** @param {string} pane */
  async openSettings(pane) {
    await this.toList()
    await this.page.getByRole('button', { name: 'Settings' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: pane }).click()
    return dialog
  }

  /** On a phone the list is a screen of its own. */
  async toList() {
    const back = this.page.getByRole('button', { name: 'Back to all chats' })
    if (this.size === 'phone' && (await back.isVisible())) await back.click()
  }

  /* ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────── */

  /** The box of the palette that Ctrl+K opens. */
  get palette() {
    return this.page.getByRole('combobox', { name: 'Search or jump' })
  }

  /** What the palette offers. @param {RegExp} name */
  offer(name) {
    return this.page.getByRole('listbox', { name: 'Search or jump' }).getByRole('option', { name })
  }

  /** The box of the search panel. */
  get searchBox() {
    return this.page.getByRole('searchbox', { name: 'Search messages' })
  }

  /** What the search found. @param {RegExp} [name] */
  hit(name) {
    const panel = this.page.getByRole('complementary', { name: 'Search' }).or(this.page.getByRole('main', { name: 'Search' }))
    return panel.getByRole('link', name ? { name } : {})
  }

  /* ── the open chat ────────────────────────────────────────────────────────────────────────────────────────────── */

  get composer() {
    return this.page.getByRole('main').getByRole('textbox', { name: /^Message / })
  }

  get log() {
    return this.page.getByRole('log')
  }

  get messages() {
    return this.log.getByRole('article')
  }

  /** @param {string} text */
  message(text) {
    return this.messages.filter({ hasText: text })
  }

  /** @param {string | RegExp} words something the chat says about its messages */
  words(words) {
    return this.log.getByText(words)
  }

  /** The fact behind a message's tick, as a reader of the screen hears it. @param {string} text @param {RegExp} fact */
  tick(text, fact) {
    return this.message(text).getByRole('img', { name: fact })
  }

  /** What one can do with a message: a right click, or a long press of a finger. @param {string} text @param {string} what */
  async choose(text, what) {
    await this.message(text).dispatchEvent('contextmenu')
    await this.page.getByRole('menu', { name: 'Message actions' }).getByRole('menuitem', { name: what }).click()
  }

  /** Writes and sends; on a phone Enter makes a new line. @param {string} text */
  async say(text) {
    await this.composer.fill(text)
    if (this.size === 'phone') await this.page.getByRole('button', { name: 'Send' }).tap()
    else await this.composer.press('Enter')
    await seen(this.message(text.split('\n')[0]?.replace('https://', '') ?? text)) // signs that format a text are not in it
  }

  /**
   * Goes on writing until others have seen it: that somebody is typing is shown for seconds after a key.
   * @param {Promise<unknown>} isSeen
   */
  async writeUntil(isSeen) {
    let isOver = false
    const end = () => { isOver = true }
    isSeen.then(end, end)
    do {
      await this.composer.pressSequentially('and ')
      await Promise.race([isSeen, pause(1_000)])
    } while (!isOver)
    await isSeen
  }

  /** What the messages on the page say, oldest first. @returns {Promise<string[]>} */
  async texts() {
    return this.messages.locator('p').evaluateAll(nodes =>
      nodes.map(node => {
        const copy = /** @type {Element} */ (node.cloneNode(true))
        // Times and ticks stand inside the last paragraph.
        for (const time of copy.querySelectorAll('time')) (time.closest('p > *') ?? time).remove()
        return (copy.textContent ?? '').trim()
      }),
    )
  }

  /* ── attention ────────────────────────────────────────────────────────────────────────────────────────────────── */

  /** The window stays open, but its owner looks at something else. */
  async lookAway() {
    await this.#attend(false)
  }

  async lookBack() {
    await this.#attend(true)
  }

  /* ── what must not happen ─────────────────────────────────────────────────────────────────────────────────────── */

  /** The test is about an answer with this status; the browser notes such answers as errors of the page. @param {number} status */
  expectStatus(status) {
    this.#expectedStatuses.add(status)
  }

  expectLostConnections() {
    this.#expectsLostConnections = true
  }

  checkNothingWentWrong() {
    assert.deepEqual(this.problems, [], `${this.name}'s windows reported problems`)
  }

  /** @param {boolean} isAttended */
  async #attend(isAttended) {
    await this.page.evaluate(value => {
      Object.defineProperties(document, {
        hasFocus: { configurable: true, value: () => value },
        visibilityState: { configurable: true, get: () => (value ? 'visible' : 'hidden') },
        hidden: { configurable: true, get: () => !value },
      })
      document.dispatchEvent(new Event('visibilitychange'))
      window.dispatchEvent(new Event(value ? 'focus' : 'blur'))
    }, isAttended)
  }

  /**
   * @param {string} button
   * @param {string} username
   * @param {string} password
   * @param {boolean} keep
   */
  async #fillIn(button, username, password, keep) {
    await this.page.getByRole('textbox', { name: 'Username' }).fill(username)
    await this.page.getByRole('textbox', { name: 'Password', exact: true }).fill(password)
    await this.page.getByRole('checkbox', { name: 'Keep me signed in' }).setChecked(keep)
    await this.page.getByRole('button', { name: button, exact: true }).click()
  }

  /** @param {Page} page */
  #watch(page) {
    page.on('pageerror', error => this.problems.push(`exception: ${error.message}`))
    page.on('console', note => {
      if (note.type() === 'error' && !this.#isExpected(note.text(), note.location().url)) this.problems.push(`${note.text()} ${note.location().url}`)
    })
    page.on('websocket', socket => {
      socket.on('framesent', ({ payload }) => this.sent.push(JSON.parse(String(payload))))
    })
  }

  /**
   * @param {string} text
   * @param {string} url
   */
  #isExpected(text, url) {
    const status = /responded with a status of (\d{3})/.exec(text)?.[1]
    // Asking who one is, is how the page finds out that it must show the log-in form.
    if (status === '401' && url.endsWith('/api/v1/me')) return true
    if (status) return this.#expectedStatuses.has(Number(status))
    return this.#expectsLostConnections && /net::ERR_|WebSocket connection to/.test(text)
  }
}

/** A name that begins so and goes on, if at all, after a comma: 'Bob Hargreaves, online, 3 unread'. @param {string} start */
function startingWith(start) {
  return new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(,|$)`)
}
