// A link that is shown once: to be copied, or taken off the screen by a camera.
import { Component, mark, say } from './element.js';
import { fillServer, serverWords } from './server-words.js';
import { qrOf } from '../lib/qr.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Squares of quiet around a code, so that cameras find it. */
const QUIET = 4;

/** Where somebody comes in with a token, which no browser sends to a server. @param {'invitation' | 'password'} kind @param {string} token */
export const linkOf = (kind, token) => `${location.origin}${location.pathname}#${kind}=${token}`;

export class CwShownLink extends Component {
  static template = 'cw-shown-link';

  build() {
    fillServer(this);
    this.ref('copy', HTMLButtonElement).addEventListener('click', () => void this.#copy());
    this.ref('link', HTMLInputElement).addEventListener('focus', () => this.ref('link', HTMLInputElement).select());
  }

  /** @param {string} link @param {string} label @param {string} once */
  show(link, label, once) {
    const input = this.ref('link', HTMLInputElement);
    input.value = link;
    mark(input, 'aria-label', label);
    say(this.ref('label', HTMLElement), label);
    say(this.ref('once', HTMLElement), once);
    say(this.ref('copied', HTMLElement), '');
    this.ref('code', HTMLElement).replaceChildren(...drawn(link));
    this.hidden = false;
    this.ref('copy', HTMLElement).focus();
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.ref('link', HTMLInputElement).value);
    } catch {
      this.ref('link', HTMLInputElement).select();
      document.execCommand('copy'); // plain http has no clipboard API
    }
    say(this.ref('copied', HTMLElement), serverWords().invite.copied);
  }
}

/** Dark on light in every theme, as cameras expect it. @param {string} text @returns {SVGSVGElement[]} */
function drawn(text) {
  const rows = qrOf(text);
  if (!rows) return [];
  const size = rows.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, 'svg');
  mark(svg, 'viewBox', `0 0 ${size} ${size}`);
  mark(svg, 'role', 'img');
  mark(svg, 'aria-label', serverWords().invite.code);
  const path = document.createElementNS(SVG, 'path');
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  mark(path, 'd', squares.join(''));
  svg.append(path);
  return [svg];
}

customElements.define('cw-shown-link', CwShownLink);
