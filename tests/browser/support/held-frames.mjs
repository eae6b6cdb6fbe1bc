// Frames from the server that a page is given later: what a test needs to place one exactly between two things it does.

/** @typedef {Window & { heldFrames: MessageEvent[] | null }} HoldingWindow */

/**
 * To be called before the page opens. Held frames are let go, in order, by the event `release-frames` on the window.
 * @param {import('playwright-core').Page} page
 */
export async function holdFrames(page) {
  await page.addInitScript(() => {
    const holding = /** @type {HoldingWindow} */ (/** @type {unknown} */ (window))
    holding.heldFrames = null
    window.WebSocket = class extends WebSocket {
      /** @param {string | URL} url @param {string | string[]} [protocols] */
      constructor(url, protocols) {
        super(url, protocols)
        const hold = (/** @type {MessageEvent} */ event) => {
          if (holding.heldFrames === null) return
          event.stopImmediatePropagation()
          holding.heldFrames.push(event)
        }
        this.addEventListener('message', hold)
        window.addEventListener('release-frames', () => {
          const held = holding.heldFrames ?? []
          holding.heldFrames = null
          for (const { data } of held) this.dispatchEvent(new MessageEvent('message', { data }))
        })
      }
    }
  })
  return {
    begin: () => page.evaluate(() => {
      /** @type {HoldingWindow} */ (/** @type {unknown} */ (window)).heldFrames = []
    }),
    /** How many of this type are held. @param {string} type */
    count: type => page.evaluate(wanted => {
      const { heldFrames } = /** @type {HoldingWindow} */ (/** @type {unknown} */ (window))
      return (heldFrames ?? []).filter(({ data }) => JSON.parse(data).type === wanted).length
    }, type),
  }
}
