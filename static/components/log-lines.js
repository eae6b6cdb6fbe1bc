// The lines of a log that are not messages: days, the unread divider, came-back lines, a lost connection, events, gaps.
import { clone, find, make, mark, say } from './element.js';
import { eventWords } from './group-words.js';
import { firstName } from './rows.js';
import { viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/log.js').LogItem} LogItem
 * @typedef {Exclude<LogItem, { kind: 'message' } | { kind: 'queued' }>} Line
 * @typedef {import('./page.js').Page} Page
 */

/**
 * @param {LogItem} item
 * @returns {item is Line}
 */
export function isLine(item) {
  return item.kind !== 'message' && item.kind !== 'queued';
}

/**
 * @param {Line} item
 * @returns {HTMLElement}
 */
export function lineNode(item) {
  switch (item.kind) {
    case 'day': {
      const line = make('div', 'day', document.createElement('time'));
      line.setAttribute('role', 'separator');
      return line;
    }
    case 'divider': {
      const line = make('div', 'fresh');
      line.setAttribute('role', 'separator');
      return line;
    }
    case 'late': {
      const line = make('div', 'sys came');
      line.append(clone('cw-log-came'));
      line.setAttribute('role', 'note');
      return line;
    }
    case 'lost':
    case 'withheld':
    case 'event':
    case 'away':
    case 'gap':
      return make('div', 'sys', make('span', ''));
  }
}

/**
 * @param {Element} line made by `lineNode` for an item of this kind
 * @param {Line} item
 * @param {State} state
 * @param {Page} page
 */
export function updateLine(line, item, state, { times }) {
  switch (item.kind) {
    case 'day': {
      const day = times.day(item.at);
      const time = line.firstElementChild;
      if (time) say(time, day);
      mark(line, 'aria-label', day);
      return;
    }
    case 'divider': {
      const text = words.log.fresh(countNew(state));
      say(line, text);
      mark(line, 'aria-label', text);
      return;
    }
    case 'late': {
      const { late } = item;
      const pieces = words.late.line(firstName(state.users.get(late.user)), late.count, times.clock(late.at));
      const text = find(line, 'text', HTMLElement);
      mark(line, 'data-late', String(late.id));
      const sentence = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.strong)).join('');
      if (text.textContent === sentence) return;
      text.replaceChildren(...pieces.map((piece) => (typeof piece === 'string' ? piece : make('b', '', piece.strong))));
      return;
    }
    case 'lost':
      say(line, words.connection.lostLine(times.clock(item.at)));
      return;
    case 'withheld':
      say(line, words.block.notShown(item.count, firstName(state.users.get(item.sender))));
      return;
    case 'event':
      say(line, eventWords(item.messages, state));
      return;
    case 'away':
      say(line, words.group.away);
      return;
    case 'gap':
      say(line, words.log.gap);
      return;
  }
}

/**
 * How many messages of others stand from the divider on, as far as they are loaded.
 * @param {State} state
 */
function countNew(state) {
  const { divider, me } = state;
  const copy = viewedConversation(state);
  if (!copy || divider === null) return 0;
  let count = 0;
  for (const run of copy.runs) {
    for (const message of run.messages) {
      if (message.seq >= divider && message.sender !== me?.id && message.kind === 'text' && message.deletedAt === undefined && !message.withheld) count += 1;
    }
  }
  return count;
}
