// Draws the icons for home screens from the logo: `node tests/tools/icons.mjs`, after static/favicon.svg has changed.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { launch } from '../browser/support/browser.mjs'
import { smallPng } from '../browser/support/small-png.mjs'

const STATIC = fileURLToPath(new URL('../../static/', import.meta.url))
const PAPER = '#f3efe9'

/**
 * Systems cut a maskable icon down to a circle of 80 % of its width (Web App Manifest, purpose), and Apple's round its corners.
 * @type {ReadonlyArray<{ name: string, size: number, share: number, ground: string }>}
 */
const ICONS = [
  { name: '192', size: 192, share: 0.86, ground: PAPER },
  { name: '512', size: 512, share: 0.86, ground: PAPER },
  { name: 'maskable', size: 512, share: 0.56, ground: PAPER },
  { name: 'apple', size: 180, share: 0.7, ground: PAPER },
]

const logo = await readFile(`${STATIC}favicon.svg`, 'utf8')
const browser = await launch()
await mkdir(`${STATIC}icons`, { recursive: true })
for (const { name, size, share, ground } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size }, deviceScaleFactor: 1 })
  await page.setContent(`<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground}}svg{width:${share * 100}%}</style>${logo}`)
  await writeFile(`${STATIC}icons/${name}.png`, smallPng(await page.screenshot()))
  await page.close()
}
await browser.close()
