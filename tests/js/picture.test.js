// Which part of a picture is taken, and where pictures are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { middleSquare } from '../../static/lib/picture.js';
import { pictureAddress } from '../../static/protocol.js';

test('the middle square of a picture is taken', () => {
  assert.deepEqual(middleSquare(300, 200), { x: 50, y: 0, side: 200 });
  assert.deepEqual(middleSquare(200, 301), { x: 0, y: 50, side: 200 });
  assert.deepEqual(middleSquare(7, 7), { x: 0, y: 0, side: 7 });
});

test('another picture has another address, and who has none has no address', () => {
  assert.equal(pictureAddress({ id: 7, picture: 'abc' }), '/api/v1/users/7/picture/abc');
  for (const nobody of [{ id: 7 }, null, undefined]) assert.equal(pictureAddress(nobody), undefined);
});
