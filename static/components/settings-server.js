// The pane for whoever runs the server: who may sign up, invitations, people. What people write to each other is not here.
import { Component, mark, say } from './element.js';
import { CwShownLink, linkOf } from './cw-shown-link.js';
import { View } from './page.js';
import { reconcile } from './reconcile.js';
import { running } from './run.js';
import { ServerPeople } from './server-people.js';
import { fillServer, serverWords, whyNot } from './server-words.js';

/**
 * @typedef {import('../transport/running.js').Invitation} Invitation
 * @typedef {import('../transport/running.js').SignUp} SignUp
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('./page.js').Page} Page
 */

const PLACES_MAX = 1000;

export class ServerPane extends View {
  static template = 'cw-settings-server';

  build() {
    fillServer(this);
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => void this.#load());
    this.ref('door', HTMLSelectElement).addEventListener('change', () => void this.#choose());
    this.ref('invite', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#invite();
    });
  }

  /** @param {Page} _page */
  begin(_page) {
    this.furnished('people', ServerPeople);
    void this.#load();
  }

  get #running() {
    return running(this);
  }

  async #load() {
    const outcome = await this.#running.settings();
    if (!this.isConnected) return;
    this.ref('failed', HTMLElement).hidden = outcome.ok;
    if (!outcome.ok) return;
    this.#show(outcome.value.signUp);
    await this.#list();
  }

  /** @param {SignUp} signUp */
  #show(signUp) {
    this.ref('door', HTMLSelectElement).value = signUp;
    this.ref('rests', HTMLElement).hidden = signUp !== 'closed';
  }

  /** It is chosen when the server has stored it; until then, or if it does not, what held before is shown. */
  async #choose() {
    const door = this.ref('door', HTMLSelectElement);
    const outcome = await this.#running.changeSettings(door.value);
    if (!this.isConnected) return;
    this.#tell(outcome.ok ? null : outcome.failure);
    say(this.ref('saved', HTMLElement), outcome.ok ? serverWords().door.saved : serverWords().door.why);
    if (outcome.ok) this.#show(outcome.value.signUp);
    else await this.#load();
  }

  async #invite() {
    const places = this.ref('places', HTMLInputElement);
    const isPlain = /^\d{1,4}$/u.test(places.value.trim()) && Number(places.value) >= 1 && Number(places.value) <= PLACES_MAX;
    this.ref('placesBox', HTMLElement).classList.toggle('bad', !isPlain);
    mark(places, 'aria-invalid', isPlain ? null : 'true');
    if (!isPlain) return places.focus();
    const outcome = await this.#running.invite({ places: Number(places.value), hours: Number(this.ref('hours', HTMLSelectElement).value) });
    if (!this.isConnected) return;
    this.#tell(outcome.ok ? null : outcome.failure);
    if (!outcome.ok) return;
    const { link, once } = serverWords().invite;
    this.ref('link', CwShownLink).show(linkOf('invitation', outcome.value.token), link, once);
    await this.#list();
  }

  /** @param {number} id */
  async #takeBack(id) {
    const outcome = await this.#running.uninvite(id);
    if (!this.isConnected) return;
    this.#tell(outcome.ok ? null : outcome.failure);
    this.ref('link', HTMLElement).hidden = true;
    await this.#list();
  }

  async #list() {
    const outcome = await this.#running.invitations();
    if (!this.isConnected) return;
    if (!outcome.ok) return this.#tell(outcome.failure);
    const { invitations } = outcome.value;
    this.ref('none', HTMLElement).hidden = invitations.length > 0;
    reconcile(this.ref('list', HTMLElement), invitations, {
      key: (invitation) => invitation.id,
      create: ({ id }) => new InvitationRow(() => void this.#takeBack(id)),
      update: (row, invitation) => row.update(invitation, this.page),
    });
  }

  /** @param {Failure | null} failure */
  #tell(failure) {
    this.ref('error', HTMLElement).hidden = failure === null;
    say(this.ref('errorText', HTMLElement), failure === null ? '' : whyNot(failure));
  }
}

class InvitationRow extends Component {
  static template = 'cw-invitation-row';
  #takeBack;

  /** @param {() => void} takeBack */
  constructor(takeBack) {
    super();
    this.#takeBack = takeBack;
  }

  build() {
    fillServer(this);
    this.setAttribute('role', 'listitem');
    this.ref('back', HTMLButtonElement).addEventListener('click', this.#takeBack);
  }

  /** @param {Invitation} invitation @param {Page} page */
  update({ id, used, places, expiresAt }, { times }) {
    const { invite } = serverWords();
    say(this.ref('name', HTMLElement), invite.name(id));
    say(this.ref('note', HTMLElement), [invite.used(used, places), invite.until(times.dayStamp(expiresAt))].join(' · '));
    mark(this.ref('back', HTMLElement), 'aria-label', invite.backName(id));
  }
}

customElements.define('cw-invitation-row', InvitationRow);
customElements.define('cw-settings-server', ServerPane);
