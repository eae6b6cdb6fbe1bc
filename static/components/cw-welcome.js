// What stands beside the list while no chat is open: whose page this is and the next step.
import { act, signal } from './act.js';
import { say } from './element.js';
import { View, together } from './page.js';
import { firstName } from './rows.js';
import { presenceOf, sortedPeople } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./page.js').Page} Page
 */

export class CwWelcome extends View {
  static template = 'cw-welcome';

  build() {
    this.ref('start', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-find', null));
    this.ref('newGroup', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-people', { conversation: null }));
    this.ref('allow', HTMLButtonElement).addEventListener('click', async () => {
      const permission = await act(this, 'allowNotifications');
      if (permission === 'granted') act(this, 'changeSettings', { notifications: true });
      this.update(this.page.store.state);
    });
  }

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.me, state.users, state.presence, state.people, state.settings, state.link.phase === 'live']);
    page.store.watch(select, (_, state) => this.update(state), this.life);
  }

  /** @param {State} state */
  update(state) {
    if (!state.me) return;
    say(this.ref('title', HTMLElement), words.welcome.title(firstName(state.me)));
    const people = sortedPeople(state);
    const online = people.filter((user) => ['online', 'idle'].includes(presenceOf(state, user.id).state)).length;
    const total = Math.max(people.length, (state.people.total ?? 1) - 1);
    say(this.ref('crowd', HTMLElement), people.length === 0 ? words.welcome.alone : state.link.phase === 'live' ? words.welcome.crowd(total, online) : words.welcome.crowdUnknown(total));
    this.ref('start', HTMLElement).hidden = people.length === 0;
    this.ref('group', HTMLElement).hidden = people.length === 0;
    this.ref('notify', HTMLElement).hidden = !('Notification' in window) || !isSecureContext || Notification.permission !== 'default';
  }
}

customElements.define('cw-welcome', CwWelcome);
