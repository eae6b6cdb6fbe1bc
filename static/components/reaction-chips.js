// The reactions under a bubble: how many set which emoji, and whether this person did. A click sets or takes back; who it
// was is told on hover and by a finger that rests. They are no tab stops: arrows lead here from the message.
import { act, signal } from './act.js';
import { make, mark, say } from './element.js';
import { reconcile } from './reconcile.js';
import { words } from '../texts/words.js';

/**
 * One emoji under a message. `names`: who set it, this person first, as far as they are told; `more`: how many others did.
 * @typedef {Readonly<{ emoji: string, count: number, isMine: boolean, names: ReadonlyArray<string>, more: number }>} Chip
 * @typedef {import('../state/types.js').Message} Message
 */

const LONG_PRESS_MS = 400;

/**
 * Lets the chips in a box be used. The box belongs to one message, which may be drawn anew at any time.
 * @param {HTMLElement} box
 * @param {() => Readonly<{ message: Message | null, reactions: ReadonlyArray<Chip> }> | null} row
 */
export function listenToChips(box, row) {
  let timer = 0;
  let wasHeld = false;
  /** @param {Event} event */
  const chipOf = (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const chip = row()?.reactions.find((one) => one.emoji === button?.dataset.emoji);
    return button && chip ? { button, chip } : null;
  };
  box.addEventListener('click', (event) => {
    const found = chipOf(event);
    const message = row()?.message;
    if (found && message && !wasHeld) void act(box, 'react', message.conversation, message.seq, found.chip.emoji, !found.chip.isMine);
    wasHeld = false;
  });
  box.addEventListener('pointerdown', (event) => {
    wasHeld = false;
    const found = chipOf(event);
    if (event.pointerType !== 'touch' || !found) return;
    event.stopPropagation(); // the message would open its menu
    timer = window.setTimeout(() => {
      wasHeld = true;
      signal(box, 'cw-who', { chip: found.chip, at: found.button.getBoundingClientRect() });
    }, LONG_PRESS_MS);
  });
  for (const type of ['pointerup', 'pointercancel', 'pointerleave']) box.addEventListener(type, () => clearTimeout(timer));
  box.addEventListener('contextmenu', (event) => {
    if (!chipOf(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * @param {HTMLElement} box
 * @param {ReadonlyArray<Chip>} chips
 */
export function drawChips(box, chips) {
  box.hidden = chips.length === 0;
  reconcile(box, chips, {
    key: (chip) => chip.emoji,
    create: (chip) => {
      const button = make('button', 'chip', make('span', 'emoji', chip.emoji), make('span', ''));
      button.type = 'button';
      button.tabIndex = -1;
      button.dataset.emoji = chip.emoji;
      return button;
    },
    update: (button, chip) => {
      mark(button, 'aria-pressed', String(chip.isMine));
      mark(button, 'aria-label', words.emoji.chip(chip.emoji, chip.count, chip.isMine));
      mark(button, 'title', whoWords(chip));
      if (button.lastElementChild) say(button.lastElementChild, String(chip.count));
    },
  });
}

/** @param {Chip} chip */
export function whoWords({ names, more }) {
  return words.emoji.who(more > 0 ? [...names, words.emoji.others(more)] : names);
}

/**
 * Arrows between the message and its chips.
 * @param {HTMLElement} message
 * @param {HTMLElement} box
 * @param {KeyboardEvent} event
 */
export function moveAmongChips(message, box, event) {
  const chips = [...box.querySelectorAll('button')];
  const at = chips.findIndex((chip) => chip === event.target);
  if (event.target !== message && at === -1) return;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const isLeaving = at !== -1 && ['Escape', 'ArrowUp', 'ArrowDown'].includes(event.key);
  if ((step === undefined && !isLeaving) || event.ctrlKey || event.altKey || event.metaKey || chips.length === 0) return;
  const next = isLeaving || step === undefined ? undefined : chips[at + step];
  (next ?? (isLeaving || at === 0 ? message : chips[at] ?? message)).focus({ preventScroll: true });
  event.preventDefault();
  event.stopPropagation();
}
