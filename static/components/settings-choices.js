// The panes whose choices apply at once and stay on this device: notifications, appearance, keyboard.
import { act } from './act.js';
import { make, mark, say } from './element.js';
import { View, together } from './page.js';
import { shortcutNodes } from './shortcuts.js';
import { LANGUAGES, nameOf, words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').Settings} Settings
 * @typedef {import('./page.js').Page} Page
 */

export class NotificationsPane extends View {
  static template = 'cw-settings-notifications';

  build() {
    this.ref('sound', HTMLButtonElement).addEventListener('click', () => act(this, 'changeSettings', { sound: !this.page.store.state.settings.sound }));
    this.ref('notify', HTMLButtonElement).addEventListener('click', async () => {
      const isOn = permission() === 'granted' && this.page.store.state.settings.notifications;
      const isAllowed = isOn || (await act(this, 'allowNotifications')) === 'granted';
      act(this, 'changeSettings', { notifications: !isOn && isAllowed });
      this.update(this.page.store.state.settings);
    });
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch(together((state) => [state.settings]), ([settings]) => this.update(settings), this.life);
  }

  /** @param {Settings} settings */
  update({ sound, notifications }) {
    const allowed = permission();
    mark(this.ref('sound', HTMLElement), 'aria-checked', String(sound));
    mark(this.ref('notify', HTMLElement), 'aria-checked', String(notifications && allowed === 'granted'));
    this.ref('notify', HTMLElement).hidden = allowed === 'missing' || allowed === 'plain';
    say(this.ref('permission', HTMLElement), words.settings.notifications.permission[allowed]);
  }
}

function permission() {
  if (!isSecureContext) return 'plain';
  return 'Notification' in window ? Notification.permission : 'missing';
}

const CHOICES = /** @type {const} */ (['theme', 'density', 'hours', 'language']);

export class AppearancePane extends View {
  static template = 'cw-settings-appearance';

  build() {
    for (const language of LANGUAGES) {
      const button = make('button', '', nameOf(language));
      button.type = 'button';
      button.setAttribute('role', 'radio');
      button.dataset.value = button.lang = language;
      this.ref('language', HTMLElement).append(button);
    }
    for (const name of CHOICES) {
      const group = this.ref(name, HTMLElement);
      group.addEventListener('click', (event) => {
        const button = event.target instanceof Element ? event.target.closest('button') : null;
        if (button) this.#choose(name, button.dataset.value ?? '');
      });
      group.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const buttons = [...group.querySelectorAll('button')];
        const index = buttons.findIndex((button) => button.getAttribute('aria-checked') === 'true');
        const next = buttons[(index + step + buttons.length) % buttons.length];
        this.#choose(name, next?.dataset.value ?? '');
        next?.focus();
      });
    }
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch((state) => state.settings, (settings) => this.update(settings), this.life);
  }

  /**
   * @param {typeof CHOICES[number]} name
   * @param {string} value one of those on the buttons
   */
  #choose(name, value) {
    act(this, 'changeSettings', /** @type {Partial<Settings>} */ ({ [name]: value }));
  }

  /** @param {Settings} settings */
  update(settings) {
    for (const name of CHOICES) {
      for (const button of this.ref(name, HTMLElement).querySelectorAll('button')) {
        const isChosen = button.dataset.value === settings[name];
        mark(button, 'aria-checked', String(isChosen));
        button.tabIndex = isChosen ? 0 : -1;
      }
    }
  }
}

export class KeyboardPane extends View {
  static template = 'cw-settings-keyboard';

  build() {
    this.ref('enter', HTMLButtonElement).addEventListener('click', () => act(this, 'changeSettings', { enterSends: !this.page.store.state.settings.enterSends }));
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch(
      together((state) => [state.settings]),
      ([{ enterSends }]) => {
        mark(this.ref('enter', HTMLElement), 'aria-checked', String(enterSends));
        this.ref('list', HTMLElement).replaceChildren(...shortcutNodes(enterSends));
      },
      this.life,
    );
  }
}

customElements.define('cw-settings-notifications', NotificationsPane);
customElements.define('cw-settings-appearance', AppearancePane);
customElements.define('cw-settings-keyboard', KeyboardPane);
