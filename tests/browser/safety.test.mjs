// Text stays text: what people write never becomes part of the page, and the browser itself would refuse it.
import assert from 'node:assert/strict'
import { seen } from './support/eventually.mjs'
import { scenario } from './support/scenario.mjs'

scenario('the browser refuses HTML made from strings, scripts and styles that are not ours', {}, async ({ signedUp }) => {
  const alice = await signedUp('Alice Marsh')
  const refused = await alice.page.evaluate(async () => {
    await new Promise(resolve => setTimeout(resolve)) // what a debugger runs itself, may use eval
    /** @type {Record<string, string>} */
    const outcomes = {}
    const html = '<b>x</b>'
    const made = () => document.createElement('div')
    const script = () => document.createElement('script')
    const policies = Reflect.get(globalThis, 'trustedTypes')
    /** @type {Record<string, () => unknown>} */
    const attempts = {
      innerHTML: () => { made().innerHTML = html },
      outerHTML: () => { const outer = made(); outer.append(made()); /** @type {Element} */ (outer.firstChild).outerHTML = html },
      insertAdjacentHTML: () => made().insertAdjacentHTML('beforeend', html),
      setHTMLUnsafe: () => made().setHTMLUnsafe(html),
      'in a shadow': () => { made().attachShadow({ mode: 'open' }).innerHTML = html },
      createContextualFragment: () => document.createRange().createContextualFragment(html),
      DOMParser: () => new DOMParser().parseFromString(html, 'text/html'),
      parseHTMLUnsafe: () => Document.parseHTMLUnsafe(html),
      write: () => document.write(html),
      writeln: () => document.writeln(html),
      srcdoc: () => { document.createElement('iframe').srcdoc = html },
      insertHTML: () => document.execCommand('insertHTML', false, html),
      'script text': () => { script().text = 'window.wasRun = true' },
      'script textContent': () => { script().textContent = 'window.wasRun = true' },
      'script src': () => { script().src = 'app.js' },
      'attribute of an event': () => made().setAttribute('onclick', 'window.wasRun = true'),
      eval: () => Reflect.get(globalThis, 'eval')('window.wasRun = true'),
      Function: () => Reflect.construct(Function, ['window.wasRun = true'])(),
      'timer': () => setTimeout('window.wasRun = true', 0),
      Worker: () => new Worker('app.js'),
      'service worker': () => navigator.serviceWorker.register('app.js'),
      'another policy': () => policies.createPolicy('ours', { createHTML: (/** @type {string} */ text) => text }),
      'the same policy again': () => policies.createPolicy('service-worker', { createScriptURL: (/** @type {string} */ text) => text }),
    }
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        const outcome = attempt()
        outcomes[name] = outcome instanceof Promise ? await outcome.then(() => 'allowed', error => error.name) : 'allowed'
      } catch (error) {
        outcomes[name] = /** @type {Error} */ (error).name
      }
    }
    return outcomes
  })
  const allowed = Object.entries(refused).filter(([, outcome]) => !['TypeError', 'EvalError'].includes(outcome))
  assert.deepEqual(allowed, [])
  assert.ok(Object.keys(refused).length > 20)
  assert.equal(await alice.page.evaluate(() => 'wasRun' in window), false)
  alice.problems.length = 0 // the refusals themselves, which were asked for

  const answer = await alice.page.request.get(`${alice.address}/`)
  const policy = answer.headers()['content-security-policy'] ?? ''
  for (const part of ["require-trusted-types-for 'script'", 'trusted-types service-worker', "worker-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) assert.ok(policy.includes(part), `${part} in ${policy}`)
  for (const part of ['unsafe-inline', 'unsafe-eval', 'http:', '*']) assert.ok(!policy.includes(part), `${part} in ${policy}`)
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff')
})

scenario('messages, drafts and names full of markup are shown as they were written', { sizes: ['desktop', 'phone'] }, async ({ signedUp }) => {
  const markup = '<img src=x onerror="window.wasRun=true"><script>window.wasRun=true</script>'
  const alice = await signedUp('Alice <b>Marsh</b>')
  const bob = await signedUp('Bob Hargreaves')
  await bob.openChatWith(alice)
  await bob.say(markup)
  await alice.openChatWith(bob)
  await seen(alice.log.getByText(markup))
  await bob.say('[a link](javascript:window.wasRun=true) javascript:window.wasRun=true')
  await seen(alice.message('a link'))
  for (const person of [alice, bob]) {
    assert.equal(await person.page.evaluate(() => 'wasRun' in window), false)
    const addresses = await person.log.getByRole('link').evaluateAll(links => links.map(link => /** @type {HTMLAnchorElement} */ (link).protocol))
    assert.ok(addresses.every(protocol => ['http:', 'https:', 'mailto:'].includes(protocol)), addresses.join())
  }
})

scenario('nothing is fetched from anywhere but the server itself', {}, async ({ person }) => {
  const alice = await person('Alice Marsh')
  /** @type {string[]} */
  const elsewhere = []
  alice.context.on('request', request => {
    if (!request.url().startsWith(`${alice.address}/`) && !request.url().startsWith('data:')) elsewhere.push(request.url())
  })
  await alice.open()
  await alice.signUp()
  await alice.live()
  assert.deepEqual(elsewhere, [])
})
