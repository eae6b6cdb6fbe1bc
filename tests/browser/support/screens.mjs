// What is asked of every screen: no finding by axe, nothing wider than the window or covered, targets that can be hit, a focus
// that can be seen, and, if wanted, a small picture of it.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { drawn } from './eventually.mjs'
import { checkNarrow, flaws, focusedUnseen } from './layout.mjs'
import { smallPng } from './small-png.mjs'

const SHOTS = fileURLToPath(new URL('../shots/', import.meta.url))
const TREES_AT = fileURLToPath(new URL('../trees/', import.meta.url))
/** The screens people live in; of the others, changes are no news. */
const TREES = ['log-in', 'sign-up', 'list', 'chat', 'chat-late', 'message-info', 'message-menu', 'settings-profile']
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name of the screen, e.g. 'chat-dark-phone'
 */
export async function checkScreen(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await drawn(page)
  await draw(page, name)

  // Given by the debugger, as the page's own policy would refuse a further script.
  const violations = /** @type {Array<{ id: string, help: string, nodes: Array<{ html: string, failureSummary: string }> }>} */ (
    await page.evaluate(`${axeSource}; axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations)`)
  )
  // A row of the list is named in the order that suits ears (who, presence, unread, when, what), its visible name first; the
  // rule wants every visible word in the visible order.
  const isRow = (/** @type {string} */ id, /** @type {string} */ html) => id === 'label-content-name-mismatch' && /^<a class="(conv|pers)\b/.test(html)
  const findings = violations.flatMap(({ id, help, nodes }) => nodes.filter(node => !isRow(id, node.html)).map(node => `${id} (${help}): ${node.html.slice(0, 160)}\n  ${node.failureSummary}`))
  assert.deepEqual(findings, [], `accessibility of ${name}`)

  assert.deepEqual(await flaws(page), [], `layout of ${name}`)
  assert.deepEqual(await focusedUnseen(page), [], `focus in ${name}`)
  if (!name.includes('-light')) return // what follows has no colours
  await checkTree(page, name)
  await checkNarrow(page, name)
}

/**
 * What assistive technology is told of the main screens, beside what it was told before. CHINWAG_TREES (tests/run --trees)
 * writes it down anew, for a reader to look at.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function checkTree(page, name) {
  if (!TREES.includes(name.replace(/-light-\w+$/, ''))) return
  // What lies over all, if anything does; else the page without its passing notes.
  const open = page.locator('dialog[open]')
  const told = await ((await open.count()) > 0 ? open.last() : page.locator('.shell, main.auth')).ariaSnapshot()
  const tree = told.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1').replace(/\b\d{1,2}:\d\d(:\d\d)?\b/g, '00:00').replace(/\b\d+ (s|seconds?|min|minutes?)\b/g, '0 s').replace(/#(chat|with)-\d+/g, '#$1-0').trimEnd() + '\n'
  const file = `${TREES_AT}${name.replace('-light', '')}.txt`
  if (process.env.CHINWAG_TREES) {
    await mkdir(TREES_AT, { recursive: true })
    await writeFile(file, tree)
  }
  assert.equal(tree, await readFile(file, 'utf8').catch(() => 'nothing was written down'), `accessibility tree of ${name}`)
}

/**
 * A small picture of the page, if pictures are wanted.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function draw(page, name) {
  if (!process.env.CHINWAG_SHOTS) return
  await mkdir(SHOTS, { recursive: true })
  await writeFile(`${SHOTS}${name}.png`, smallPng(await page.screenshot({ scale: 'css', caret: 'hide' })))
}
