// SPDX-License-Identifier: Apache-2.0
// node browser_test.js PAGE PROGRAM SCENARIOS PACKAGES: the page in headless Chromium, as a reader uses it.  Nothing here
// depends on how fast the machine is: it waits for what must come, and not for a time.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { nativeJson, shippedScenarios } from './native.js';

const [pageFile, program, folder, packages] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(packages, 'package.json'));

function missing() {
  for (const name of ['playwright-core', 'axe-core']) {
    try {
      require.resolve(name);
    } catch {
      return `the npm package ${name}`;
    }
  }
  return chromiumFile() ? null : 'chromium';
}
function chromiumFile() {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
}
if (missing()) {
  console.log(`skipped: ${missing()} is missing (tools/setup web installs it)`);
  process.exit(77);
}

const { chromium } = require('playwright-core');
const FOREVER = { timeout: 0 };
let browser;
let page;
let complaints;
let requests;

before(async () => {
  browser = await chromium.launch({ executablePath: chromiumFile(), args: ['--no-sandbox'] });
});
after(() => browser.close());

async function openPage(options = {}, fragment = '') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  context.setDefaultTimeout(0);
  const fresh = await context.newPage();
  complaints = [];
  requests = [];
  fresh.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  fresh.on('pageerror', (error) => complaints.push(error.message));
  fresh.on('request', (request) => requests.push(request.url()));
  await fresh.goto(pathToFileURL(pageFile).href + fragment, FOREVER);
  await fresh.waitForSelector('[data-digest]', FOREVER);
  await fresh.waitForSelector('.cm-content', { state: 'attached', ...FOREVER });
  return fresh;
}
beforeEach(async () => {
  await page?.context().close();
  page = await openPage();
});

const summary = () => page.locator('.summary').innerText();
const digest = () => page.locator('.summary').getAttribute('data-digest');
// Waits until the digest is another one.
const changed = (old) => page.waitForFunction((was) => {
  const now = document.querySelector('[data-digest]')?.dataset.digest;
  return now && now !== was && !document.querySelector('.stale');
}, old, FOREVER);
async function replaceText(text) {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.evaluate((inserted) => document.execCommand('insertText', false, inserted), text);
}
const slider = (pointer) => page.locator(`[data-pointer="${pointer}"]`);
async function turn(pointer, position) {
  await slider(pointer).evaluate((input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, String(position));
}

test('it shows a result, asks for nothing from outside, and complains of nothing', async () => {
  assert.match(await summary(), /every-4m hold; every-6m, every-10m, silent do not, because of home-router: tcp.established 5m/);
  assert.equal(await page.locator('.connections tbody tr').count(), 6);
  assert.deepEqual(requests.filter((url) => !/^(file|blob|data):/.test(url)), []);
  assert.deepEqual(complaints, []);
});

test('a slider moves the result, and the text follows', async () => {
  const old = await digest();
  await turn('/path/1/middlebox/timeouts/tcp.established', 800);
  await changed(old);
  assert.match(await summary(), /every-6m, every-10m/);
  assert.doesNotMatch(await summary(), /because of home-router: tcp.established 5m/);
  assert.doesNotMatch(await page.locator('.cm-content').innerText(), /"tcp.established": "5m"/);
  assert.deepEqual(complaints, []);
});

test('while one drags, the last value wins', async () => {
  const old = await digest();
  // All at once, so that none of them finds the page as the one before it has left it.
  await slider('/path/1/middlebox/timeouts/tcp.established').evaluate((input) => {
    for (const position of [520, 560, 600, 700, 800, 900, 450]) {
      input.value = position;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
  await changed(old);
  const words = await slider('/path/1/middlebox/timeouts/tcp.established').getAttribute('aria-valuetext');
  await page.waitForFunction((timeout) => document.querySelector('.summary').textContent.includes(`tcp.established ${timeout}`), words, FOREVER);
});

test('every shipped scenario gives the digest of the program', async () => {
  for (const { name } of shippedScenarios(folder)) {
    const wanted = nativeJson(program, ['run', '--format', 'json', join(folder, name)]).runs[0];
    await page.locator('.scenarios button').getByText(wanted.title, { exact: true }).first().click();
    await page.waitForFunction((title) => document.querySelector('caption')?.textContent.startsWith(title) && !document.querySelector('.stale'), wanted.title, FOREVER);
    assert.equal(await digest(), wanted.digest, name);
  }
  assert.deepEqual(complaints, []);
});

test('scenarios are found by words and by topic', async () => {
  const all = await page.locator('.scenarios li').count();
  await page.getByLabel('Search').fill('nginx 502');
  assert.ok((await page.locator('.scenarios li').count()) < all);
  assert.ok((await page.locator('.scenarios li').count()) > 0);
  await page.getByLabel('Search').fill('');
  await page.getByLabel('Topic').selectOption('ssh');
  assert.ok((await page.locator('.scenarios li').count()) < all);
});

test('a mistake is told of at its line and column, and the page works on', async () => {
  const text = readFileSync(join(folder, 'ssh-behind-a-home-router.json'), 'utf8');
  await replaceText(text.replace('"duration": "1h"', '"duration": "1x"'));
  await page.waitForSelector('.problem li', FOREVER);
  assert.match(await page.locator('.problem').innerText(), /Line 6, column 15/);
  await page.waitForSelector('.cm-lintRange-error', FOREVER);
  await replaceText('{"title"');
  await page.waitForFunction(() => /unfinished/.test(document.querySelector('.problem')?.textContent), null, FOREVER);
  await replaceText(text);
  await page.waitForFunction(() => !document.querySelector('.problem') && !document.querySelector('.stale'), null, FOREVER);
  assert.deepEqual(complaints, []);
});

test('when the simulator fails, the page says so and goes on with another one', async () => {
  await page.evaluate(() => {
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message) {
      Worker.prototype.postMessage = send;
      send.call(this, { ...message, request: { ask: 1n } });
    };
  });
  await turn('/path/1/middlebox/timeouts/tcp.established', 700);
  await page.waitForFunction(() => /was started again/.test(document.querySelector('.problem')?.textContent), null, FOREVER);
  const old = await digest();
  await turn('/path/1/middlebox/timeouts/tcp.established', 800);
  await changed(old);
  assert.equal(await page.locator('.problem').count(), 0);
});

test('completion offers keys of the schema', async () => {
  await replaceText('{\n  \n}');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+Space');
  await page.waitForSelector('.cm-tooltip-autocomplete', FOREVER);
  assert.match(await page.locator('.cm-tooltip-autocomplete').innerText(), /"connections"/);
});

test('the ladder is a film: it goes step by step, and timers run down', async () => {
  await page.waitForSelector('.row', FOREVER);
  const time = page.getByLabel('Time', { exact: true });
  const put = (value) => time.evaluate((input, at) => {
    input.value = at;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, String(value));
  await put(3.1);
  const early = await page.locator('.station.box').innerText();
  await put(3.9);
  assert.match(early, /% of its timer left/);
  assert.ok(parseInt(/(\d+) %/.exec(early)[1], 10) > parseInt(/(\d+) %/.exec(await page.locator('.station.box').innerText())[1], 10));
  await page.getByRole('button', { name: 'Step one row on' }).click();
  await page.waitForSelector('.row.now.bad', FOREVER);
  await page.getByRole('button', { name: /Play/ }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('.row')].findIndex((row) => row.classList.contains('now')) >= 6, null, FOREVER);
});

test('a sweep draws curves of one value and a heat map of two', async () => {
  await page.getByRole('tab', { name: 'Sweep' }).click();
  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  await page.waitForSelector('.curves canvas', FOREVER);
  assert.match(await page.locator('.boundary-words').first().innerText(), /holds up to 5m, not at /);
  await page.locator('fieldset').nth(1).getByLabel('Value').selectOption('/path/1/middlebox/timeouts/tcp.established');
  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  await page.waitForSelector('.heat .boundary', FOREVER);
  assert.ok((await page.locator('.heat rect').count()) > 20);
  assert.ok((await page.locator('.heat .boundary').getAttribute('d')).length > 0);
  assert.deepEqual(complaints, []);
});

test('advice draws its window, and can be cancelled', async () => {
  await page.getByRole('tab', { name: 'Advice' }).click();
  // On a slow machine the answer may be there before the button that cancels it.
  const cancelled = await page.evaluate(async () => {
    const button = (word) => [...document.querySelectorAll('#panel-advice button')].find(({ textContent }) => textContent === word);
    button('Advise').click();
    while (!button('Cancel') && !document.querySelector('.window')) await new Promise(requestAnimationFrame);
    button('Cancel')?.click();
    return !document.querySelector('.window');
  });
  if (cancelled) await page.waitForFunction(() => /Advise/.test(document.querySelector('#panel-advice form').textContent), null, FOREVER);
  await page.getByRole('button', { name: 'Advise' }).click();
  await page.waitForSelector('.window .holds', FOREVER);
  assert.equal(await page.locator('#panel-advice h3').innerText(), 'Use 4m');
  assert.match(await page.locator('#panel-advice pre').first().innerText(), /ServerAliveInterval 240/);
  assert.deepEqual(complaints, []);
});

test('a link holds the scenario, and a damaged one says so', async () => {
  const old = await digest();
  await turn('/path/1/middlebox/timeouts/tcp.established', 700);
  await changed(old);
  const shown = await digest();
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByLabel('Link with this scenario').inputValue();
  const fragment = link.slice(link.indexOf('#'));
  await page.context().close();
  page = await openPage({}, fragment);
  assert.equal(await digest(), shown);
  await page.context().close();
  page = await openPage({}, '#scenario=AAAA');
  assert.match(await page.locator('.problem').innerText(), /damaged/);
});

test('results are downloaded as JSON, CSV, SVG and PNG', async () => {
  const starts = { JSON: /^\{/, CSV: /^[a-z_",]+/, SVG: /^(<\?xml|<svg)/, PNG: /^.PNG/ };
  for (const [format, start] of Object.entries(starts)) {
    const [download] = await Promise.all([page.waitForEvent('download', FOREVER),
      page.locator('.downloads').filter({ has: page.getByRole('button', { name: format }) }).first().getByRole('button', { name: format }).click()]);
    assert.equal(download.suggestedFilename(), `run.${format.toLowerCase()}`);
    assert.match(readFileSync(await download.path(), 'latin1'), start);
  }
  assert.deepEqual(complaints, []);
});

test('axe finds no barrier, in light and dark, on a phone, in each panel', async () => {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  for (const options of [{}, { colorScheme: 'dark' }, { viewport: { width: 390, height: 800 } }]) {
    await page.context().close();
    page = await openPage({ ...options, bypassCSP: true });
    await page.waitForSelector('.row', FOREVER);
    await page.evaluate(axe);
    for (const tab of ['Time line', 'Sweep', 'Advice', 'Ladder']) {
      await page.getByRole('tab', { name: tab }).click();
      if (tab === 'Advice') {
        await page.getByRole('button', { name: 'Advise' }).click();
        await page.waitForSelector('.window', FOREVER);
      }
      if (tab === 'Sweep') {
        await page.getByRole('button', { name: 'Sweep', exact: true }).click();
        await page.waitForSelector('.curves canvas', FOREVER);
      }
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`), [], tab);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, 'nothing is wider than the page');
  }
});
