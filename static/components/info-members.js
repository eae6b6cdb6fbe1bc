// Message info in a group: who has read it, who has it, who is waited for, each with the time; in a crowd the numbers.
import { CwAvatar } from './cw-avatar.js';
import { glyph } from './cw-receipt.js';
import { clone, find, make, say, tellTime } from './element.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/receipts.js').MessageFacts} MessageFacts
 * @typedef {import('../state/receipts.js').MemberFacts} MemberFacts
 * @typedef {import('./cw-receipt.js').Tick} Tick
 * @typedef {import('./page.js').Page} Page
 */

/** What a place shows, without the letters that faces put in once they are on the page. @type {WeakMap<HTMLElement, string>} */
const drawn = new WeakMap();

/**
 * @param {HTMLElement} place
 * @param {MessageFacts} facts
 * @param {boolean} isCrowd
 * @param {State} state
 * @param {Page} page
 */
export function drawMembers(place, facts, isCrowd, state, page) {
  const fresh = make('div', '', ...(isCrowd ? numbers(facts) : lists(facts, state, page)));
  const text = fresh.textContent ?? '';
  if (drawn.get(place) === text && place.hasChildNodes()) return;
  drawn.set(place, text);
  place.replaceChildren(...fresh.childNodes);
}

/** @param {MessageFacts} facts @returns {Node[]} */
function numbers({ counts }) {
  const hint = make('p', 'hint', words.group.receiptsCrowd);
  return counts ? [make('p', 'who-h', words.receipt.group.counts(counts.delivered, counts.of, counts.read)), hint] : [hint];
}

/**
 * @param {MessageFacts} facts
 * @param {State} state
 * @param {Page} page
 * @returns {Node[]}
 */
function lists({ members }, state, page) {
  const { info } = words;
  const of = (/** @type {MemberFacts['state']} */ wanted) => members.filter((member) => member.state === wanted);
  const [read, delivered, waiting] = [of('read'), of('delivered'), of('waiting')];
  return [
    ...list('read', info.readBy(read.length), read, (member) => member.readAt, state, page),
    ...list('delivered', info.deliveredTo(delivered.length), delivered, (member) => member.deliveredAt, state, page),
    ...list('queued', info.waitingFor(waiting.length), waiting, () => null, state, page),
  ];
}

/**
 * @param {Tick} tick
 * @param {string} title
 * @param {ReadonlyArray<MemberFacts>} members
 * @param {(member: MemberFacts) => number | null} when
 * @param {State} state
 * @param {Page} page
 * @returns {Node[]}
 */
function list(tick, title, members, when, state, { times }) {
  if (members.length === 0) return [];
  const part = clone('cw-info-members');
  const sign = find(part, 'tick', HTMLElement);
  sign.classList.add(tick);
  sign.append(glyph(tick));
  say(find(part, 'title', HTMLElement), title);
  const rows = [...members].sort((a, b) => (when(a) ?? 0) - (when(b) ?? 0)).map((member) => {
    const row = clone('cw-info-member');
    const person = state.users.get(member.user);
    say(find(row, 'name', HTMLElement), person?.displayName ?? '…');
    const late = find(row, 'late', HTMLElement);
    late.hidden = member.late === null;
    if (member.late) say(late, `${words.info.deliveredLate} · ${times.stamp(member.late.at)} ${words.receipt.late.tail(times.duration(member.late.laterMs))}`);
    const at = when(member);
    const time = find(row, 'time', HTMLTimeElement);
    if (at === null) time.remove();
    else tellTime(time, at, times.stamp(at), times.full(at));
    return { row, person };
  });
  const place = find(part, 'list', HTMLElement);
  for (const { row, person } of rows) {
    const avatar = find(row, 'avatar', CwAvatar);
    place.append(row);
    avatar.update({ name: person?.displayName ?? '…', hue: person?.hue ?? 200 });
  }
  return [...part.children];
}
