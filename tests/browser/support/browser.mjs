// Chromium as Debian packages it, without a profile unless a test is about one, and without anything it might want from the
// network.
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { WITHIN_MS } from './eventually.mjs'

/** A name that is not loopback's: plain http there is what a LAN address is to a browser, not a secure context. */
export const LAN_NAME = 'chat.test'

const ARGUMENTS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-pings',
  '--no-proxy-server',
  `--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`,
]

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launch() {
  return chromium.launch(how())
}

/**
 * A browser of its own that keeps what it knows in a directory, as a person's own browser does.
 * @param {string} profile
 * @param {import('playwright-core').BrowserContextOptions} options
 */
export async function launchWithProfile(profile, options) {
  return chromium.launchPersistentContext(profile, { ...options, ...how() })
}

/**
 * Ends that browser as a power cut does; what it had not written to the disk is lost.
 * @param {string} profile
 * @param {import('playwright-core').BrowserContext} context
 */
export async function killBrowserOf(profile, context) {
  const gone = new Promise(resolve => context.once('close', resolve))
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(processes.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))) // some have ended meanwhile
  const ids = processes.filter((_, i) => lines[i]?.split('\0').includes(`--user-data-dir=${profile}`)).map(Number)
  if (ids.length === 0) throw new Error(`no browser runs on ${profile}`)
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL')
    } catch {
      // It went with the one before it.
    }
  }
  await gone
}

function how() {
  const isRoot = process.getuid?.() === 0
  return {
    executablePath: inPath('chromium'),
    timeout: WITHIN_MS,
    // Chromium refuses to run its sandbox as root.
    args: isRoot ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
  }
}

/**
 * Ends the whole browser at once, as a crash or a power cut does: no page can say goodbye.
 * @param {import('playwright-core').Browser} browser
 */
export async function killBrowser(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const gone = new Promise(resolve => browser.once('disconnected', resolve))
  // The network service holds the sockets; ending it first keeps it from closing them politely (1001). Older Chromiums call
  // every service a utility.
  const services = processInfo.filter(one => /NetworkService|utility/i.test(one.type))
  const browsers = processInfo.filter(one => one.type === 'browser')
  if (services.length === 0 || browsers.length === 0) throw new Error(`which process holds the sockets? ${JSON.stringify(processInfo)}`)
  for (const one of [...services, ...browsers]) process.kill(one.id, 'SIGKILL')
  await gone
}

/** @param {string} name */
function inPath(name) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(directory, name)
    if (existsSync(file)) return file
  }
  throw new Error(`no ${name} in PATH; tests/run installs it where it may`)
}
