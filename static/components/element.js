// What every component starts from: one template, cloned once and filled with words; references by name; an end for
// everything it listens to. It never reads the state and never talks to the server.
import { wordAt, words } from '../texts/words.js';

const SVG = 'http://www.w3.org/2000/svg';

/** A custom element in light DOM whose markup is the `<template>` named as the element (or as `template` says). */
export class Component extends HTMLElement {
  /** The id of its template in index.html. @type {string} */
  static template = '';
  /** Ends with the element's time on the page: give its signal to every listener and watch. */
  #life = new AbortController();
  #isBuilt = false;
  /** Own children by name; those of components inside are their own. @type {Map<string, Element>} */
  #refs = new Map();

  connectedCallback() {
    this.#life = new AbortController();
    if (!this.#isBuilt) {
      this.#isBuilt = true;
      const { template } = /** @type {typeof Component} */ (this.constructor);
      if (template !== '') this.stamp(template);
      this.build();
    }
    this.joined();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /**
   * Puts a copy of a template in place of what is inside. Names are read before components inside come to life.
   * @param {string} template
   */
  stamp(template) {
    const fragment = clone(template);
    this.#refs = new Map();
    for (const element of fragment.querySelectorAll('[data-ref]')) this.#refs.set(element.getAttribute('data-ref') ?? '', element);
    this.replaceChildren(fragment);
  }

  /** Aborts when the element leaves the page. @returns {AbortSignal} */
  get life() {
    return this.#life.signal;
  }

  /** Runs once, with the markup in place: listeners on own children. */
  build() {}

  /** Runs each time the element comes onto the page: watches and listeners that end with `life`. */
  joined() {}

  /**
   * The child marked `data-ref="name"`.
   * @template {Element} T
   * @param {string} name
   * @param {new () => T} type
   * @returns {T}
   */
  ref(name, type) {
    return check(this.#refs.get(name), name, type);
  }
}

/** In whose words each template stands: a message a frame is cloned while one scrolls, and need not be worded each time. @type {WeakMap<HTMLTemplateElement, unknown>} */
const filled = new WeakMap();

/**
 * @param {string} id of a template in index.html
 * @returns {DocumentFragment}
 */
export function clone(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`index.html has no template ${id}`);
  if (filled.get(template) !== words) {
    fill(template.content);
    filled.set(template, words);
  }
  return document.importNode(template.content, true);
}

/** What a template may leave to the words: `data-t` its text, after what is inside already, and these attributes. */
const WORDED = { 'data-t-label': 'aria-label', 'data-t-placeholder': 'placeholder' };

/**
 * Puts in the words that templates only name, or those of another language in their place.
 * @param {ParentNode} root
 */
export function fill(root) {
  for (const element of root.querySelectorAll('[data-t]')) {
    const word = wordAt(element.getAttribute('data-t') ?? '');
    if (element.lastChild instanceof Text) element.lastChild.data = word;
    else element.append(word);
  }
  for (const [from, to] of Object.entries(WORDED)) {
    for (const element of root.querySelectorAll(`[${from}]`)) element.setAttribute(to, wordAt(element.getAttribute(from) ?? ''));
  }
}

/**
 * The descendant marked `data-ref="name"`; a missing one is a mistake in index.html and said at once.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, name, type) {
  return check(root.querySelector(`[data-ref="${name}"]`), name, type);
}

/**
 * @template {Element} T
 * @param {Element | null | undefined} element
 * @param {string} name
 * @param {new () => T} type
 * @returns {T}
 */
function check(element, name, type) {
  if (!(element instanceof type)) throw new Error(`no ${type.name} marked ${name}`);
  return element;
}

/**
 * Sets text only when it differs, so that a screen reader and the selection are left alone.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Sets or removes an attribute, only when it differs.
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
export function mark(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * An element with a class and text or children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/**
 * An icon of the sprite, hidden from screen readers: the control around it carries the name.
 * @param {string} name
 * @param {string} [className]
 * @returns {SVGSVGElement}
 */
export function icon(name, className = 'i') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A `<time>` that shows `words` and carries the exact moment, with the full date on hover.
 * @param {HTMLTimeElement} element
 * @param {number} at milliseconds since the epoch
 * @param {string} words
 * @param {string} [full]
 */
export function tellTime(element, at, words, full = '') {
  say(element, words);
  mark(element, 'datetime', new Date(at).toISOString());
  mark(element, 'title', full === '' ? null : full);
}
