// Reads a message's light marking into a tree that components turn into DOM nodes. Every character is looked at a bounded
// number of times, so 8 KiB of the worst input cost no more than 8 KiB of prose. Never makes HTML.

import { foldName, mentionReader } from './mention.js';

/**
 * @typedef {{ type: 'text', text: string } | { type: 'break' } | { type: 'code', text: string } | { type: 'link', href: string, text: string }
 *   | { type: 'mention', text: string, name: string }
 *   | { type: 'bold' | 'italic' | 'strike', children: Inline[] }} Inline
 * @typedef {{ type: 'paragraph', children: Inline[] } | { type: 'pre', text: string, language: string } | { type: 'quote', children: Block[] }
 *   | { type: 'list', isOrdered: boolean, start: number, items: Inline[][] }} Block
 */

/** Quotes inside quotes are read this deep; deeper ones stay as written. */
const QUOTE_DEPTH_MAX = 3;

/**
 * @param {string} body
 * @returns {Block[]}
 */
export const parseMessage = (body) => parseLines(body.split(/\r\n|\n|\r/u), 0);

/** @typedef {ReadonlyMap<string, Readonly<{ text: string }>>} Named what is shown for a folded name */

/**
 * The same text on one line, without marks, for list rows and notifications.
 * @param {string} body
 * @param {Named} [named]
 * @returns {string}
 */
export const plainText = (body, named = new Map()) =>
  parseMessage(body)
    .map((block) => blockText(block, named))
    .filter(Boolean)
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim();

/** @param {Block} block @param {Named} named @returns {string} */
const blockText = (block, named) => {
  switch (block.type) {
    case 'paragraph':
      return inlineText(block.children, named);
    case 'pre':
      return block.text;
    case 'quote':
      return block.children.map((child) => blockText(child, named)).join(' ');
    case 'list':
      return block.items.map((item) => inlineText(item, named)).join(' ');
  }
};

/** @param {Inline[]} nodes @param {Named} named @returns {string} */
const inlineText = (nodes, named) =>
  nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
        case 'code':
        case 'link':
          return node.text;
        case 'mention':
          return named.get(foldName(node.name))?.text ?? node.text;
        case 'break':
          return ' ';
        case 'bold':
        case 'italic':
        case 'strike':
          return inlineText(node.children, named);
      }
    })
    .join('');

// `s`: a line may hold U+2028 and U+2029, which `.` otherwise stops at; a quote that matched nothing was read for ever.
const FENCE = /^```\s*([\w+#.-]{0,20})$/u;
const QUOTE = /^>\s?(.*)$/su;
const BULLET = /^\s{0,3}[-*•]\s+(\S.*)$/su;
const NUMBER = /^\s{0,3}(\d{1,9})[.)]\s+(\S.*)$/su;

/** @param {string[]} lines @param {number} depth @returns {Block[]} */
const parseLines = (lines, depth) => {
  const fenceAfter = nextFences(lines);
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let paragraph = [];
  const endParagraph = () => {
    while (paragraph.at(-1) === '') paragraph.pop();
    const text = paragraph.slice(paragraph.findIndex((line) => line !== '')).join('\n');
    paragraph = [];
    if (text !== '') blocks.push({ type: 'paragraph', children: parseInline(text) });
  };

  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    const fence = FENCE.exec(line.trimEnd());
    const close = fenceAfter[i + 1] ?? -1;
    if (fence && close > i) {
      endParagraph();
      blocks.push({ type: 'pre', text: lines.slice(i + 1, close).join('\n'), language: fence[1] });
      i = close + 1;
    } else if (depth < QUOTE_DEPTH_MAX && line.startsWith('>')) {
      endParagraph();
      const inner = [];
      for (let quote; i < lines.length && (quote = QUOTE.exec(lines[i])); i++) inner.push(quote[1]);
      blocks.push({ type: 'quote', children: parseLines(inner, depth + 1) });
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      endParagraph();
      const isOrdered = !BULLET.test(line);
      const start = isOrdered ? Number(NUMBER.exec(line)?.[1] ?? 1) : 1;
      /** @type {Inline[][]} */
      const items = [];
      for (let item; i < lines.length && (item = (isOrdered ? NUMBER : BULLET).exec(lines[i])); i++)
        items.push(parseInline(item[isOrdered ? 2 : 1]));
      blocks.push({ type: 'list', isOrdered, start, items });
    } else {
      paragraph.push(line);
      i++;
    }
  }
  endParagraph();
  return blocks;
};

/** For each line the next line that closes a fence, at or after it. @param {string[]} lines @returns {number[]} */
const nextFences = (lines) => {
  const next = new Array(lines.length + 1).fill(-1);
  for (let i = lines.length - 1; i >= 0; i--) next[i] = /^```\s*$/u.test(lines[i]) ? i : next[i + 1];
  return next;
};

/** @typedef {'**' | '*' | '_' | '~~'} Mark */
/** @type {Readonly<Record<Mark, 'bold' | 'italic' | 'strike'>>} */
const MARK_TYPES = { '**': 'bold', '*': 'italic', _: 'italic', '~~': 'strike' };
const WORD = /[\p{L}\p{N}]/u;
const LINK = /(?:https?:\/\/|mailto:)[^\s<>"`\u0000-\u001f]+/iuy;

/**
 * One pass with a stack of open marks. `openCount` says at once whether a closing mark has an opening one, so that no
 * closing mark ever searches in vain; what is popped on the way is popped for good.
 * @param {string} text
 * @returns {Inline[]}
 */
const parseInline = (text) => {
  /** @typedef {{ mark: Mark, nodes: Inline[] }} Open */
  /** @type {Open[]} */
  const stack = [];
  /** @type {Inline[]} */
  const root = [];
  /** @type {Record<Mark, number>} */
  const openCount = { '**': 0, '*': 0, _: 0, '~~': 0 };
  const codeEnds = pairBackticks(text);
  const mentionAt = mentionReader(text);
  let plain = '';

  const here = () => stack.at(-1)?.nodes ?? root;
  const flush = () => {
    if (plain !== '') here().push({ type: 'text', text: plain });
    plain = '';
  };
  /**
   * Closes the innermost `mark`; those opened inside it and never closed become text again, each node moving once.
   * @param {Mark} mark
   */
  const close = (mark) => {
    let at = stack.length - 1;
    while (stack[at].mark !== mark) at -= 1;
    const [open, ...abandoned] = stack.splice(at);
    for (const { mark: sign } of [open, ...abandoned]) openCount[sign] -= 1;
    here().push({ type: MARK_TYPES[mark], children: mergeTexts(closeAll(abandoned, open.nodes)) });
  };

  for (let i = 0; i < text.length;) {
    const char = text[i];
    const codeEnd = char === '`' ? codeEnds.get(i) : undefined;
    if (codeEnd !== undefined) {
      flush();
      const ticks = runLength(text, i, '`');
      here().push({ type: 'code', text: trimCode(text.slice(i + ticks, codeEnd)) });
      i = codeEnd + ticks;
      continue;
    }
    if (char === '`') {
      const ticks = runLength(text, i, '`');
      plain += text.slice(i, i + ticks);
      i += ticks;
      continue;
    }
    if (char === '\n') {
      flush();
      here().push({ type: 'break' });
      i += 1;
      continue;
    }
    if ((char === 'h' || char === 'H' || char === 'm' || char === 'M') && !isWord(text, i - 1)) {
      const link = readLink(text, i);
      if (link) {
        flush();
        here().push({ type: 'link', href: link.href, text: link.text });
        i += link.text.length;
        continue;
      }
    }
    const name = char === '@' ? mentionAt(i) : '';
    if (name !== '') {
      flush();
      here().push({ type: 'mention', text: `@${name}`, name });
      i += name.length + 1;
      continue;
    }
    const mark = readMark(text, i, stack.at(-1)?.mark);
    if (mark === null) {
      plain += char;
      i += 1;
      continue;
    }
    const before = i - 1;
    const after = i + mark.length;
    if (openCount[mark] > 0 && mayClose(text, mark, before, after) && (plain !== '' || here().length > 0)) {
      flush();
      close(mark);
    } else if (mayOpen(text, mark, before, after)) {
      flush();
      stack.push({ mark, nodes: [] });
      openCount[mark] += 1;
    } else {
      plain += mark;
    }
    i = after;
  }
  flush();
  return mergeTexts(closeAll(stack, root));
};

/**
 * What is still open at the end was no mark. Joined from the outside in one go: giving up one after the other would copy
 * the innermost text once for every level.
 * @param {{ mark: Mark, nodes: Inline[] }[]} stack
 * @param {Inline[]} root
 */
const closeAll = (stack, root) => {
  for (const open of stack) {
    root.push({ type: 'text', text: open.mark });
    for (const node of open.nodes) root.push(node);
  }
  return root;
};

/** @param {Inline[]} nodes @returns {Inline[]} */
const mergeTexts = (nodes) => {
  /** @type {Inline[]} */
  const merged = [];
  /** @type {string[]} */
  let texts = [];
  for (const node of nodes) {
    if (node.type === 'text') {
      texts.push(node.text);
      continue;
    }
    if (texts.length > 0) merged.push({ type: 'text', text: texts.join('') });
    texts = [];
    merged.push(node);
  }
  if (texts.length > 0) merged.push({ type: 'text', text: texts.join('') });
  return merged;
};

/** @param {string} text @param {number} i @param {Mark | undefined} innermost @returns {Mark | null} */
const readMark = (text, i, innermost) => {
  switch (text[i]) {
    case '_':
      return '_';
    case '~':
      return text[i + 1] === '~' ? '~~' : null;
    case '*':
      if (text[i + 1] !== '*') return '*';
      return text[i + 2] === '*' && innermost === '*' ? '*' : '**'; // ***both*** closes inside out
    default:
      return null;
  }
};

/** @param {string} text @param {Mark} mark @param {number} before @param {number} after */
const mayOpen = (text, mark, before, after) =>
  after < text.length && !/\s/u.test(text[after]) && (mark === '**' || mark === '~~' || !isWord(text, before));

/** @param {string} text @param {Mark} mark @param {number} before @param {number} after */
const mayClose = (text, mark, before, after) =>
  before >= 0 && !/\s/u.test(text[before]) && (mark === '**' || mark === '~~' || !isWord(text, after));

/** @param {string} text @param {number} i */
const isWord = (text, i) => i >= 0 && i < text.length && WORD.test(text[i]);

/** @param {string} text @param {number} i @param {string} char */
const runLength = (text, i, char) => {
  let end = i;
  while (text[end] === char) end++;
  return end - i;
};

/** @param {string} code */
const trimCode = (code) =>
  code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '' ? code.slice(1, -1) : code;

/**
 * Where each run of backticks finds its like: start of the opening run → start of the closing run.
 * @param {string} text
 */
const pairBackticks = (text) => {
  /** @type {Map<number, number>} */
  const ends = new Map();
  /** @type {Map<number, number>} */
  const nextOfLength = new Map();
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] !== '`') continue;
    let start = i;
    while (text[start - 1] === '`') start--;
    const length = i - start + 1;
    const next = nextOfLength.get(length);
    if (next !== undefined) ends.set(start, next);
    nextOfLength.set(length, start);
    i = start;
  }
  return ends;
};

/** Addresses of web and mail only; anything else stays text. @param {string} text @param {number} i */
const readLink = (text, i) => {
  LINK.lastIndex = i;
  const found = LINK.exec(text)?.[0];
  if (!found) return null;
  const shown = trimLink(found);
  try {
    const url = new URL(shown);
    const isWeb = (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '';
    const isMail = url.protocol === 'mailto:' && url.pathname.includes('@');
    return isWeb || isMail ? { href: url.href, text: shown } : null;
  } catch {
    return null;
  }
};

/**
 * Punctuation at the end belongs to the sentence; a closing bracket to the address only if it opened there.
 * @param {string} link
 */
const trimLink = (link) => {
  let open = 0;
  for (const char of link) open += char === '(' ? 1 : char === ')' ? -1 : 0;
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1];
    if (last === ')' && open < 0) open += 1;
    else if (!".,;:!?'*_~]}’”»".includes(last)) break;
  }
  return link.slice(0, end);
};
