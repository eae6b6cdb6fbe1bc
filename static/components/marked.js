// A text with what was looked for marked in it, as nodes: what people wrote is never HTML.
import { make } from './element.js';
import { pieces } from '../lib/match.js';

/**
 * Puts the text in place of what is inside, unless it is there already.
 * @param {Element} element
 * @param {string} text
 * @param {ReadonlyArray<readonly [number, number]>} marks
 */
export function sayMarked(element, text, marks) {
  const nodes = pieces(text, marks).map((piece) => (piece.isMarked ? make('mark', '', piece.text) : document.createTextNode(piece.text)));
  const isSame = nodes.length === element.childNodes.length && nodes.every((node, i) => node.isEqualNode(element.childNodes[i] ?? null));
  if (!isSame) element.replaceChildren(...nodes);
}
