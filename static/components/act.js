// Verbs go up: a component says what a person wants as one bubbling event; app.js catches it once and calls the action
// of that name. No component holds the actions or the connection.

/** @typedef {import('../state/actions.js').Actions} Actions */

/** What a person wants, on its way up. Whoever catches it leaves what the action came back with in `answer`. */
export class Wish extends Event {
  /**
   * @param {keyof Actions} verb
   * @param {ReadonlyArray<unknown>} args
   */
  constructor(verb, args) {
    super('wish', { bubbles: true });
    this.verb = verb;
    this.args = args;
    /** @type {unknown} */
    this.answer = undefined;
  }
}

/**
 * Asks for an action. Dispatching is synchronous, so what the action returns is there at once.
 * @template {keyof Actions} V
 * @param {Element} from
 * @param {V} verb
 * @param {Parameters<Actions[V]>} args
 * @returns {ReturnType<Actions[V]>}
 */
export function act(from, verb, ...args) {
  const wish = new Wish(verb, args);
  from.dispatchEvent(wish);
  return /** @type {ReturnType<Actions[V]>} */ (wish.answer);
}

/**
 * Catches every wish under `root` and calls the action it names.
 * @param {Element} root
 * @param {Actions} actions
 * @param {AbortSignal} signal
 */
export function grant(root, actions, signal) {
  root.addEventListener(
    'wish',
    (event) => {
      if (!(event instanceof Wish)) return;
      event.stopPropagation();
      event.answer = Reflect.apply(actions[event.verb], actions, [...event.args]);
    },
    { signal },
  );
}

/**
 * What components tell each other inside the page, by name of the event.
 * @typedef {object} Signals
 * @property {import('../state/types.js').Message} cw-reply
 * @property {import('../state/types.js').Message} cw-edit
 * @property {import('../state/types.js').Message} cw-remove
 * @property {import('../state/types.js').Message} cw-copy
 * @property {import('../state/types.js').Message} cw-unread
 * @property {{ message: import('../state/types.js').Message, at: DOMRect }} cw-info
 * @property {{ message: import('../state/types.js').Message, at: DOMRect }} cw-menu
 * @property {{ target: import('../state/types.js').Target, at: DOMRect }} cw-chat-menu
 * @property {{ at: DOMRect, choose: (emoji: string) => void }} cw-pick
 * @property {{ chip: import('./reaction-chips.js').Chip, at: DOMRect }} cw-who
 * @property {{ seq: number }} cw-jump
 * @property {null} cw-edit-last
 * @property {null} cw-log-out
 * @property {{ pane: string }} cw-settings
 * @property {null} cw-find
 * @property {{ text?: string, isHere?: boolean }} cw-search `isHere`: in the open chat; without a text, what stands there stays
 * @property {null} cw-search-close
 * @property {{ target: import('../state/types.js').Target, seq?: number }} cw-go
 * @property {null} cw-keys
 * @property {import('../state/types.js').Message} cw-copy-link
 * @property {null} cw-sent
 * @property {{ isOpen: boolean }} cw-details
 * @property {{ conversation: number | null }} cw-people Choose people: for a new group, or to add them to one.
 * @property {null} cw-write
 * @property {{ question: import('./cw-confirm.js').Question, answer: (yes: boolean) => void }} cw-ask
 */

/**
 * @template {keyof Signals} N
 * @param {Element} from
 * @param {N} name
 * @param {Signals[N]} detail
 */
export function signal(from, name, detail) {
  from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/**
 * @template {keyof Signals} N
 * @param {Element} root
 * @param {N} name
 * @param {(detail: Signals[N], event: Event) => void} run
 * @param {AbortSignal} [life]
 */
export function onSignal(root, name, run, life) {
  root.addEventListener(
    name,
    (event) => {
      event.stopPropagation();
      run(/** @type {CustomEvent<Signals[N]>} */ (event).detail, event);
    },
    life ? { signal: life } : {},
  );
}

/**
 * Asks a person before something is removed.
 * @param {Element} from
 * @param {import('./cw-confirm.js').Question} question
 * @returns {Promise<boolean>}
 */
export function ask(from, question) {
  return new Promise((answer) => signal(from, 'cw-ask', { question, answer }));
}
