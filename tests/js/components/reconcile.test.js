// The keyed list, on its own: a parent that counts what is done to it stands for the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, reconcile } from '../../../static/components/reconcile.js';

/** As much of an element as a list needs. */
class Node {
  /** @type {Node[]} */
  children = [];
  /** @type {Node | null} */
  parent = null;
  moves = 0;
  text = '';

  /** @returns {Node | null} */
  get nextElementSibling() {
    return this.parent?.children[this.parent.children.indexOf(this) + 1] ?? null;
  }

  remove() {
    if (!this.parent) return;
    this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = null;
  }

  /** @param {Node} child @param {Node | null} before */
  insertBefore(child, before) {
    child.remove();
    this.moves += 1;
    const at = before === null ? this.children.length : this.children.indexOf(before);
    this.children.splice(at, 0, child);
    child.parent = this;
  }
}

/** @param {Node} parent @param {string} letters */
function show(parent, letters) {
  let created = 0;
  parent.moves = 0;
  reconcile(/** @type {Element} */ (/** @type {unknown} */ (parent)), [...letters], {
    key: (letter) => letter,
    create: () => {
      created += 1;
      return /** @type {Element} */ (/** @type {unknown} */ (new Node()));
    },
    update: (element, letter) => {
      /** @type {Node} */ (/** @type {unknown} */ (element)).text = letter;
    },
  });
  return { created, moves: parent.moves, shown: parent.children.map((child) => child.text).join('') };
}

test('a list appears in order', () => {
  assert.deepEqual(show(new Node(), 'abc'), { created: 3, moves: 3, shown: 'abc' });
});

test('an unchanged list moves nothing and makes nothing', () => {
  const parent = new Node();
  show(parent, 'abc');
  assert.deepEqual(show(parent, 'abc'), { created: 0, moves: 0, shown: 'abc' });
});

test('what is new in front, between and behind is made once and nothing else moves', () => {
  const parent = new Node();
  show(parent, 'bd');
  assert.deepEqual(show(parent, 'abcde'), { created: 3, moves: 3, shown: 'abcde' });
});

test('what is gone is removed and the rest stays where it is', () => {
  const parent = new Node();
  show(parent, 'abcde');
  assert.deepEqual(show(parent, 'bd'), { created: 0, moves: 0, shown: 'bd' });
});

test('elements keep their key when the order changes', () => {
  const parent = new Node();
  show(parent, 'abcd');
  const [a] = parent.children;
  const { created, shown } = show(parent, 'dcba');
  assert.deepEqual({ created, shown }, { created: 0, shown: 'dcba' });
  assert.equal(parent.children[3], a);
  assert.equal(keyOf(/** @type {Element} */ (/** @type {unknown} */ (a))), 'a');
});

test('any list follows any other', () => {
  const parent = new Node();
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let i = 0; i < 500; i += 1) {
    const letters = [...'abcdefghij'].filter(() => random() < 0.6).sort(() => random() - 0.5).join('');
    assert.equal(show(parent, letters).shown, letters);
  }
});

test('children that others made stay in front', () => {
  const parent = new Node();
  const heading = new Node();
  heading.text = '#';
  parent.insertBefore(heading, null);
  show(parent, 'ab');
  assert.equal(show(parent, 'ba').shown, '#ba');
  assert.equal(show(parent, '').shown, '#');
});
