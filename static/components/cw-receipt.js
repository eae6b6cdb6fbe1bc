// The tick of an own message: one shape per state, with the whole fact as its name for readers.
import { Component, icon, mark } from './element.js';

/** @typedef {'queued' | 'stored' | 'delivered' | 'late' | 'read' | 'failed'} Tick */

/** The box each shape is drawn in. @type {Readonly<Record<Tick, string>>} */
const BOX = {
  queued: '0 0 13 13',
  stored: '0 0 12 13',
  delivered: '0 0 17 13',
  late: '0 0 28 13',
  read: '0 0 25 15',
  failed: '0 0 13 13',
};

export class CwReceipt extends Component {
  /** @type {Tick | null} */
  #tick = null;

  /**
   * @param {Tick | null} tick null shows nothing
   * @param {string} sentence the same fact in words
   */
  update(tick, sentence) {
    this.hidden = tick === null;
    if (tick !== this.#tick) {
      this.#tick = tick;
      this.className = `rc ${tick ?? ''}`.trim();
      this.replaceChildren(...(tick === null ? [] : [glyph(tick)]));
    }
    mark(this, 'role', tick === null ? null : 'img');
    mark(this, 'aria-label', tick === null ? null : sentence);
  }
}

/**
 * The bare shape, for places whose words stand beside it.
 * @param {Tick} tick
 * @returns {SVGSVGElement}
 */
export function glyph(tick) {
  const svg = icon(`r-${tick}`, '');
  svg.removeAttribute('class');
  svg.setAttribute('viewBox', BOX[tick]);
  return svg;
}

customElements.define('cw-receipt', CwReceipt);
