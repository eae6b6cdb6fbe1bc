// The real program, started as anyone starts it, in a data directory of its own. Never a stand-in for it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = process.env.CHINWAG_BIN ?? fileURLToPath(new URL('../../../target/debug/chinwag', import.meta.url))

/** A debug build that migrates a new database on a busy machine of two cores; usually it takes under half a second. */
const START_WITHIN_MS = 120_000

/**
 * What the program is told beside its defaults, so that tests take seconds: bcrypt at its lowest cost, and someone whose
 * windows are gone is offline after one second instead of five.
 * @type {Readonly<Record<string, string>>}
 */
const QUICK = { CHINWAG_BCRYPT_COST: '4', CHINWAG_PRESENCE_GRACE: '1' }

/**
 * Settings of the program by their variables, e.g. `{ CHINWAG_CLOSING_GRACE: '2' }`.
 * @typedef {Readonly<Record<string, string>>} Settings
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
// The default action of these would skip 'exit', and leave the servers behind.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) process.on(signal, () => process.exit(1))

/** One running Chinwag. Stopping and starting it again keeps its data and its port. */
export class Server {
  /** Everything the program printed, for a failing test to show. */
  output = ''

  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null
  #port = 0
  /** @type {Set<() => void>} */
  #downListeners = new Set()

  /**
   * @param {string} data
   * @param {Settings} settings
   */
  constructor(data, settings) {
    this.data = data
    this.settings = settings
  }

  /**
   * A server in a new, empty data directory.
   * @param {Settings} [settings]
   * @param {(data: string, settings: Settings) => Promise<void>} [prepare] Fills the data directory before the start.
   */
  static async start(settings = {}, prepare) {
    const server = new Server(await mkdtemp(join(tmpdir(), 'data-')), settings)
    if (prepare) await prepare(server.data, settings)
    await server.start()
    return server
  }

  get port() {
    return this.#port
  }

  get address() {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Starts it again at the address it had, so that open pages find it. */
  async start() {
    const child = spawn(PROGRAM, ['serve', '--listen', `127.0.0.1:${this.#port}`, '--data', this.data], {
      env: { ...process.env, ...QUICK, ...this.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    running.add(child)
    child.once('exit', () => running.delete(child))
    this.#port = await this.#announcedPort(child)
  }

  /** Asks it to stop, as a service manager does. */
  async stop() {
    await this.#end('SIGTERM')
  }

  /** Ends it without a chance to say anything, as a power cut does. */
  async kill() {
    await this.#end('SIGKILL')
  }

  async restart() {
    await this.stop()
    await this.start()
  }

  /** `listener` is called before the server goes away, so that whoever watches a page expects lost connections. */
  beforeDown(/** @type {() => void} */ listener) {
    this.#downListeners.add(listener)
  }

  async remove() {
    await this.kill()
    await rm(this.data, { recursive: true, force: true })
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    for (const listener of this.#downListeners) listener()
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  /** @param {import('node:child_process').ChildProcess} child */
  async #announcedPort(child) {
    /** @type {Promise<number>} */
    const announced = new Promise((resolve, reject) => {
      let head = ''
      const read = (/** @type {Buffer} */ chunk) => {
        this.output += chunk
        head += chunk
        const match = /http:\/\/[^\s/]+:(\d+)/.exec(head)
        if (match) resolve(Number(match[1]))
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('error', () => reject(new Error(`cannot run ${PROGRAM}; build it with: cargo build`)))
      child.once('exit', code => reject(new Error(`chinwag ended with ${code} before it served:\n${this.output}`)))
      setTimeout(() => reject(new Error(`chinwag said no address in time:\n${this.output}`)), START_WITHIN_MS).unref()
    })
    return announced
  }
}

/**
 * Runs one of the program's other commands to its end.
 * @param {string[]} args
 * @param {Settings} [settings]
 * @returns {Promise<string>} what it printed
 */
export async function chinwag(args, settings = {}) {
  const child = spawn(PROGRAM, args, { env: { ...process.env, ...QUICK, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`chinwag ${args.join(' ')} ended with ${code}:\n${output}`)
  return output
}
