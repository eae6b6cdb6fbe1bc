// Every place where somebody's text shows: what must stand there, and what does. A stage of two dozen people whose names,
// statuses, groups, messages and drafts are the texts that are tried.
import assert from 'node:assert/strict'
import { parseMessage, plainText } from '../../../static/lib/format.js'
import { shortName } from '../../../static/state/select.js'
import { Crew, ask } from './crew.mjs'

/** @typedef {import('./payloads.mjs').Payload} Payload */
/** @typedef {import('../../../static/lib/format.js').Inline} Inline */
/** @typedef {import('../../../static/lib/format.js').Block} Block */
/** @typedef {Record<string, unknown>} Shown what stands in each place, by the place's name */

/** People and groups whose names and words are tried at once. */
export const AT_ONCE = 24

/** Stands in all messages but those that the search is to find. */
export const ELSEWHERE = 'zzz'

export class Stage {
  /** Display names, statuses and names of groups as the server has taken them. @type {Array<{ name: string, status: string, group: string }>} */
  named
  /** How often a text was compared with what is shown. */
  shown = 0
  /** Texts that the server takes for no name, status or name of a group. */
  refused = 0
  hallName = 'Hall'
  /** By conversation, of the drafts that were set. @type {Map<number, number>} */
  #versions = new Map()

  /** @param {Crew} crew @param {{ hall: number, quiet: number, groups: number[], directs: number[], users: number[] }} ids */
  constructor(crew, { hall, quiet, groups, directs, users }) {
    this.crew = crew
    this.hall = hall
    this.quiet = quiet
    this.groups = groups
    this.directs = directs
    this.users = users
    this.named = users.map((_, i) => ({ name: crew.at(i).username, status: '', group: `Group ${i}` }))
  }

  /**
   * @param {string} address
   * @param {{ username: string, password: string }} alice who looks at it all; the last of the crew is she, on another device
   */
  static async build(address, { username, password }) {
    const crew = await Crew.signUp(address, Array.from({ length: AT_ONCE }, (_, i) => `${'abcdefgh'[i % 8]?.repeat(3)}.${['one', 'two', 'ten'][Math.floor(i / 8)]}`))
    const users = crew.hands.map(({ id }) => id)
    const logIn = await ask(address, '', 'POST', '/login', { username, password })
    const me = Number(logIn.body.user.id)
    crew.hands.push({ id: me, username, cookie: logIn.cookie })
    const made = async (/** @type {number} */ i, /** @type {string} */ name, /** @type {ReadonlyArray<number>} */ members) => {
      const answer = await crew.ask(i, 'POST', '/conversations', { kind: 'group', name, members })
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      return Number(answer.body.conversation.id)
    }
    const hall = await made(0, 'Hall', [me, ...users.slice(1)])
    const quiet = await made(1, 'Quiet', [me, ...users.filter((_, i) => i !== 1)])
    /** @type {number[]} */
    const groups = []
    /** @type {number[]} */
    const directs = []
    for (const [i, user] of users.entries()) {
      groups.push(await made(i, `Group ${i}`, [me]))
      const direct = await crew.ask(AT_ONCE, 'POST', '/conversations', { kind: 'direct', user })
      directs.push(Number(direct.body.conversation.id))
    }
    const stage = new Stage(crew, { hall, quiet, groups, directs, users })
    for (const direct of directs) await stage.post(AT_ONCE, direct, 'hello')
    return stage
  }

  /** @param {string} method @param {string} path @param {unknown} [data] */
  asAlice(method, path, data) {
    return this.crew.ask(AT_ONCE, method, path, data)
  }

  /** What somebody is called in passing. @param {number} i */
  short(i) {
    return shortName(/** @type {Parameters<typeof shortName>[0]} */ (/** @type {unknown} */ ({ displayName: this.named[i]?.name, username: this.crew.at(i).username })))
  }

  /** @param {number} i @param {number} conversation @param {string} body @param {object} [more] @returns {Promise<number>} its seq */
  async post(i, conversation, body, more = {}) {
    const { status, body: told } = await this.crew.ask(i, 'POST', `/conversations/${conversation}/messages`, { clientId: crypto.randomUUID(), body, ...more })
    assert.equal(status, 200, `${JSON.stringify(body)}: ${JSON.stringify(told)}`)
    return told.seq
  }

  /** Everybody is called by one of the texts, says it of themselves, and calls their group so. @param {ReadonlyArray<Payload>} wave */
  async rename(wave) {
    await Promise.all(wave.map(async ({ text }, i) => {
      const own = this.named[i]
      if (!own) return
      const [group] = await Promise.all([this.#accepted(i, `/conversations/${this.groups[i]}`, { name: text }), this.#call(i, text)])
      if (group) own.group = group.conversation.name
    }))
  }

  /** Somebody is called by a text and says it of themselves, as far as it fits. @param {number} i @param {string} text */
  async #call(i, text) {
    const both = await this.#accepted(i, '/me', { displayName: text, status: text })
    const name = both ?? await this.#accepted(i, '/me', { displayName: text })
    const status = both ?? await this.#accepted(i, '/me', { status: text })
    const own = this.named[i]
    if (name && own) own.name = name.user.displayName
    if (status && own) own.status = status.user.status
  }

  /** @param {number} i @param {string} path @param {object} change @returns {Promise<any>} what is so now; null if it was refused */
  async #accepted(i, path, change) {
    const { status, body } = await this.crew.ask(i, 'PATCH', path, change)
    if (status === 200) return body
    assert.equal(status, 422, `${JSON.stringify(change)}: ${JSON.stringify(body)}`)
    this.refused += 1
    return null
  }

  /**
   * One after the other, where one text shows at a time: the hall's name, what the first person is called and says of
   * themselves while they type, what Alice has begun on another device. What must have been seen by the end.
   * @param {ReadonlyArray<Payload>} wave
   */
  async oneByOne(wave) {
    /** @type {Record<string, Set<string>>} */
    const expected = { title: new Set(), write: new Set(), typing: new Set(), begun: new Set(), name: new Set(), status: new Set(), greet: new Set() }
    const typing = (/** @type {boolean} */ on) => this.crew.say(0, { type: 'typing', conversation: this.quiet, on })
    for (const { text } of wave) {
      const [hall] = await Promise.all([this.#accepted(0, `/conversations/${this.hall}`, { name: text }), this.#call(0, text), this.draft(this.quiet, text), typing(false)])
      await typing(true)
      if (hall) this.hallName = hall.conversation.name
      const { name = '', status = '' } = this.named[0] ?? {}
      expected.title?.add(this.hallName)
      expected.write?.add(`Message ${this.hallName}`)
      expected.typing?.add(`${this.short(0)} is typing…`)
      expected.begun?.add(text)
      expected.name?.add(name)
      expected.status?.add(status)
      expected.greet?.add(`Message ${this.short(0)}`)
    }
    return expected
  }

  /** @param {number} conversation @param {string} text */
  async draft(conversation, text) {
    const answer = await this.crew.say(AT_ONCE, { type: 'draft.set', conversation, text, version: this.#versions.get(conversation) ?? 0 })
    assert.equal(answer.type, 'ok', JSON.stringify(answer))
    this.#versions.set(conversation, answer.version)
  }

  /**
   * All say their text in the hall: as it is, as code, and with an answer to it that names somebody; then in a group of
   * their own; and Alice's drafts to them become it. What must be seen of it.
   * @param {ReadonlyArray<Payload>} wave
   * @returns {Promise<Shown>}
   */
  async talk(wave) {
    /** @type {Shown} */
    const expected = {}
    const everybody = [...wave.entries()]
    const bare = await Promise.all(everybody.map(([i, { text }]) => this.post(i, this.hall, text)))
    await Promise.all(everybody.map(async ([i, { text }]) => {
      const who = this.short(i)
      // The server takes away white space at the end and blank lines at the beginning.
      expected[`message ${bare[i]}`] = { body: bodyText(text.trimEnd().replace(/^\s*\n/u, '')), quote: null, names: text.startsWith('@all"') ? ['@all'] : [] }
      const code = await this.post(i, this.hall, `${ELSEWHERE}\n\`\`\`\n${text}\n\`\`\``)
      expected[`message ${code}`] = { body: `${ELSEWHERE}\n${text}`, quote: null, names: [] }
      const next = (i + 1) % AT_ONCE
      const answer = await this.post(i, this.hall, `${ELSEWHERE} @${this.crew.at(next).username}`, { replyTo: bare[i] })
      expected[`message ${answer}`] = { body: `${ELSEWHERE} @${this.crew.at(next).username}`, quote: [who, plainText(text)], names: [`@${this.short(next)}`] }
      await this.post(i, this.groups[i] ?? 0, `${ELSEWHERE} ${text}`)
      expected[`group ${i}`] = { name: this.named[i]?.group, words: `${who}: ${plainText(`${ELSEWHERE} ${text}`)}` }
      await this.draft(this.directs[i] ?? 0, text)
      expected[`draft ${i}`] = { name: this.named[i]?.name, words: `Draft: ${text.replace(/\s+/gu, ' ').trim()}` }
    }))
    this.users.forEach((_, i) => { expected[`person ${i}`] = { name: this.named[i]?.name, status: this.named[i]?.status } })
    return expected
  }

  /** What the lines of those who came back late say, and the list of the members. @param {ReadonlyMap<number, number>} lateIds who came back, by the line's id */
  quietly(lateIds) {
    /** @type {Shown} */
    const expected = {}
    for (const [id, user] of lateIds) expected[`late ${id}`] = this.short(this.users.indexOf(user))
    for (const [i, user] of this.users.entries()) expected[`member ${user}`] = this.named[i]?.name
    return expected
  }

  /** What all are called where people are chosen. */
  called() {
    return Object.fromEntries(this.crew.hands.slice(0, AT_ONCE).map(({ username }, i) => [`@${username}`, this.named[i]?.name]))
  }
}

/** A message's text as it stands in its bubble, without the signs that format it. @param {string} body */
export function bodyText(body) {
  return parseMessage(body).map(blockText).join('\n')
}

/** @param {Block} block @returns {string} */
function blockText(block) {
  switch (block.type) {
    case 'paragraph':
      return inlineText(block.children)
    case 'pre':
      return block.text
    case 'quote':
      return block.children.map(blockText).join('')
    case 'list':
      return block.items.map(inlineText).join('')
  }
}

/** @param {ReadonlyArray<Inline>} nodes @returns {string} */
function inlineText(nodes) {
  return nodes.map(node => {
    switch (node.type) {
      case 'break':
        return ''
      case 'link':
        return node.text.replace(/^https:\/\/(?=.)/iu, '')
      case 'bold':
      case 'italic':
      case 'strike':
        return inlineText(node.children)
      default:
        return node.text
    }
  }).join('')
}

/**
 * In the page: the open chat's messages, the list's groups, drafts and people.
 * @param {{ groups: number[], directs: number[], users: number[] }} of
 * @returns {Shown}
 */
export function readTalk({ groups, directs, users }) {
  /** @type {Shown} */
  const shown = {}
  const said = (/** @type {Element | null | undefined} */ root, /** @type {string} */ ref) => root?.querySelector(`[data-ref="${ref}"]`)?.textContent ?? null
  for (const message of document.querySelectorAll('cw-message[data-seq]')) {
    const bubble = /** @type {Element | undefined} */ (message.querySelector('[data-ref="bubble"]')?.cloneNode(true))
    const quote = bubble?.querySelector('.quote')
    const names = [...(bubble?.querySelectorAll('.mention') ?? [])].map(one => /** @type {HTMLElement} */ (one).dataset.name)
    const quoted = quote ? [...quote.children].map(part => part.textContent) : null
    for (const part of bubble?.querySelectorAll('.who, .quote, .meta') ?? []) part.remove()
    const parts = [...(bubble?.children ?? [])]
    // Below code, time and tick stand in a paragraph of their own.
    if (parts.length > 1 && parts.at(-1)?.textContent === '') parts.pop()
    shown[`message ${message.getAttribute('data-seq')}`] = { body: parts.map(part => part.textContent).join('\n'), quote: quoted, names }
  }
  for (const [i, id] of groups.entries()) {
    const row = document.querySelector(`cw-chat-row a[data-conversation="${id}"]`)
    shown[`group ${i}`] = { name: said(row, 'name'), words: `${said(row, 'draft')}${said(row, 'text')}` }
  }
  for (const [i, id] of directs.entries()) {
    const row = document.querySelector(`cw-chat-row a[data-conversation="${id}"]`)
    shown[`draft ${i}`] = { name: said(row, 'name'), words: `${said(row, 'draft')}${said(row, 'text')}`.replace(/\s+/gu, ' ').trim() }
  }
  for (const [i, id] of users.entries()) {
    const row = document.querySelector(`cw-person-row a[data-user="${id}"]`)
    shown[`person ${i}`] = { name: said(row, 'name'), status: said(row, 'status') }
  }
  return shown
}

/** In the page: the lines of those who came back, and the list of the members. @returns {Shown} */
export function readQuiet() {
  /** @type {Shown} */
  const shown = {}
  for (const line of document.querySelectorAll('[data-late]')) shown[`late ${line.getAttribute('data-late')}`] = line.querySelector('[data-ref="text"] b')?.textContent
  for (const link of document.querySelectorAll('cw-member-row a[href]')) shown[`member ${link.getAttribute('href')?.replace('#with-', '')}`] = link.querySelector('[data-ref="name"]')?.textContent
  return shown
}

/** In the page: whom one may choose for a group. @returns {Shown} */
export function readChoice() {
  return Object.fromEntries([...document.querySelectorAll('[role="option"]')].map(one => [one.querySelector('[data-ref="username"]')?.textContent, one.querySelector('[data-ref="name"]')?.textContent]))
}

/**
 * In the page: writes down all that ever stands in these places, and in the text one has begun.
 * @param {Record<string, string>} places each a selector, and behind an @ the attribute that is meant
 */
export function writeDown(places) {
  /** @type {Record<string, string[]>} */
  const seen = Object.fromEntries(Object.keys(places).map(name => [name, []]))
  const look = () => {
    for (const [name, place] of Object.entries(places)) {
      const [selector = '', attribute] = place.split(' @')
      const element = document.querySelector(selector)
      const text = (attribute ? element?.getAttribute(attribute) : element?.textContent) ?? ''
      if (!seen[name]?.includes(text)) seen[name]?.push(text)
    }
  }
  Reflect.set(window, 'writtenDown', seen)
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  const begun = document.querySelector('cw-composer textarea')
  const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')
  if (!begun || !own?.get || !own.set) return
  const { get, set } = own
  /** @type {string[]} */
  const values = seen.begun = []
  Object.defineProperty(begun, 'value', {
    get: () => get.call(begun),
    set: value => {
      values.push(String(value))
      set.call(begun, value)
    },
  })
}
