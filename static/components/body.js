// Turns the tree of lib/format.js into nodes. Text reaches the page only as text: there is no HTML anywhere.
import { parseMessage } from '../lib/format.js';
import { foldName } from '../lib/mention.js';
import { make } from './element.js';

/**
 * @typedef {import('../lib/format.js').Block} Block
 * @typedef {import('../lib/format.js').Inline} Inline
 * @typedef {import('../state/named.js').Named} Named
 */

/** What every address begins with need not be read; plain http says something and stays. */
const HTTPS = /^https:\/\/(?=.)/iu;

/**
 * A message's text as paragraphs, code, quotes and lists.
 * @param {string} body
 * @param {Named} named whom it mentions
 * @returns {HTMLElement[]}
 */
export function bodyNodes(body, named) {
  return parseMessage(body).map((block) => blockNode(block, named));
}

/**
 * @param {Block} block
 * @param {Named} named
 * @returns {HTMLElement}
 */
function blockNode(block, named) {
  /** @param {Inline} node */
  const inline = (node) => inlineNode(node, named);
  switch (block.type) {
    case 'paragraph':
      return make('p', '', ...block.children.map(inline));
    case 'pre': {
      const pre = make('pre', '', make('code', '', block.text));
      pre.tabIndex = 0; // whoever has no pointer must reach the end of a long line, too
      return pre;
    }
    case 'quote':
      return make('blockquote', 'said', ...block.children.map((child) => blockNode(child, named)));
    case 'list': {
      const items = block.items.map((item) => make('li', '', ...item.map(inline)));
      if (!block.isOrdered) return make('ul', 'bullets', ...items);
      const list = make('ol', 'numbers', ...items);
      list.start = block.start;
      return list;
    }
  }
}

/**
 * @param {Inline} node
 * @param {Named} named
 * @returns {Node}
 */
function inlineNode(node, named) {
  /** @param {ReadonlyArray<Inline>} nodes */
  const all = (nodes) => nodes.map((one) => inlineNode(one, named));
  switch (node.type) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return document.createElement('br');
    case 'code':
      return make('code', '', node.text);
    case 'link': {
      const link = make('a', '', node.text.replace(HTTPS, ''));
      link.href = node.href;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      return link;
    }
    case 'mention': {
      const known = named.get(foldName(node.name));
      if (!known) return document.createTextNode(node.text);
      // The name people know is drawn by the style sheet: what is copied stays as it was written.
      const written = make('span', '', node.text);
      written.setAttribute('aria-hidden', 'true');
      const mention = make('span', known.isMe ? 'mention to-me' : 'mention', written);
      mention.dataset.name = known.text;
      return mention;
    }
    case 'bold':
      return make('strong', '', ...all(node.children));
    case 'italic':
      return make('em', '', ...all(node.children));
    case 'strike':
      return make('s', '', ...all(node.children));
  }
}
