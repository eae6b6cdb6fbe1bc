import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LANGUAGES, file, qualified } from '../../tools/emoji.mjs';

for (const language of LANGUAGES) {
  test(`static/emoji/${language}.json is what tests/tools/emoji.mjs makes, and small`, async () => {
    const kept = await readFile(new URL(`../../../static/emoji/${language}.json`, import.meta.url), 'utf8');
    assert.ok(kept === (await file(language)), 'run `npm --prefix tests run emoji`');
    assert.ok(gzipSync(kept).length <= 50 * 1024, `${gzipSync(kept).length} bytes compressed`);
  });
}

test('an emoji is written as Unicode recommends, so that two devices mean the same', () => {
  assert.equal(qualified('\u{2764}'), '\u{2764}\u{fe0f}');
  assert.equal(qualified('\u{1f44d}\u{fe0f}'), '\u{1f44d}');
  assert.equal(qualified('\u{261d}\u{fe0f}\u{1f3fb}'), '\u{261d}\u{1f3fb}');
});
