// Takes a picture of every gallery state, light and dark, desktop and phone: node shots.mjs OUT_DIR [name…]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

const [out = 'out', ...only] = process.argv.slice(2);
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'];

/** What happens on the page before its picture is taken. */
const SHOTS = {
  login: { name: 'auth', act: async (page) => { await page.fill('#auth-username', 'alice'); await page.fill('#auth-password', 'abcdefghi'); await page.check('[name=keepSignedIn]'); await page.click('button[type=submit]'); await page.locator('.err:visible').waitFor(); } },
  signup: { name: 'auth', act: async (page) => { await page.click('#auth-signup'); await page.fill('#auth-username', 'bob'); await page.fill('#auth-password', 'tea and two sugars'); await page.click('button[type=submit]'); await page.locator('.err:visible').waitFor(); await page.click('[data-ref=reveal]'); await page.focus('#auth-password'); await page.waitForTimeout(400); } },
  ended: { name: 'ended' },
  unreachable: { name: 'unreachable' },
  list: { name: 'list' },
  chat: { name: 'chat' },
  away: { name: 'away' },
  offline: { name: 'offline', act: async (page) => page.focus('textarea') },
  empty: { name: 'empty' },
  first: { name: 'first' },
  failed: { name: 'failed', act: async (page) => page.locator('.scroller').evaluate((scroller) => { scroller.scrollTop = 0; }) },
  toasts: { name: 'toasts' },
  tools: { name: 'chat', act: async (page) => page.hover('cw-message[data-seq="5"] .bubble') },
  menu: { name: 'chat', act: async (page) => page.click('cw-message[data-seq="5"] .bubble', { button: 'right' }) },
  info: { name: 'chat', act: async (page) => { await page.focus('cw-message[data-seq="5"]'); await page.keyboard.press('i'); } },
  waiting: { name: 'away', act: async (page) => { await page.focus('cw-message[data-seq="6"]'); await page.keyboard.press('i'); } },
  reply: { name: 'away', act: async (page) => { await page.focus('cw-message[data-seq="3"]'); await page.keyboard.press('r'); await page.keyboard.type('Shall we take the 8:40? The later one is always packed'); } },
  long: { name: 'long' },
  confirm: { name: 'chat', act: async (page) => { await page.focus('cw-message[data-seq="5"]'); await page.keyboard.press('Enter'); await page.click('[data-ref=remove]'); } },
  ...Object.fromEntries(['profile', 'password', 'devices', 'privacy', 'notifications', 'appearance', 'keyboard'].map((pane) => [`settings-${pane}`, {
    name: 'chat',
    act: async (page) => {
      await page.evaluate(() => document.querySelector('cw-app')?.dispatchEvent(new CustomEvent('cw-settings', { detail: { pane: 'profile' } })));
      await page.click(`[data-pane=${pane}]`);
    },
  }])),
};

await mkdir(out, { recursive: true });
const { address, stop } = await serve();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });
let problems = 0;
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const theme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport, colorScheme: theme, deviceScaleFactor: 1, locale: 'en-GB', hasTouch: size === 'phone' });
    for (const [shot, { name, act }] of Object.entries(SHOTS)) {
      if (only.length > 0 && !only.includes(shot)) continue;
      const page = await context.newPage();
      page.setDefaultTimeout(3000);
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        problems += 1;
        console.log(`${shot}-${theme}-${size}: ${message.text()}`);
      });
      page.on('pageerror', (error) => {
        problems += 1;
        console.log(`${shot}-${theme}-${size}: ${error.stack}`);
      });
      await page.goto(`${address}/?name=${name}&theme=${theme}`);
      await page.waitForTimeout(250);
      try {
        await act?.(page);
      } catch (error) {
        problems += 1;
        console.log(`${shot}-${theme}-${size}: ${error}`);
      }
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(out, `${shot}-${theme}-${size}.png`) });
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
stop();
console.log(problems === 0 ? 'no problems' : `${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
