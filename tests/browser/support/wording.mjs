// What the page says, whoever listens: visible text and the names of things, and which of its words no German says.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const files = process.env.CHINWAG_STATIC ?? fileURLToPath(new URL('../../../static', import.meta.url))

/** All words of a catalogue's sentences; not the codes that choose among them, nor the names of functions in them. @param {string} language */
async function wordsOf(language) {
  const source = (await readFile(`${files}/texts/${language}.js`, 'utf8'))
    .replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/^const (?:ADVICE)[^]*?^};$/m, advice => advice.replace(/^ *(?:'.*?'|".*?"): /gm, ''))
    .replace(/\bcase '\w+':|\b\w+(?=\()/g, '')
  const literals = [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(found => found[1] ?? found[2] ?? '')
  return new Set(literals.flatMap(lettersOf))
}

/** @param {string} text */
const lettersOf = text => (text.replace(/\\u00a0/g, ' ').match(/\p{L}{2,}(?:[’'-]\p{L}+)*/gu) ?? []).map(word => word.toLowerCase())

/** Words of English sentences that stand in no German one. */
const [english, german] = await Promise.all([wordsOf('en'), wordsOf('de')])
const ENGLISH_ONLY = new Set([...english].filter(word => !german.has(word)))

/** Unicode's German names of emoji; some have an English word for good, such as that of 🆕. @type {{ groups: Array<{ emoji: Array<[string, string]> }> }} */
const { groups } = JSON.parse(await readFile(`${files}/emoji/de.json`, 'utf8'))
const EMOJI_NAMES = new Set(groups.flatMap(({ emoji }) => emoji.map(([, name]) => name)))

/**
 * What is on the page for eyes and ears and has an English word in it.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function englishOn(page) {
  const said = await page.evaluate(() => {
    const found = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      if (parent && !parent.closest('noscript, script, [lang=en]') && parent.checkVisibility() && node.nodeValue?.trim()) found.push(node.nodeValue.trim())
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility()) continue
      for (const name of ['aria-label', 'aria-description', 'aria-valuetext', 'aria-roledescription', 'placeholder', 'title', 'alt']) {
        const value = element.getAttribute(name)
        if (value) found.push(value)
      }
    }
    return found
  })
  return [...new Set(said)].filter(text => !EMOJI_NAMES.has(text) && lettersOf(text).some(word => ENGLISH_ONLY.has(word)))
}

/**
 * Text that is cut off or runs out of the window, where it is not meant to shorten itself.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export const clippedOn = page =>
  page.evaluate(() => {
    /** @type {string[]} */
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      // An emoji of several signs is as wide as all of them where the font cannot join them.
      if (!parent || !/[\p{L}\p{N}]/u.test(node.nodeValue ?? '') || parent.closest('noscript, .sr, pre, option') || !parent.checkVisibility({ visibilityProperty: true })) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const { left, right, width } = range.getBoundingClientRect()
      if (width === 0) continue
      let edge = { left: 0, right: window.innerWidth }
      let shortens = false
      for (let box = /** @type {Element | null} */ (parent); box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box)
        shortens ||= style.textOverflow === 'ellipsis' || style.getPropertyValue('-webkit-line-clamp') !== 'none'
        if (shortens || style.overflowX !== 'visible') {
          edge = box.getBoundingClientRect()
          break
        }
      }
      if (!shortens && (left < edge.left - 1 || right > edge.right + 1)) found.push((node.nodeValue ?? '').trim())
    }
    return found
  })
