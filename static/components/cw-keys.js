// The sheet of shortcuts, as a dialog over whatever is there. The settings show the same list.
import { closeOutside } from './popover.js';
import { View } from './page.js';
import { shortcutNodes } from './shortcuts.js';

export class CwKeys extends View {
  static template = 'cw-keys';

  build() {
    const dialog = this.ref('dialog', HTMLDialogElement);
    closeOutside(dialog);
    this.ref('close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  }

  open() {
    this.ref('list', HTMLElement).replaceChildren(...shortcutNodes(this.page.store.state.settings.enterSends));
    this.ref('dialog', HTMLDialogElement).showModal();
  }
}

customElements.define('cw-keys', CwKeys);
