// The network between one person and the server: a relay that can be cut, or made to lose what the server answers.
// It passes bytes and never looks into them.
import { once } from 'node:events'
import net from 'node:net'

/** One person's cable. A page opened at its `address` talks to the server through it. */
export class Cable {
  /** @type {Set<net.Socket>} */
  #sockets = new Set()
  #isCut = false
  #losesAnswers = false
  /** @type {Set<() => void>} */
  #downListeners = new Set()

  /** @param {net.Server} relay */
  constructor(relay) {
    this.relay = relay
  }

  /** @param {() => number} serverPort asked for every connection: a server may come back elsewhere */
  static async to(serverPort) {
    const relay = net.createServer()
    const cable = new Cable(relay)
    relay.on('connection', near => cable.#join(near, serverPort()))
    relay.listen(0, '127.0.0.1')
    await once(relay, 'listening')
    return cable
  }

  get port() {
    return /** @type {net.AddressInfo} */ (this.relay.address()).port
  }

  get address() {
    return `http://127.0.0.1:${this.port}`
  }

  /** Ends every connection without a closing word, and refuses new ones. */
  cut() {
    for (const listener of this.#downListeners) listener()
    this.#isCut = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** From now on the server hears the page, but the page does not hear the server. */
  loseAnswers() {
    this.#losesAnswers = true
  }

  mend() {
    this.#isCut = false
    this.#losesAnswers = false
  }

  beforeDown(/** @type {() => void} */ listener) {
    this.#downListeners.add(listener)
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
    this.relay.close()
  }

  /**
   * @param {net.Socket} near
   * @param {number} port
   */
  #join(near, port) {
    if (this.#isCut) {
      near.resetAndDestroy()
      return
    }
    const far = net.connect(port, '127.0.0.1')
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', chunk => {
        if (from === far && this.#losesAnswers) return
        to.write(chunk)
      })
      from.on('end', () => to.end())
      // A connection that breaks on one side breaks on the other; the error itself is what a broken cable looks like.
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }
}
