// One list on the page from one list of items: elements are kept by key, moved as little as possible and never built
// twice. It knows nothing about what the items are, and never touches elements it did not make.

/** @type {WeakMap<Element, string | number>} the key under which an element stands in its parent */
const keys = new WeakMap();

/**
 * Makes the children of `parent` show `items`, in order. Children without a key (made by others) stay in front.
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {ReadonlyArray<T>} items
 * @param {{ key: (item: T) => string | number, create: (item: T) => E, update: (element: E, item: T) => void }} how
 *   `key` is unique in the list; `update` runs for every item, also right after `create`, when the element is in place.
 */
export function reconcile(parent, items, { key, create, update }) {
  /** @type {Map<string | number, E>} */
  const former = new Map();
  /** @type {Element | null} */
  let next = null;
  for (const child of parent.children) {
    const childKey = keys.get(child);
    if (childKey === undefined) continue;
    next ??= child;
    former.set(childKey, /** @type {E} */ (child));
  }
  const wanted = new Set(items.map(key));
  for (const [childKey, child] of former) {
    if (wanted.has(childKey)) continue;
    if (child === next) next = child.nextElementSibling;
    child.remove();
  }
  for (const item of items) {
    const itemKey = key(item);
    let element = former.get(itemKey);
    if (!element) {
      element = create(item);
      keys.set(element, itemKey);
    }
    if (element === next) next = element.nextElementSibling;
    else parent.insertBefore(element, next);
    update(element, item);
  }
}

/**
 * The key under which `reconcile` put an element.
 * @param {Element} element
 * @returns {string | number | undefined}
 */
export function keyOf(element) {
  return keys.get(element);
}
