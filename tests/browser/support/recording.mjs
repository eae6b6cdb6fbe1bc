// What leaves the page towards its person: notifications and sounds. Both are recorded instead of shown and played.

/**
 * @typedef {{ title: string, body: string }} Notice
 * @typedef {Window & { recorded: { notices: Notice[], sounds: number } }} RecordingWindow
 */

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {boolean} mayNotify
 */
export async function recordNotices(context, mayNotify) {
  await context.addInitScript(granted => {
    const recorded = { notices: /** @type {Notice[]} */ ([]), sounds: 0 }
    Object.defineProperty(window, 'recorded', { value: recorded })

    for (const type of [globalThis.AudioScheduledSourceNode, globalThis.HTMLMediaElement]) {
      if (!type) continue
      const prototype = /** @type {Record<string, (...given: unknown[]) => unknown>} */ (/** @type {unknown} */ (type.prototype))
      const verb = 'play' in prototype ? 'play' : 'start'
      const former = prototype[verb]
      prototype[verb] = function (...given) {
        recorded.sounds += 1
        return former?.apply(this, given)
      }
    }

    // Where the browser has none (plain http at a LAN address) the page must find none here either.
    if (!window.isSecureContext) return
    window.Notification = /** @type {typeof Notification} */ (/** @type {unknown} */ (class extends EventTarget {
      static permission = granted ? 'granted' : 'default'
      static requestPermission = async () => (granted ? 'granted' : 'denied')
      onclick = null
      /** @param {string} title @param {NotificationOptions} [options] */
      constructor(title, options) {
        super()
        recorded.notices.push({ title, body: options?.body ?? '' })
      }
      close() {}
    }))
  }, mayNotify)
}

/** @param {import('playwright-core').Page} page */
export function noticesOf(page) {
  return page.evaluate(() => /** @type {RecordingWindow} */ (/** @type {unknown} */ (window)).recorded.notices)
}

/** How often a sound was begun. @param {import('playwright-core').Page} page */
export function soundsOf(page) {
  return page.evaluate(() => /** @type {RecordingWindow} */ (/** @type {unknown} */ (window)).recorded.sounds)
}
