// Where a popover stands: at what it belongs to, inside the page. On a phone the style sheet makes it a sheet instead.

const GAP_PX = 8;

/**
 * Opens `dialog` at `anchor`: below when there is room, else above; towards the middle of the page.
 * @param {HTMLDialogElement} dialog
 * @param {DOMRect} anchor
 */
export function openAt(dialog, anchor) {
  if (!dialog.open) dialog.showModal();
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const { clientWidth: pageWidth, clientHeight: pageHeight } = document.documentElement;
  const below = anchor.bottom + GAP_PX;
  const above = anchor.top - GAP_PX - height;
  const top = below + height <= pageHeight - GAP_PX ? below : Math.max(GAP_PX, above);
  const isRight = anchor.left + anchor.width / 2 > pageWidth / 2;
  const start = isRight ? anchor.right - width : anchor.left;
  dialog.style.setProperty('--pop-top', `${Math.min(top, Math.max(GAP_PX, pageHeight - height - GAP_PX))}px`);
  dialog.style.setProperty('--pop-start', `${Math.min(Math.max(GAP_PX, start), Math.max(GAP_PX, pageWidth - width - GAP_PX))}px`);
}

/**
 * A click on the page behind closes the dialog. What begins outside is not meant for it: a long press opens a sheet under
 * the finger, and lifting the finger must choose nothing there.
 * @param {HTMLDialogElement} dialog
 */
export function closeOutside(dialog) {
  let hasBegunHere = false;
  dialog.addEventListener('pointerdown', () => {
    hasBegunHere = true;
  });
  dialog.addEventListener('close', () => {
    hasBegunHere = false;
  });
  dialog.addEventListener(
    'click',
    (event) => {
      const isFromKeyboard = event.detail === 0;
      if (!isFromKeyboard && !hasBegunHere) event.stopImmediatePropagation();
    },
    { capture: true },
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      const box = dialog.getBoundingClientRect();
      const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!isInside) dialog.close();
    }
  });
}

/** What can be chosen in a menu now. @param {HTMLElement} menu */
export const menuItems = (menu) => [...menu.querySelectorAll('button')].filter((button) => button.offsetParent !== null);

/** @param {number} index @param {number} count @returns {Record<string, number>} */
const steps = (index, count) => {
  const [next, previous] = [(index + 1) % count, (index - 1 + count) % count];
  return { ArrowDown: next, ArrowRight: next, ArrowUp: previous, ArrowLeft: previous, Home: 0, End: count - 1 };
};

/** The arrow keys, Home and End move in a menu. @param {HTMLElement} menu */
export function walkItems(menu) {
  menu.addEventListener('keydown', (event) => {
    const items = menuItems(menu);
    const index = items.findIndex((item) => item === document.activeElement);
    const next = steps(index, items.length)[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items[next]?.focus();
  });
}
