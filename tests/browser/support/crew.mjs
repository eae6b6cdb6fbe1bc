// Many people without a browser of their own: they act over HTTP, and through sockets that one window holds for all of them.
import assert from 'node:assert/strict'

const PASSWORD = 'seven wobbly teapots at dawn'

/** @typedef {{ id: number, username: string, cookie: string }} Hand */
/** @typedef {{ status: number, body: any }} Answer what came over HTTP, of any shape */

export class Crew {
  /** @type {import('playwright-core').Page | null} */
  #window = null

  /** @param {string} address @param {Hand[]} hands */
  constructor(address, hands) {
    this.address = address
    this.hands = hands
  }

  /** @param {string} address @param {ReadonlyArray<string>} usernames */
  static async signUp(address, usernames) {
    const hands = []
    for (const username of usernames) {
      const { status, body, cookie } = await ask(address, '', 'POST', '/signup', { username, password: PASSWORD })
      assert.equal(status, 201, JSON.stringify(body))
      hands.push({ id: Number(body.user.id), username, cookie })
    }
    return new Crew(address, hands)
  }

  /** @param {number} i @returns {Hand} */
  at(i) {
    const hand = this.hands[i]
    if (!hand) throw new Error(`there are only ${this.hands.length}`)
    return hand
  }

  /** @param {number} i @param {string} method @param {string} path @param {unknown} [data] @returns {Promise<Answer>} */
  ask(i, method, path, data) {
    return ask(this.address, this.at(i).cookie, method, path, data)
  }

  /** Opens a socket for each of them. @param {import('playwright-core').Browser} browser */
  async connect(browser) {
    const context = await browser.newContext()
    const page = this.#window = await context.newPage()
    // A page of the server's own origin, without the client.
    await page.goto(`${this.address}/healthz`)
    for (const [i, { cookie }] of this.hands.entries()) {
      const [name = '', value = ''] = cookie.split('=')
      await context.addCookies([{ name, value, url: this.address }])
      await page.evaluate(at => new Promise((resolve, reject) => {
        const all = /** @type {Record<number, WebSocket>} */ (Reflect.get(window, 'sockets') ?? {})
        Reflect.set(window, 'sockets', all)
        const socket = all[at] = new WebSocket(`ws://${location.host}/ws`, 'chinwag.v1')
        socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', accountRev: 0, peopleRev: 0, conversations: [], idle: false }))
        socket.onmessage = ({ data }) => JSON.parse(data).type === 'ready' && resolve(undefined)
        socket.onclose = () => reject(new Error('closed'))
      }), i)
    }
    return { end: () => context.close() }
  }

  /** Closes somebody's socket. @param {number} i */
  async leave(i) {
    await this.#window?.evaluate(at => {
      const socket = /** @type {Record<number, WebSocket>} */ (Reflect.get(window, 'sockets'))[at]
      socket?.close(1000)
    }, i)
  }

  /** Sends a frame through somebody's socket and waits for its answer. @param {number} i @param {Record<string, unknown>} frame @returns {Promise<any>} */
  async say(i, frame) {
    return this.#window?.evaluate(([at, told]) => new Promise(resolve => {
      const socket = /** @type {Record<number, WebSocket>} */ (Reflect.get(window, 'sockets'))[/** @type {number} */ (at)]
      const ref = Number(Reflect.get(window, 'lastRef') ?? 0) + 1
      Reflect.set(window, 'lastRef', ref)
      const hear = (/** @type {MessageEvent} */ { data }) => {
        const answer = JSON.parse(data)
        if (answer.ref !== ref) return
        socket?.removeEventListener('message', hear)
        resolve(answer)
      }
      socket?.addEventListener('message', hear)
      socket?.send(JSON.stringify({ .../** @type {object} */ (told), ref }))
    }), /** @type {const} */ ([i, frame]))
  }
}

/**
 * @param {string} address
 * @param {string} cookie
 * @param {string} method
 * @param {string} path
 * @param {unknown} [data]
 */
export async function ask(address, cookie, method, path, data = {}) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { origin: address, 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) },
    ...(method === 'GET' ? {} : { body: JSON.stringify(data) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), cookie: (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '' }
}
