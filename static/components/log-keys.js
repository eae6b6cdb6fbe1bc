// The keyboard in the log: one tab stop, arrows between messages, single letters while a message has the focus.
import { signal } from './act.js';
import { CwMessage } from './cw-message.js';
import { keyOf } from './reconcile.js';

export class LogKeys {
  #list;
  #goToEnd;
  /** The message that Tab reaches. @type {string | null} */
  #stopKey = null;

  /**
   * @param {HTMLElement} list holds the messages
   * @param {() => void} goToEnd
   */
  constructor(list, goToEnd) {
    this.#list = list;
    this.#goToEnd = goToEnd;
    list.addEventListener('keydown', (event) => this.#pressed(event));
    list.addEventListener('focusin', (event) => this.#focused(event.target));
  }

  /** Another chat begins with its newest message. */
  reset() {
    this.#stopKey = null;
  }

  /** One tab stop: the message that had the focus, else the newest. */
  rove() {
    const messages = this.#messages();
    const stop = messages.find((message) => keyOf(message) === this.#stopKey) ?? messages.at(-1);
    for (const message of messages) {
      const tabIndex = message === stop ? 0 : -1;
      if (message.tabIndex !== tabIndex) message.tabIndex = tabIndex;
    }
  }

  #messages() {
    return [...this.#list.children].filter((child) => child instanceof CwMessage);
  }

  /** @param {EventTarget | null} target */
  #focused(target) {
    const message = target instanceof Element ? target.closest('cw-message') : null;
    const key = message && keyOf(message);
    if (!key || key === this.#stopKey) return;
    this.#stopKey = String(key);
    this.rove();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const message = event.target;
    if (!(message instanceof CwMessage) || event.ctrlKey || event.altKey || event.metaKey) return;
    const { row } = message;
    switch (event.key) {
      case 'ArrowUp':
        this.#focusBeside(message, -1);
        break;
      case 'ArrowDown':
        this.#focusBeside(message, 1);
        break;
      case 'Home':
        this.#focusBeside(null, 1);
        break;
      case 'End':
        this.#goToEnd();
        this.#focusBeside(null, -1);
        break;
      case 'Enter':
      case 'ContextMenu':
        message.openMenu();
        break;
      case 'r':
      case 'R':
        if (row?.message && row.message.deletedAt === undefined) signal(message, 'cw-reply', row.message);
        break;
      case 'e':
      case 'E':
        message.openPicker();
        break;
      case 'i':
      case 'I':
        message.openInfo();
        break;
      case 'Escape':
        signal(message, 'cw-write', null);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  /**
   * @param {CwMessage | null} from null: from the edge of what is in the document
   * @param {1 | -1} step
   */
  #focusBeside(from, step) {
    const messages = this.#messages();
    const next = from === null ? messages.at(step === 1 ? 0 : -1) : messages[messages.indexOf(from) + step];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
}
