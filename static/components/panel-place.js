// Whether the details are open, and where they stand in the browser's history: where they cover the chat, going back closes
// them. Knows the address and nothing of what the panel shows.

/** At the end of an address: the details of what it names are open over it. */
const SUFFIX = '/details';
/** Marks the entry that opening made. */
const PANEL = 'panel';

/** The width at which two panes stand beside each other; layout.css says the same. */
export const PHONE_BELOW_PX = 720;

export class PanelPlace {
  #isOpen = location.hash.endsWith(SUFFIX);
  #isClosing = false;
  #covers;
  #changed;

  /**
   * @param {() => boolean} covers whether the panel stands over the chat, for lack of room beside it
   * @param {() => void} changed
   */
  constructor(covers, changed) {
    this.#covers = covers;
    this.#changed = changed;
  }

  get isOpen() {
    return this.#isOpen;
  }

  open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    if (this.#covers()) history.pushState(PANEL, '', location.hash + SUFFIX);
    this.#changed();
  }

  close() {
    if (!this.#isOpen) return;
    if (history.state === PANEL) {
      this.#isClosing = true;
      history.back();
      return;
    }
    this.#isOpen = false;
    if (location.hash.endsWith(SUFFIX)) history.replaceState(null, '', location.hash.slice(0, -SUFFIX.length));
    this.#changed();
  }

  /** The address is another one. */
  heard() {
    const isNamed = location.hash.endsWith(SUFFIX);
    this.#isOpen = isNamed || (this.#isOpen && !this.#isClosing && !this.#covers());
    this.#isClosing = false;
    this.#changed();
  }
}
