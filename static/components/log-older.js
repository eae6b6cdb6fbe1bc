// What stands above the oldest message that is loaded: the start of the chat, a skeleton, or why there is no more. Loads nothing.
import { CwAvatar } from './cw-avatar.js';
import { pictureAddress } from '../protocol.js';
import { say } from './element.js';
import { firstName } from './rows.js';
import { logWindow } from '../state/log.js';
import { isCutOff, personOf, presenceOf, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 */

/** A skeleton sooner than this would only flicker. */
const BONES_AFTER_MS = 300;

export class LogOlder {
  #log;
  #whileHeld;
  #bonesTimer = 0;

  /**
   * @param {import('./element.js').Component} log whose template has the parts
   * @param {(change: () => void) => void} whileHeld makes a change of its height that comes by itself
   */
  constructor(log, whileHeld) {
    this.#log = log;
    this.#whileHeld = whileHeld;
  }

  /**
   * @param {State} state
   * @param {Target} view
   * @param {boolean} isEmpty no message is shown
   */
  draw(state, view, isEmpty) {
    const copy = viewedConversation(state);
    const isLoading = copy !== null && (copy.newest === 'loading' || copy.older === 'loading' || !logWindow(copy).isLoaded);
    const isAbsent = isLoading && isCutOff(state);
    const hasFailed = isAbsent || (copy !== null && (copy.newest === 'failed' || copy.older === 'failed'));
    const isStart = isEmpty && !isLoading && !hasFailed;
    const [older, bones] = [this.#part('older'), this.#part('bones')];
    if (!isLoading || isAbsent) {
      clearTimeout(this.#bonesTimer);
      this.#bonesTimer = 0;
      bones.hidden = true;
    } else if (this.#bonesTimer === 0) {
      const show = () => {
        bones.hidden = false;
        older.hidden = false;
      };
      this.#bonesTimer = window.setTimeout(() => this.#whileHeld(show), BONES_AFTER_MS);
    }
    const { notHere, notHereWhy, newestFailed, olderFailed, failedWhy } = words.log;
    this.#part('failed').hidden = !hasFailed;
    say(this.#part('failedTitle'), isAbsent ? notHere : copy?.newest === 'failed' ? newestFailed : olderFailed);
    say(this.#part('failedWhy'), isAbsent ? notHereWhy : failedWhy);
    this.#part('retry').hidden = isAbsent;
    this.#part('start').hidden = !isStart;
    older.classList.toggle('alone', isStart);
    older.hidden = !hasFailed && !isStart && bones.hidden;
    if (isStart) this.#greet(state, view);
  }

  /** @param {State} state @param {Target} view */
  #greet(state, view) {
    const other = personOf(state, view);
    if (!other) return;
    const presence = presenceOf(state, other.id).state;
    this.#log.ref('avatar', CwAvatar).update({ name: other.displayName, hue: other.hue, picture: pictureAddress(other), presence });
    say(this.#part('startTitle'), words.log.youAnd(other.displayName));
    say(this.#part('startPresence'), presence === 'unknown' ? '' : words.log.isPresent(firstName(other), words.presence.word[presence]));
  }

  /** @param {string} name */
  #part(name) {
    return this.#log.ref(name, HTMLElement);
  }
}
