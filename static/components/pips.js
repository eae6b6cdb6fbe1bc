// Who of a small group has a message, as a row of discs. The words beside them say the same, so readers are spared it.
import { initials } from './cw-avatar.js';
import { make } from './element.js';

/** @typedef {import('./cw-message.js').Pip} Pip */

const CLASSES = { read: '', delivered: 'got', waiting: 'wait' };

/**
 * @param {ReadonlyArray<Pip>} pips
 * @returns {HTMLElement | null}
 */
export function pipsNode(pips) {
  if (pips.length === 0) return null;
  const row = make('span', 'pips');
  row.ariaHidden = 'true';
  for (const { user, state } of pips) {
    const disc = make('span', `av x20 ${CLASSES[state]}`.trim(), [...initials(user?.displayName ?? '…')][0] ?? '');
    disc.style.setProperty('--h', String(user?.hue ?? 200));
    row.append(disc);
  }
  return row;
}
