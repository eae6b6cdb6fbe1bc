// The picture of one's own in the profile: chosen, shown as it will be, or taken away. It changes nothing before it is saved.
import { make, say } from './element.js';
import { smallPicture } from '../lib/picture.js';
import { words } from '../texts/words.js';

export class OwnPicture {
  /** What saving would send: a small picture, null for initials, undefined for no change. @type {Blob | null | undefined} */
  change = undefined;
  #parts;
  #preview = make('span', 'pic');
  #has = false;

  /**
   * @param {{ avatar: HTMLElement, choose: HTMLElement, initials: HTMLElement, file: HTMLInputElement, error: HTMLElement, errorText: HTMLElement }} parts
   * @param {() => void} changed
   */
  constructor(parts, changed) {
    this.#parts = parts;
    const { choose, initials, file } = parts;
    choose.addEventListener('click', () => file.click());
    initials.addEventListener('click', () => {
      this.#take(null, null);
      choose.focus();
      changed();
    });
    file.addEventListener('change', () => void this.#read(changed));
  }

  /** As it is stored: nothing is to be changed. @param {boolean} has */
  reset(has) {
    this.#has = has;
    this.#take(undefined, null);
  }

  /** Whether the stored picture is still to be seen. */
  get isStoredShown() {
    return this.change === undefined;
  }

  /** @param {string} sentence */
  tell(sentence) {
    this.#parts.error.hidden = sentence === '';
    say(this.#parts.errorText, sentence);
  }

  /** @param {() => void} changed */
  async #read(changed) {
    const { file } = this.#parts;
    const chosen = file.files?.[0];
    file.value = ''; // the same file may be chosen again
    if (!chosen) return;
    const made = await smallPicture(chosen);
    if (made.ok) this.#take(made.blob, made.canvas);
    else this.tell(words.settings.profile.pictureFailed[made.why]);
    changed();
  }

  /**
   * @param {Blob | null | undefined} change
   * @param {HTMLCanvasElement | null} canvas
   */
  #take(change, canvas) {
    this.change = change;
    this.tell('');
    this.#preview.remove();
    if (canvas) {
      canvas.className = 'pic';
      this.#preview = canvas;
      this.#parts.avatar.lastElementChild?.before(canvas); // the dot stays on top
    }
    this.#parts.initials.hidden = change === null || (change === undefined && !this.#has);
  }
}
