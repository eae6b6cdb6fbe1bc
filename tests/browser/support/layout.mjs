// What any screen must hold to, whatever it shows: nothing sideways, nothing clipped or covered, targets a finger can hit, a
// focus one can see. Knows no screen by name.
import assert from 'node:assert/strict'
import { drawn } from './eventually.mjs'

/** @typedef {import('playwright-core').Page} Page */

/** For a finger (pointer: coarse), and for a mouse (WCAG 2.5.8). */
const FINGER_PX = 44
const MOUSE_PX = 24

/**
 * What is wrong with the screen as it is drawn now.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export function flaws(page) {
  return page.evaluate(({ FINGER_PX, MOUSE_PX }) => {
    /** @type {string[]} */
    const found = []
    const modal = [...document.querySelectorAll('dialog:modal')].at(-1)
    const root = modal ?? document.body
    const name = (/** @type {Element} */ element) =>
      `<${element.localName}${element.className && typeof element.className === 'string' ? `.${element.className.replaceAll(' ', '.')}` : ''}> ${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}`
    const isForEars = (/** @type {Element} */ element) => element.closest('.sr, [aria-hidden=true], [inert]') !== null
    const least = matchMedia('(pointer: coarse)').matches ? FINGER_PX : MOUSE_PX
    /** Whether something around it scrolls sideways, as code does. @param {Element} element */
    const scrollsAside = element => {
      for (let around = element.parentElement; around; around = around.parentElement) if (/auto|scroll/.test(getComputedStyle(around).overflowX) && around.scrollWidth > around.clientWidth + 1) return true
      return false
    }
    /** @param {Element | null} element */
    const isShortened = element => element !== null && getComputedStyle(element).textOverflow === 'ellipsis'
    /** The part of it that is on the screen and not scrolled away. @param {Element} element */
    const shownPart = element => {
      let { left, top, right, bottom } = element.getBoundingClientRect()
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflow === 'visible') continue
        const box = around.getBoundingClientRect()
        ;[left, top, right, bottom] = [Math.max(left, box.left), Math.max(top, box.top), Math.min(right, box.right), Math.min(bottom, box.bottom)]
      }
      return { left: Math.max(0, left), top: Math.max(0, top), right: Math.min(innerWidth, right), bottom: Math.min(innerHeight, bottom) }
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide in ${innerWidth} px`)
    for (const element of root.querySelectorAll('*')) {
      if (!(element instanceof HTMLElement) || isForEars(element) || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0) continue
      const style = getComputedStyle(element)
      const hasText = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '')
      const isControl = element.matches('a[href], button, input, textarea, select, [role=button], [role=menuitem], [role=tab], [role=switch], [role=radio]')
      if ((hasText || isControl) && (box.left < -1 || box.right > innerWidth + 1) && !scrollsAside(element) && !isShortened(element.parentElement)) found.push(`beyond the edge: ${name(element)}`)
      const isCut = element.scrollWidth > element.clientWidth + 1 && /hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis'
      if (hasText && isCut) found.push(`cut: ${name(element)}`)
      if (!isControl || element.matches(':disabled')) continue
      // A box to tick counts with the words beside it, a link in a text with its line (WCAG 2.5.8: inline).
      const target = element.closest('label') ?? element
      const isInText = style.display === 'inline' && element.closest('p, li') !== null
      // What a pseudo-element adds around a small control can be hit as well.
      let { width, height } = target.getBoundingClientRect()
      for (const pseudo of ['::before', '::after']) {
        const added = getComputedStyle(element, pseudo)
        if (added.content === 'none' || added.position !== 'absolute') continue
        width = Math.max(width, parseFloat(added.width) || 0)
        height = Math.max(height, parseFloat(added.height) || 0)
      }
      if (!isInText && Math.min(width, height) < least - 0.5) found.push(`${Math.round(width)} × ${Math.round(height)} px, less than ${least}: ${name(element)}`)
      const part = shownPart(element)
      if (part.right - part.left < 8 || part.bottom - part.top < 8) continue
      const top = document.elementFromPoint((part.left + part.right) / 2, (part.top + part.bottom) / 2)
      if (top && !element.contains(top) && !target.contains(top) && !top.contains(element) && !top.closest('cw-toasts, .toasts')) found.push(`covered by ${name(top)}: ${name(element)}`)
    }
    return found
  }, { FINGER_PX, MOUSE_PX })
}

/**
 * Controls whose look does not change when the keyboard comes to them.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export async function focusedUnseen(page) {
  // Browsers show the focus that a script moves if the last thing pressed was a key.
  await page.keyboard.press('Shift')
  return page.evaluate(() => {
    const root = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body
    const before = document.activeElement
    const look = (/** @type {Element} */ element) => {
      const parts = []
      for (let one = /** @type {Element | null} */ (element), steps = 0; one && steps < 4; one = one.parentElement, steps += 1) {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(one)
        parts.push(outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor)
      }
      return parts.join()
    }
    /** @type {string[]} */
    const unseen = []
    for (const element of root.querySelectorAll('a[href], button, input, textarea, select, [tabindex="0"]')) {
      if (!(element instanceof HTMLElement) || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true }) || element.matches(':disabled')) continue
      if (element === document.activeElement) element.blur()
      const away = look(element)
      element.focus({ preventScroll: true })
      if (document.activeElement === element && look(element) === away) unseen.push(element.outerHTML.slice(0, 120))
    }
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    return unseen
  })
}

/**
 * The same screen where there is little room: a phone's narrowest window, or a desktop's at 200 % zoom.
 * @param {Page} page
 * @param {string} screen
 */
export async function checkNarrow(page, screen) {
  const size = page.viewportSize()
  if (!size) return
  const isPhone = size.width < 720
  await page.setViewportSize(isPhone ? { width: 320, height: 568 } : { width: size.width / 2, height: size.height / 2 })
  await drawn(page)
  const found = await flaws(page)
  await page.setViewportSize(size)
  await drawn(page)
  assert.deepEqual(found, [], `${screen} ${isPhone ? 'at 320 px' : 'at 200 %'}`)
}
