// Settings: a list of panes and the one that is open. Each pane is its own component; switches apply at once, text has Save.
import { signal } from './act.js';
import { DevicesPane } from './settings-devices.js';
import { AppearancePane, KeyboardPane, NotificationsPane } from './settings-choices.js';
import { PasswordPane } from './settings-password.js';
import { PrivacyPane } from './settings-privacy.js';
import { ProfilePane } from './settings-profile.js';
import { ServerPane } from './settings-server.js';
import { serverWords } from './server-words.js';
import { closeOutside } from './popover.js';
import { mark, say } from './element.js';
import { View } from './page.js';
import { running } from './run.js';

/** @typedef {import('./page.js').Page} Page */

const PANES = {
  profile: ProfilePane,
  password: PasswordPane,
  devices: DevicesPane,
  privacy: PrivacyPane,
  notifications: NotificationsPane,
  appearance: AppearancePane,
  keyboard: KeyboardPane,
  server: ServerPane,
};

export class CwSettings extends View {
  static template = 'cw-settings';

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    dialog.addEventListener('close', () => this.ref('panes', HTMLElement).replaceChildren());
    dialog.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (!button) return;
      if (button.dataset.pane !== undefined) this.#show(button.dataset.pane);
      else if ('close' in button.dataset || button.dataset.ref === 'closeList') dialog.close();
      else if ('back' in button.dataset) this.#showList();
      else if (button.dataset.ref === 'logOut') {
        dialog.close();
        signal(this, 'cw-log-out', null);
      }
    });
    this.ref('tabs', HTMLElement).addEventListener('keydown', (event) => this.#onTabKey(event));
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  /** @param {string} pane */
  open(pane) {
    const dialog = this.#dialog;
    this.#show(pane);
    if (!dialog.open) dialog.showModal();
    // On a phone the list of panes comes first, unless a certain pane was asked for.
    mark(dialog, 'data-page', pane === 'profile' ? 'list' : 'pane');
    this.#tab(pane)?.focus();
    void this.#lookForRole();
  }

  /** Whoever runs the server has a pane more. Asked each time: the role is given and taken on other devices. */
  async #lookForRole() {
    const outcome = await running(this).me();
    const tab = this.ref('server', HTMLElement);
    say(this.ref('serverWord', HTMLElement), serverWords().title);
    if (outcome.ok) tab.hidden = !outcome.value.isAdmin;
  }

  #showList() {
    mark(this.#dialog, 'data-page', 'list');
    this.ref('tabs', HTMLElement).querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {string} name */
  #show(name) {
    mark(this.#dialog, 'data-page', 'pane');
    for (const tab of this.#tabs()) {
      mark(tab, 'aria-selected', String(tab.dataset.pane === name));
      tab.tabIndex = tab.dataset.pane === name ? 0 : -1;
    }
    const Pane = Object.entries(PANES).find(([key]) => key === name)?.[1] ?? ProfilePane;
    const pane = new Pane();
    pane.page = this.page;
    this.ref('panes', HTMLElement).replaceChildren(pane);
  }

  #tabs() {
    return [...this.ref('tabs', HTMLElement).querySelectorAll('button')].filter((tab) => !tab.hidden);
  }

  /** @param {string} name */
  #tab(name) {
    return this.#tabs().find((tab) => tab.dataset.pane === name);
  }

  /** @param {KeyboardEvent} event */
  #onTabKey(event) {
    const tabs = this.#tabs();
    const index = tabs.findIndex((tab) => tab === document.activeElement);
    const next = { ArrowDown: (index + 1) % tabs.length, ArrowUp: (index - 1 + tabs.length) % tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    this.#show(tab.dataset.pane ?? 'profile');
    tab.focus();
  }
}

customElements.define('cw-settings', CwSettings);
