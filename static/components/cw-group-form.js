// The dialog that makes a group (a name and people) or adds people to one. It closes when that is done; until then nothing
// that was typed is lost, and pressing again after a lost answer makes no second group.
import { act, signal } from './act.js';
import { CwPeoplePicker } from './cw-people-picker.js';
import { mark, say } from './element.js';
import { closeOutside } from './popover.js';
import { View } from './page.js';
import { present } from '../state/members.js';
import { words } from '../texts/words.js';

/** @typedef {import('./page.js').Page} Page */

export class CwGroupForm extends View {
  static template = 'cw-group-form';
  /** The group that people are added to; null: a new one. @type {number | null} */
  #conversation = null;
  /** What was asked for, and the id it was asked with. @type {Readonly<{ key: string, id: string }> | null} */
  #request = null;
  #isWorking = false;

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    for (const name of ['close', 'cancel']) this.ref(name, HTMLButtonElement).addEventListener('click', () => dialog.close());
    this.ref('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#name.addEventListener('input', () => this.#tell('name', ''));
  }

  /** @param {Page} page */
  begin(page) {
    this.#picker.page = page;
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  get #name() {
    return this.ref('name', HTMLInputElement);
  }

  get #picker() {
    return this.ref('picker', CwPeoplePicker);
  }

  /** @param {number | null} conversation */
  open(conversation) {
    const { group } = words;
    const isNew = conversation === null;
    this.#conversation = conversation;
    this.#request = null;
    const copy = isNew ? undefined : this.page.store.state.conversations.get(conversation);
    say(this.ref('title', HTMLElement), isNew ? group.make : group.addTitle);
    say(this.ref('submit', HTMLElement), isNew ? group.create : group.add);
    this.ref('nameField', HTMLElement).hidden = !isNew;
    this.ref('hint', HTMLElement).hidden = isNew;
    this.#name.value = '';
    this.#tell('name', '');
    this.#tell('form', '');
    this.#picker.begins(new Set(copy ? present(copy).map((member) => member.user) : []));
    if (!this.#dialog.open) this.#dialog.showModal();
    (isNew ? this.#name : this.#picker.input).focus();
  }

  async #submit() {
    const { group } = words;
    const name = this.#name.value.trim();
    const people = this.#picker.chosen;
    const isNameMissing = this.#conversation === null && name === '';
    this.#tell('form', '');
    this.#picker.tell(people.length === 0 ? group.nobody : '');
    this.#tell('name', isNameMissing ? group.nameEmpty : '');
    if (isNameMissing) this.#name.focus();
    else if (people.length === 0) this.#picker.input.focus();
    else if (!this.#isWorking) await this.#ask(name, people);
  }

  /**
   * @param {string} name
   * @param {ReadonlyArray<number>} people
   */
  async #ask(name, people) {
    const conversation = this.#conversation;
    this.#setWorking(true);
    const key = JSON.stringify([name, [...people].sort((a, b) => a - b)]);
    if (this.#request?.key !== key) this.#request = { key, id: act(this, 'newRequest') };
    const outcome = conversation === null ? await act(this, 'createGroup', this.#request.id, name, people) : await act(this, 'addMembers', conversation, people);
    this.#setWorking(false);
    if (!outcome.ok) {
      const isName = outcome.failure.field === 'name';
      this.#tell(isName ? 'name' : 'form', words.failure.words(outcome.failure));
      if (isName) this.#name.focus();
      return;
    }
    this.#dialog.close();
    if (conversation === null) signal(this, 'cw-write', null);
  }

  /** @param {boolean} isWorking */
  #setWorking(isWorking) {
    this.#isWorking = isWorking;
    mark(this.ref('submit', HTMLElement), 'aria-disabled', isWorking ? 'true' : null);
  }

  /**
   * @param {'name' | 'form'} field
   * @param {string} sentence what is wrong with it
   */
  #tell(field, sentence) {
    const error = this.ref(`${field}Error`, HTMLElement);
    error.hidden = sentence === '';
    say(this.ref(`${field}ErrorText`, HTMLElement), sentence);
    if (field === 'form') return;
    this.ref('nameBox', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(this.#name, 'aria-invalid', sentence === '' ? null : 'true');
    mark(this.#name, 'aria-describedby', sentence === '' ? null : error.id);
  }
}

customElements.define('cw-group-form', CwGroupForm);
