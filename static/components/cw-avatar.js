// A face: the person's picture, or initials on their hue while there is none, and the presence as a dot. The name and the
// word for the presence stand elsewhere.
import { Component, make } from './element.js';

/**
 * @typedef {import('../state/types.js').PresenceState} PresenceState
 * @typedef {Readonly<{ name: string, hue: number, picture?: string | undefined, isGroup?: boolean, presence?: PresenceState }>} Face `picture`: its address.
 */

/** A picture that did not come is asked for again after this long. */
const AGAIN_AFTER_MS = 30_000;
/** Made with the first face. @type {Intl.Segmenter | undefined} */
let segmenter;

export class CwAvatar extends Component {
  #letters = document.createTextNode('');
  #dot = make('i', 'dot');
  #image = new Image();
  /** @type {string | null} */
  #name = null;
  #address = '';
  #failedAt = 0;

  build() {
    const image = this.#image;
    image.className = 'pic';
    image.alt = '';
    image.hidden = true;
    image.decoding = 'async';
    image.draggable = false;
    image.addEventListener('load', () => {
      image.hidden = false;
    });
    image.addEventListener('error', () => {
      this.#failedAt = Date.now();
    });
    this.append(this.#letters, this.#dot);
    this.#dot.hidden = true;
  }

  /** @param {Face} face */
  update({ name, hue, picture = '', isGroup = false, presence = 'unknown' }) {
    if (name !== this.#name) this.#letters.data = initials(name);
    this.#name = name;
    this.#showPicture(picture);
    this.style.setProperty('--h', String(hue));
    this.classList.toggle('group', isGroup);
    this.#dot.hidden = presence !== 'online' && presence !== 'idle';
    this.#dot.classList.toggle('idle', presence === 'idle');
  }

  /** Initials stay until the picture is there. @param {string} address */
  #showPicture(address) {
    const image = this.#image;
    const isWorthAnother = this.#failedAt > 0 && Date.now() - this.#failedAt > AGAIN_AFTER_MS;
    if (address === this.#address && !isWorthAnother) return;
    this.#address = address;
    this.#failedAt = 0;
    image.hidden = true;
    if (address === '') image.remove();
    else {
      image.src = address;
      if (!image.isConnected) this.insertBefore(image, this.#dot);
    }
  }
}

/**
 * First letters of the first and the last word, by what a reader sees as one letter.
 * @param {string} name
 * @returns {string}
 */
export function initials(name) {
  const words = name.trim().split(/[\s,]+/u).filter((word) => word !== '');
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words[words.length - 1] ?? '' : '';
  return (letter(first) + letter(last)).toLocaleUpperCase();
}

/**
 * @param {string} word
 * @returns {string}
 */
function letter(word) {
  for (const { segment } of (segmenter ??= new Intl.Segmenter()).segment(word)) return segment;
  return '';
}

customElements.define('cw-avatar', CwAvatar);
