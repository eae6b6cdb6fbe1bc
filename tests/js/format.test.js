import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, plainText } from '../../static/lib/format.js';

const text = (value) => ({ type: 'text', text: value });
const inline = (body) => {
  const [block, ...rest] = parseMessage(body);
  assert.deepEqual(rest, []);
  assert.equal(block.type, 'paragraph');
  return block.children;
};

test('plain text stays as it is', () => {
  for (const body of [
    'hello',
    '2*3*4',
    'a ** b',
    'snake_case_name',
    '5 * 3 * 2',
    '~ about ~',
    '** **',
    '****',
    '_',
    '``',
    'a\u202Eb',
    '<b>no</b>',
    'C:\\*',
  ]) {
    assert.deepEqual(inline(body), [text(body)]);
  }
});

test('bold, italic and strike, also inside each other', () => {
  assert.deepEqual(inline('a **b** c'), [text('a '), { type: 'bold', children: [text('b')] }, text(' c')]);
  assert.deepEqual(inline('*a* _b_ ~~c~~'), [
    { type: 'italic', children: [text('a')] },
    text(' '),
    { type: 'italic', children: [text('b')] },
    text(' '),
    { type: 'strike', children: [text('c')] },
  ]);
  assert.deepEqual(inline('**a _b_**'), [
    { type: 'bold', children: [text('a '), { type: 'italic', children: [text('b')] }] },
  ]);
  assert.deepEqual(inline('***both***'), [{ type: 'bold', children: [{ type: 'italic', children: [text('both')] }] }]);
});

test('marks that are never closed are text', () => {
  assert.deepEqual(inline('**a _b'), [text('**a _b')]);
  assert.deepEqual(inline('**a _b**'), [{ type: 'bold', children: [text('a _b')] }]);
});

test('code is taken as written', () => {
  assert.deepEqual(inline('`**a**`'), [{ type: 'code', text: '**a**' }]);
  assert.deepEqual(inline('`` a`b ``'), [{ type: 'code', text: 'a`b' }]);
  assert.deepEqual(parseMessage('```js\nlet a = 1;\n\n> b\n```'), [
    { type: 'pre', text: 'let a = 1;\n\n> b', language: 'js' },
  ]);
  assert.deepEqual(parseMessage('```\nnever closed')[0].type, 'paragraph');
});

test('lines, quotes and lists', () => {
  assert.deepEqual(inline('a\nb'), [text('a'), { type: 'break' }, text('b')]);
  assert.deepEqual(parseMessage('> a\n> > b\nc'), [
    {
      type: 'quote',
      children: [
        { type: 'paragraph', children: [text('a')] },
        { type: 'quote', children: [{ type: 'paragraph', children: [text('b')] }] },
      ],
    },
    { type: 'paragraph', children: [text('c')] },
  ]);
  assert.deepEqual(parseMessage('- a\n- **b**\n\n3. c'), [
    { type: 'list', isOrdered: false, start: 1, items: [[text('a')], [{ type: 'bold', children: [text('b')] }]] },
    { type: 'list', isOrdered: true, start: 3, items: [[text('c')]] },
  ]);
});

test('a line that holds a line separator is read like any other', () => {
  for (const separator of ['\u2028', '\u2029'])
    for (const mark of ['> ', '- ', '1. ', '']) assert.equal(plainText(`${mark}a${separator}b`), 'a b');
});

test('links to web and mail only', () => {
  assert.deepEqual(inline('see https://a.example/x?y=1#z.'), [
    text('see '),
    { type: 'link', href: 'https://a.example/x?y=1#z', text: 'https://a.example/x?y=1#z' },
    text('.'),
  ]);
  assert.deepEqual(inline('(http://a.example/b_(c))')[1], {
    type: 'link',
    href: 'http://a.example/b_(c)',
    text: 'http://a.example/b_(c)',
  });
  assert.equal(inline('mailto:a@b.example')[0].type, 'link');
  for (const body of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'xhttps://a.example',
    'http://',
    'mailto:nobody',
    'vbscript:x',
    'https://',
  ]) {
    assert.deepEqual(inline(body), [text(body)]);
  }
  assert.deepEqual(inline('**https://a.example**'), [
    { type: 'bold', children: [{ type: 'link', href: 'https://a.example/', text: 'https://a.example' }] },
  ]);
});

test('every character of a text without marks comes back', () => {
  let seed = 7;
  const random = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % n;
  };
  const parts = [
    'a',
    ' ',
    '\n',
    '*',
    '**',
    '_',
    '~~',
    '`',
    '```',
    '> ',
    '- ',
    '1. ',
    'https://x.example',
    '(',
    ')',
    'ä',
    '👋',
  ];
  for (let i = 0; i < 3000; i++) {
    const body = Array.from({ length: random(30) }, () => parts[random(parts.length)]).join('');
    const letters = (value) => (value.match(/[a-zä👋]/gu) ?? []).join('');
    assert.equal(
      letters(plainText(body)),
      letters(body.replace(/^```\s*[\w+#.-]{1,20}\s*$/gmu, '```')),
      JSON.stringify(body),
    );
  }
});

test('the worst input costs in proportion to its length', () => {
  // Sixteen times the longest message: read in proportion it takes well under a tenth of a second, by the square many.
  const size = 16 * 8192;
  const worst = [
    '*',
    '**',
    '_',
    '~~',
    '`',
    '``` ',
    '*a',
    '_a ',
    '**a_b~~c*',
    '> ',
    '>',
    '- ',
    '\n',
    ' ',
    '` ',
    '(',
    'http://a)',
    'https://',
    ')',
    '*a **b ',
    '\n\n> ',
    '```\n',
    'm',
    '*`',
    '~~ ',
  ];
  for (const part of worst) {
    const body = part.repeat(Math.ceil(size / part.length)).slice(0, size);
    for (const given of [`${body}x`, `${'*a '.repeat(16_000)}${body}`]) {
      const before = process.cpuUsage(); // not the time of day: the machine may have others to serve
      parseMessage(given);
      const took = process.cpuUsage(before).user / 1000;
      assert.ok(took < 2000, `${JSON.stringify(part)} took ${took} ms`);
    }
  }
});

test('one line for rows and notices', () => {
  assert.equal(plainText('**Hi**\n> quote\n- a\n- b\n`c`'), 'Hi quote a b c');
});
