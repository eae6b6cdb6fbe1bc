// Everybody with an account, for whoever runs the server: to be disabled, given the admin's role, or a link for a new password.
import { ask } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { CwShownLink, linkOf } from './cw-shown-link.js';
import { Component, mark, say } from './element.js';
import { View } from './page.js';
import { presenceNote } from './presence-words.js';
import { reconcile } from './reconcile.js';
import { running } from './run.js';
import { fillServer, serverWords, whyNot } from './server-words.js';
import { pictureAddress } from '../protocol.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../transport/running.js').RunPerson} RunPerson
 * @typedef {import('../state/types.js').Presence} Presence
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('./page.js').Page} Page
 * @typedef {'disable' | 'enable' | 'promote' | 'demote' | 'link'} Deed
 */

const FIND_AFTER_MS = 200;

export class ServerPeople extends View {
  static template = 'cw-server-people';
  /** @type {ReadonlyArray<RunPerson>} */
  #people = [];
  /** @type {Map<number, Presence>} */
  #presence = new Map();
  /** @type {string | undefined} */
  #next;
  #timer = 0;
  /** Counts questions: an answer to an older one comes too late. */
  #asked = 0;

  build() {
    fillServer(this);
    this.ref('find', HTMLInputElement).addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#load(), FIND_AFTER_MS);
    });
    this.ref('more', HTMLButtonElement).addEventListener('click', () => void this.#load(this.#next));
  }

  /** @param {Page} _page */
  begin(_page) {
    void this.#load();
  }

  get #running() {
    return running(this);
  }

  /** @param {string} [after] the page that follows; without it from the beginning */
  async #load(after) {
    if (!this.isConnected) return;
    const turn = ++this.#asked;
    const outcome = await this.#running.people(this.ref('find', HTMLInputElement).value.trim(), after);
    if (!this.isConnected || turn !== this.#asked) return;
    this.#tell(outcome.ok ? null : outcome.failure);
    if (!outcome.ok) return;
    const { people, presence, next, total } = outcome.value;
    this.#people = after === undefined ? people : [...this.#people, ...people];
    if (after === undefined) this.#presence.clear();
    for (const one of presence) this.#presence.set(one.user, one);
    this.#next = next;
    say(this.ref('total', HTMLElement), serverWords().people.total(total));
    this.#draw();
  }

  #draw() {
    this.ref('none', HTMLElement).hidden = this.#people.length > 0;
    this.ref('more', HTMLElement).hidden = this.#next === undefined;
    reconcile(this.ref('list', HTMLElement), this.#people, {
      key: ({ user }) => user.id,
      create: () => new ServerPersonRow((deed, person) => void this.#do(deed, person)),
      update: (row, person) => row.update(person, this.#presence.get(person.user.id), this.page),
    });
  }

  /** @param {Deed} deed @param {RunPerson} person */
  async #do(deed, { user: { id, displayName } }) {
    const { people } = serverWords();
    const questions = {
      disable: { title: people.disableTitle(displayName), text: people.disableText, keep: people.disableKeep, go: people.disable },
      promote: { title: people.promoteTitle(displayName), text: people.promoteText, keep: people.promoteKeep, go: people.promote },
      link: { title: people.linkTitle(displayName), text: people.linkText, keep: people.linkKeep, go: people.linkGo },
      enable: null,
      demote: null,
    };
    const question = questions[deed];
    if (question && !(await ask(this, question))) return;
    const link = this.ref('link', CwShownLink);
    link.hidden = true;
    if (deed === 'link') {
      const outcome = await this.#running.linkPassword(id);
      if (!this.isConnected) return;
      this.#tell(outcome.ok ? null : outcome.failure);
      if (outcome.ok) link.show(linkOf('password', outcome.value.token), people.linkLabel(displayName), people.linkOnce);
      return;
    }
    const change = { disable: { disabled: true }, enable: { disabled: false }, promote: { isAdmin: true }, demote: { isAdmin: false } }[deed];
    const outcome = await this.#running.changePerson(id, change);
    if (!this.isConnected) return;
    if (outcome.ok) this.#change(id, change);
    this.#tell(outcome.ok ? null : outcome.failure);
  }

  /** What was stored is shown in its place; the list is not fetched anew under somebody's finger. @param {number} id @param {{ disabled?: boolean, isAdmin?: boolean }} change */
  #change(id, { disabled, isAdmin }) {
    this.#people = this.#people.map((person) =>
      person.user.id === id ? { ...person, user: { ...person.user, disabled: disabled ?? person.user.disabled }, isAdmin: isAdmin ?? person.isAdmin } : person,
    );
    this.#draw();
  }

  /** @param {Failure | null} failure */
  #tell(failure) {
    this.ref('error', HTMLElement).hidden = failure === null;
    say(this.ref('errorText', HTMLElement), failure === null ? '' : whyNot(failure));
  }
}

class ServerPersonRow extends Component {
  static template = 'cw-server-person';
  #do;
  /** @type {RunPerson | null} */
  #person = null;

  /** @param {(deed: Deed, person: RunPerson) => void} run */
  constructor(run) {
    super();
    this.#do = run;
  }

  build() {
    fillServer(this);
    this.setAttribute('role', 'listitem');
    const more = this.ref('more', HTMLButtonElement);
    more.addEventListener('click', () => {
      const isOpen = more.getAttribute('aria-expanded') !== 'true';
      mark(more, 'aria-expanded', String(isOpen));
      this.ref('deeds', HTMLElement).hidden = !isOpen;
    });
    for (const deed of /** @type {const} */ (['disable', 'enable', 'promote', 'demote', 'link'])) {
      this.ref(deed, HTMLButtonElement).addEventListener('click', () => this.#person && this.#do(deed, this.#person));
    }
  }

  /** @param {RunPerson} person @param {Presence | undefined} presence @param {Page} page */
  update(person, presence, page) {
    this.#person = person;
    const { user, isAdmin, createdAt } = person;
    const { state } = page.store;
    const { people } = serverWords();
    const isDisabled = user.disabled === true;
    const isMe = user.id === state.me?.id;
    this.ref('avatar', CwAvatar).update({ name: user.displayName, hue: user.hue, picture: pictureAddress(user) });
    say(this.ref('name', HTMLElement), user.displayName);
    const seen = presence?.state === 'online' ? words.presence.word.online : presence ? presenceNote(presence, state, page) : '';
    say(this.ref('note', HTMLElement), [user.username, people.since(page.times.dayWord(createdAt)), seen].filter(Boolean).join(' · '));
    this.ref('admin', HTMLElement).hidden = !isAdmin;
    this.ref('disabled', HTMLElement).hidden = !isDisabled;
    mark(this.ref('more', HTMLElement), 'aria-label', people.change(user.displayName));
    this.ref('disable', HTMLElement).hidden = isDisabled;
    this.ref('enable', HTMLElement).hidden = !isDisabled;
    this.ref('promote', HTMLElement).hidden = isAdmin || isDisabled;
    this.ref('demote', HTMLElement).hidden = !isAdmin;
    this.ref('link', HTMLElement).hidden = isMe || isDisabled;
  }
}

customElements.define('cw-server-person', ServerPersonRow);
customElements.define('cw-server-people', ServerPeople);
