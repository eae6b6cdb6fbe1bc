// What the palette offers for what is typed: places, messages, commands, each as a line with its words and what it leads to.
// It only reads the state; the dialog draws it and does what was chosen.
import { commandsNow } from './commands.js';
import { previewWords } from './cw-chat-row.js';
import { firstName } from './rows.js';
import { match } from '../lib/match.js';
import { isWorthAsking } from '../lib/query.js';
import { jumpPlaces, readJump } from '../state/jump.js';
import { conversationTitle, otherPerson, presenceOf, shownUnread } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Hit} Hit
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/jump.js').Place} Place
 * @typedef {import('./cw-avatar.js').Face} Face
 * @typedef {import('./page.js').Page} Page
 * @typedef {ReadonlyArray<readonly [number, number]>} Marks
 */

/** @typedef {'places' | 'messages' | 'commands'} OptionGroup */

/**
 * @typedef {Readonly<{
 *   key: string, group: OptionGroup, face: Face | null, icon: string, title: string, titleMarks: Marks, note: string, noteMarks: Marks,
 *   end: string, keys: string
 * }> & (Readonly<{ leads: 'place', target: Target, seq?: number }> | Readonly<{ leads: 'search', text: string }>
 *   | Readonly<{ leads: 'command', run: (from: Element, state: State) => void }>)} Option
 */

/** With places and messages beside them. */
const COMMANDS_BESIDE_MAX = 4;

/** @type {Marks} */
const NONE = [];

/**
 * @param {State} state
 * @param {Page} page
 * @param {string} text
 * @param {ReadonlyArray<Hit>} hits of a search for it
 * @returns {Option[]}
 */
export function jumpOptions(state, page, text, hits) {
  const { kind, query } = readJump(text);
  const places = jumpPlaces(state, kind, query).map((place) => placeOption(place, state, page));
  return [...places, ...(kind === 'all' ? messageOptions(query, hits, state, page) : []), ...commandOptions(kind, query, state)];
}

/**
 * @param {Place} place
 * @param {State} state
 * @param {Page} page
 * @returns {Option}
 */
function placeOption({ key, copy, user, title, marks, via }, state, { times }) {
  const presence = user ? presenceOf(state, user.id) : null;
  const unread = copy ? shownUnread(state, copy) : 0;
  const seen = presence?.lastSeen === undefined ? '' : words.presence.seen(times.near(presence.lastSeen));
  const isHere = presence?.state === 'online' || presence?.state === 'idle';
  const preview = copy && !via ? previewWords(copy, state) : null;
  const people = copy?.kind === 'group' ? words.jump.people(copy.memberCount) : '';
  const before = via ? `${people} · ${words.jump.with} ` : '';
  const said = preview ? `${preview.isDraft ? `${words.sidebar.draft} ` : ''}${preview.text}` : '';
  return {
    key,
    group: 'places',
    face: { name: title, hue: user?.hue ?? ((copy?.id ?? 0) * 47) % 360, isGroup: copy?.kind === 'group', presence: presence?.state ?? 'unknown' },
    icon: '',
    title,
    titleMarks: marks,
    note: via ? before + via.name : said || people || `@${user?.username ?? ''}`,
    noteMarks: via ? via.marks.map(([from, to]) => [from + before.length, to + before.length]) : NONE,
    end: unread > 0 ? words.sidebar.unread(unread) : isHere && presence ? words.presence.word[presence.state] : seen,
    keys: '',
    leads: 'place',
    target: copy ? { conversation: copy.id } : { to: user?.id ?? 0 },
  };
}

/**
 * @param {string} query
 * @param {ReadonlyArray<Hit>} hits
 * @param {State} state
 * @param {Page} page
 * @returns {Option[]}
 */
function messageOptions(query, hits, state, { times }) {
  if (!isWorthAsking(query)) return [];
  const plain = /** @type {const} */ ({ group: 'messages', titleMarks: NONE });
  const found = hits.map((hit) => {
    const copy = state.conversations.get(hit.conversation);
    const other = copy && otherPerson(state, copy);
    const title = copy ? conversationTitle(state, copy) : '…';
    const sender = hit.sender === state.me?.id ? words.message.you : copy?.kind === 'group' ? firstName(state.users.get(hit.sender)) : '';
    const before = sender === '' ? '' : `${sender}: `;
    /** @type {Option} */
    const option = {
      ...plain,
      key: `h${hit.conversation}-${hit.seq}`,
      face: { name: title, hue: other?.hue ?? (hit.conversation * 47) % 360, isGroup: copy?.kind === 'group' },
      icon: '',
      title,
      note: before + hit.excerpt,
      noteMarks: hit.marks.map(([from, to]) => [from + before.length, to + before.length]),
      end: times.near(hit.at),
      keys: '',
      leads: 'place',
      target: { conversation: hit.conversation },
      seq: hit.seq,
    };
    return option;
  });
  return [
    { ...plain, key: 'search', face: null, icon: 'i-search', title: words.jump.search(query), note: words.jump.searchWhy, noteMarks: NONE, end: '', keys: 'ctrl enter', leads: 'search', text: query },
    ...found,
  ];
}

/**
 * @param {ReturnType<typeof readJump>['kind']} kind
 * @param {string} query
 * @param {State} state
 * @returns {Option[]}
 */
function commandOptions(kind, query, state) {
  if (kind !== 'commands' && kind !== 'all') return [];
  const offered = commandsNow(state).filter(({ isFirst }) => kind === 'commands' || query !== '' || isFirst === true);
  const found = offered.flatMap((command) => {
    const { title, note } = words.jump.does[command.name];
    const byTitle = match(title, query);
    const found = byTitle ?? match(`${title} ${note}`, query);
    // Beside people, a word from the middle of a sentence would only be in the way.
    return found && (kind === 'commands' || found.rank < 2) ? [{ command, title, note, marks: byTitle?.marks ?? NONE, rank: byTitle ? found.rank : 3 }] : [];
  });
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, kind === 'commands' ? found.length : COMMANDS_BESIDE_MAX).map(({ command, title, note, marks }) => ({
    key: `do-${command.name}`,
    group: 'commands',
    face: null,
    icon: command.icon,
    title,
    titleMarks: marks,
    note,
    noteMarks: NONE,
    end: '',
    keys: '',
    leads: 'command',
    run: command.run,
  }));
}
