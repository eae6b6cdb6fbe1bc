// Devices: every place where one is signed in. Removing asks first, with the safe choice in focus.
import { act, ask } from './act.js';
import { Component, mark, say } from './element.js';
import { View, together } from './page.js';
import { reconcile } from './reconcile.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').Device} Device
 * @typedef {import('./page.js').Page} Page
 */

export class DevicesPane extends View {
  static template = 'cw-settings-devices';
  /** @type {ReadonlyArray<Device>} */
  #devices = [];

  build() {
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => void this.#load());
    this.ref('others', HTMLButtonElement).addEventListener('click', () => void this.#removeOthers());
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch(together(() => []), () => this.#draw(), this.life);
    void this.#load();
  }

  async #load() {
    const outcome = await act(this, 'listDevices');
    if (!this.isConnected) return;
    this.ref('failed', HTMLElement).hidden = outcome.ok;
    if (outcome.ok) this.#devices = outcome.value;
    this.#draw();
  }

  #draw() {
    reconcile(this.ref('list', HTMLElement), this.#devices, {
      key: (device) => device.id,
      create: (device) => new DeviceRow(() => void this.#remove(device)),
      update: (row, device) => row.update(device, this.page),
    });
    this.ref('foot', HTMLElement).hidden = this.#devices.every((device) => device.current);
  }

  /** @param {Device} device */
  async #remove({ id, label }) {
    const name = words.settings.devices.label(label);
    const { removeTitle, removeText, keep, removeGo: go } = words.settings.devices;
    if (!(await ask(this, { title: removeTitle(name), text: removeText, keep, go }))) return;
    await act(this, 'endDevice', id);
    await this.#load();
  }

  async #removeOthers() {
    const { othersTitle: title, othersText: text, othersKeep: keep, others: go } = words.settings.devices;
    if (!(await ask(this, { title, text, keep, go }))) return;
    await act(this, 'endOtherDevices');
    await this.#load();
  }
}

class DeviceRow extends Component {
  static template = 'cw-device-row';
  #remove;

  /** @param {() => void} remove */
  constructor(remove) {
    super();
    this.#remove = remove;
  }

  build() {
    this.setAttribute('role', 'listitem');
    this.ref('remove', HTMLButtonElement).addEventListener('click', this.#remove);
  }

  /**
   * @param {Device} device
   * @param {Page} page
   */
  update({ label, kind, current, keep, createdAt, lastUsedAt, online }, { times, store }) {
    mark(this.ref('icon', SVGUseElement), 'href', `#${iconOf(label, kind)}`);
    const { devices } = words.settings;
    const name = devices.label(label);
    say(this.ref('label', HTMLElement), name);
    const used = current || online ? devices.activeNow : devices.activeAgo(times.duration(store.state.now - lastUsedAt));
    say(this.ref('note', HTMLElement), [used, devices.signedIn(times.dayWord(createdAt)), keep ? devices.stays : devices.untilClose].join(' · '));
    this.ref('here', HTMLElement).hidden = !current;
    const remove = this.ref('remove', HTMLElement);
    remove.hidden = current;
    mark(remove, 'aria-label', devices.removeName(name));
  }
}

/**
 * @param {string} label such as 'Firefox on Linux'
 * @param {Device['kind']} kind
 */
function iconOf(label, kind) {
  if (kind === 'token') return 'i-keys';
  if (/iphone|android/iu.test(label)) return 'i-phone';
  if (/ipad|tablet/iu.test(label)) return 'i-tablet';
  if (/windows/iu.test(label)) return 'i-desktop';
  return 'i-laptop';
}

customElements.define('cw-device-row', DeviceRow);
customElements.define('cw-settings-devices', DevicesPane);
