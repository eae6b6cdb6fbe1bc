// Profile: how others see one. The username stays; the pronoun is used in sentences such as 'when she’s back'.
import { act } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { make, mark, say } from './element.js';
import { OwnPicture } from './own-picture.js';
import { View } from './page.js';
import { pictureAddress } from '../protocol.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Pronoun} Pronoun
 * @typedef {import('./page.js').Page} Page
 */

/** Spread so that two neighbours differ at a glance. */
const HUES = [20, 45, 60, 95, 130, 145, 190, 220, 250, 265, 300, 330];

export class ProfilePane extends View {
  static template = 'cw-settings-profile';
  #hue = HUES[0] ?? 20;
  /** @type {OwnPicture | null} */
  #picture = null;
  /** What is shown was read from this. @type {User | null} */
  #from = null;

  build() {
    const hues = this.ref('hues', HTMLElement);
    for (const hue of HUES) {
      const button = make('button', 'hue');
      button.type = 'button';
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-label', words.settings.profile.hue(hue));
      button.dataset.hue = String(hue);
      button.style.setProperty('--h', String(hue));
      button.addEventListener('click', () => this.#choose(hue));
      hues.append(button);
    }
    hues.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#choose(HUES[(HUES.indexOf(this.#hue) + step + HUES.length) % HUES.length] ?? this.#hue);
      const chosen = hues.querySelector('[aria-checked="true"]');
      if (chosen instanceof HTMLElement) chosen.focus();
    });
    this.ref('displayName', HTMLInputElement).addEventListener('input', () => {
      this.#tell('');
      this.#draw();
    });
    this.#pronoun.addEventListener('change', () => this.#draw());
    const status = this.ref('status', HTMLInputElement);
    status.addEventListener('input', () => this.#tellStatus(''));
    this.ref('quick', HTMLElement).addEventListener('click', ({ target }) => {
      if (!(target instanceof HTMLButtonElement)) return;
      status.value = target.textContent;
      this.#tellStatus('');
    });
    const parts = {
      avatar: this.ref('avatar', CwAvatar),
      choose: this.ref('choose', HTMLElement),
      initials: this.ref('initials', HTMLElement),
      file: this.ref('file', HTMLInputElement),
      error: this.ref('pictureError', HTMLElement),
      errorText: this.ref('pictureErrorText', HTMLElement),
    };
    this.#picture = new OwnPicture(parts, () => this.#draw());
    this.#form.addEventListener('reset', (event) => {
      event.preventDefault();
      if (this.#from) this.#read(this.#from);
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch((state) => state.me, (me) => { if (me) this.#read(me); }, this.life);
  }

  get #form() {
    const form = this.querySelector('form');
    if (!form) throw new Error('the profile has no form');
    return form;
  }

  get #pronoun() {
    return this.ref('pronoun', HTMLSelectElement);
  }

  /** @param {User} me */
  #read(me) {
    this.#from = me;
    this.#hue = me.hue;
    this.ref('displayName', HTMLInputElement).value = me.displayName;
    this.ref('username', HTMLInputElement).value = me.username;
    this.#pronoun.value = me.pronoun ?? '';
    this.ref('status', HTMLInputElement).value = me.status ?? '';
    this.#picture?.reset(me.picture !== undefined);
    this.#draw();
  }

  /** @param {number} hue */
  #choose(hue) {
    this.#hue = hue;
    this.#draw();
  }

  #draw() {
    const name = this.ref('displayName', HTMLInputElement).value.trim() || (this.#from?.username ?? '');
    this.ref('avatar', CwAvatar).update({ name, hue: this.#hue, picture: this.#picture?.isStoredShown ? pictureAddress(this.#from) : undefined, presence: 'online' });
    say(this.ref('name', HTMLElement), name);
    say(this.ref('pronounHint', HTMLElement), words.settings.profile.pronounHint(/** @type {Pronoun | ''} */ (this.#pronoun.value) || undefined));
    const buttons = [...this.ref('hues', HTMLElement).querySelectorAll('button')];
    const chosen = buttons.find((button) => button.dataset.hue === String(this.#hue));
    for (const button of buttons) {
      mark(button, 'aria-checked', String(button === chosen));
      button.tabIndex = button === (chosen ?? buttons[0]) ? 0 : -1;
    }
  }

  async #save() {
    // Read before anything is stored: what is stored is read back into the form.
    const wanted = {
      displayName: this.ref('displayName', HTMLInputElement).value.trim(),
      pronoun: /** @type {Pronoun | ''} */ (this.#pronoun.value),
      hue: this.#hue,
      status: this.ref('status', HTMLInputElement).value,
    };
    const change = this.#picture?.change;
    if (change !== undefined) {
      const outcome = await act(this, 'updatePicture', change);
      if (!outcome.ok) {
        this.#picture?.tell(words.failure.words(outcome.failure));
        return;
      }
    }
    const outcome = await act(this, 'updateMe', wanted);
    say(this.ref('done', HTMLElement), outcome.ok ? words.settings.saved : '');
    if (outcome.ok) return;
    const { failure } = outcome;
    if (failure.field === 'status') this.#tellStatus(words.failure.words(failure));
    else this.#tell(words.failure.words(failure));
  }

  /** @param {string} sentence */
  #tellStatus(sentence) {
    this.ref('statusError', HTMLElement).hidden = sentence === '';
    say(this.ref('statusErrorText', HTMLElement), sentence);
    this.ref('statusBox', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(this.ref('status', HTMLElement), 'aria-invalid', sentence === '' ? null : 'true');
    if (sentence !== '') this.ref('status', HTMLElement).focus();
  }

  /** @param {string} sentence */
  #tell(sentence) {
    const input = this.ref('displayName', HTMLInputElement);
    const error = this.ref('nameError', HTMLElement);
    error.hidden = sentence === '';
    say(this.ref('nameErrorText', HTMLElement), sentence);
    this.ref('nameBox', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(input, 'aria-invalid', sentence === '' ? null : 'true');
    mark(input, 'aria-describedby', sentence === '' ? null : error.id);
    if (sentence !== '') input.focus();
  }
}

customElements.define('cw-settings-profile', ProfilePane);
