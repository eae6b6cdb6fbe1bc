// The keys that work everywhere in the page. They rest while a dialog asks for attention, and single signs while one types.
import { signal } from './act.js';
import { chatBeside } from '../state/beside.js';
import { shownUnread, viewedConversation } from '../state/select.js';

/** @typedef {import('./page.js').Page} Page */

/**
 * @param {Element} root
 * @param {Page} page
 * @param {AbortSignal} life
 */
export function listenForKeys(root, page, life) {
  document.addEventListener(
    'keydown',
    (event) => {
      const { state } = page.store;
      if (state.phase !== 'signedIn' || event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal')) return;
      const deed = deedOf(event);
      if (deed === null) return;
      event.preventDefault();
      const open = viewedConversation(state);
      if (deed === 'jump') signal(root, 'cw-find', null);
      else if (deed === 'search') signal(root, 'cw-search', { isHere: true });
      else if (deed === 'settings') signal(root, 'cw-settings', { pane: 'profile' });
      else if (deed === 'keys') signal(root, 'cw-keys', null);
      else {
        const isWanted = deed.isUnread ? (/** @type {import('../state/types.js').ConversationCopy} */ copy) => shownUnread(state, copy) > 0 : undefined;
        const next = chatBeside(state, open?.id ?? null, deed.step, isWanted);
        if (next) signal(root, 'cw-go', { target: { conversation: next.id } });
      }
    },
    { signal: life },
  );
}

/**
 * @param {KeyboardEvent} event
 * @returns {'jump' | 'search' | 'settings' | 'keys' | { step: 1 | -1, isUnread: boolean } | null}
 */
function deedOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }) {
  const isCommand = (ctrlKey || metaKey) && !altKey;
  if (isCommand && !shiftKey && key.toLowerCase() === 'k') return 'jump';
  if (isCommand && shiftKey && key.toLowerCase() === 'f') return 'search';
  if (isCommand && key === ',') return 'settings';
  if (key === '?' && !isCommand && !altKey && !isField(target)) return 'keys';
  const opensList = target instanceof Element && target.matches('select, input[type="date"]');
  if (altKey && !ctrlKey && !metaKey && !opensList && (key === 'ArrowDown' || key === 'ArrowUp')) return { step: key === 'ArrowDown' ? 1 : -1, isUnread: shiftKey };
  return null;
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
