// The pages in a real browser: sign in, open a case, claim it by keyboard, act, read the timeline; narrow, in English,
// without JavaScript, and nothing fetched from anywhere else.
//
//   BASE_URL=http://127.0.0.1:8080 LOGIN=lan PASSWORD=... node smoke.mjs
//
// CHROMIUM names the browser (default /usr/bin/chromium); SHOTS names a folder for pictures of what was seen.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const need = (name) => {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
};
const base = need('BASE_URL').replace(/\/$/, '');
const login = need('LOGIN');
const password = need('PASSWORD');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
assert.ok(existsSync(executablePath), `no Chromium at ${executablePath}: install it or set CHROMIUM`);

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const faults = [];
const watch = (page) => {
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  // Chromium reports an answer with a 4xx status as a console error; those are looked at where they are expected.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('data:')) faults.push(`outside: ${request.url()}`);
  });
};
const shot = async (page, name) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
};
// WCAG 2.2 AA as far as a program can tell.
const fair = async (page, name) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  }));
  for (const rule of found.violations) {
    faults.push(`${name}: ${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
  }
};
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const signIn = async (page, word) => {
  await page.fill('#login', login);
  await page.fill('#password', word);
  await page.click('main button');
};

try {
  // Without motion, so that colours are measured at rest.
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'vi-VN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  watch(page);

  // The door
  await page.goto(`${base}/ton-dong`);
  assert.match(page.url(), /\/dang-nhap\?den=/, 'a stranger is led to the sign-in page');
  await fair(page, 'sign in');
  await shot(page, '1-sign-in');
  await signIn(page, 'không phải mật khẩu này');
  assert.match(await page.textContent('[role=alert]'), /không đúng/);
  assert.equal(await page.inputValue('#login'), login, 'what was typed is kept');
  await signIn(page, password);
  assert.equal(page.url(), `${base}/ton-dong`, 'back where one wanted to go');
  assert.equal(await page.getAttribute('html', 'lang'), 'vi');
  await fair(page, 'stuck board');
  await shot(page, '2-stuck');

  // A case is opened
  const title = `Nhà ở riêng lẻ, ${Date.now()} Hàng Bài`;
  await page.click('nav a[href="/ho-so/moi"]');
  await page.click('.pick a');
  await page.fill('#open-title', title);
  await page.fill('#open-dien_tich_san', '120');
  await page.check('#open-cap_cong_trinh-IV');
  await page.check('#open-document-ban_ve');
  await fair(page, 'open a case');
  await shot(page, '3-open');
  await page.click('main form .btn.primary');
  assert.match(await page.textContent('.flash'), /Đã mở hồ sơ/);
  assert.equal(await page.textContent('h1'), title);
  const casePath = new URL(page.url()).pathname;

  // Found without accents, reached by keyboard, claimed
  await page.goto(`${base}/`);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
  await page.keyboard.type('hang bai');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=hang/);
  assert.ok(await page.isVisible(`.item a:has-text("${title}")`), 'found without accents');
  await page.keyboard.press('j');
  assert.ok(await page.evaluate(() => document.activeElement.matches('[data-item] a')), 'j moves to a line');
  await fair(page, 'inbox');
  await shot(page, '4-inbox');
  await page.click(`.item:has(a[href="${casePath}"]) form button`);
  assert.match(await page.textContent('.flash'), /Đã ghi vào sổ/);
  await fair(page, 'case');
  await page.emulateMedia({ colorScheme: 'dark' });
  await fair(page, 'case, dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shot(page, '5-case');

  // Why the deadline is when it is: every minute listed, and they add up
  await page.click('.clock .why-link');
  assert.match(await page.textContent('h1'), /Vì sao/);
  const minutes = await page.locator('table.why td.num').allTextContents();
  const whole = (text) => Number(text.match(/[\d.]+/)[0].replaceAll('.', ''));
  const sum = whole(minutes.pop());
  assert.ok(sum > 0);
  assert.equal(minutes.reduce((all, text) => all + whole(text), 0), sum, 'the minutes listed add up');
  await fair(page, 'why');
  await page.emulateMedia({ colorScheme: 'dark' });
  await fair(page, 'why, dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shot(page, '5-why');
  await page.click('.crumbs a.id');
  assert.equal(new URL(page.url()).pathname, casePath, 'and back to the case');
  const before = await page.locator('.timeline li').count();

  // Acted on: the way forward leads on, and the book tells it
  const forward = page.locator('.acts .act.primary').first();
  assert.match(await forward.textContent(), /→/, 'the button says where the case goes');
  await forward.locator('form .btn, > .btn:not(summary)').last().click();
  assert.match(await page.textContent('.flash, [role=alert]'), /Đã ghi vào sổ/);
  if (new URL(page.url()).pathname === casePath) {
    assert.ok(await page.locator('.timeline li').count() > before, 'the timeline grew');
    assert.ok(await page.locator('.strip .seg').count() >= 2, 'the strip shows who held it');
    assert.ok(await page.locator('.picture > svg').count() === 1, 'the picture is there');
  }
  await shot(page, '6-acted');

  // Narrow, and in English
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/', '/ton-dong', '/ho-so/moi', `${casePath}/vi-sao?cua=branch:0`, casePath]) {
    await page.goto(`${base}${path}`);
    assert.ok(await wide(page) <= 0, `${path} is wider than 360 px`);
    await fair(page, `${path} narrow`);
    await shot(page, `7-narrow${path.replaceAll(/[/?=:]/g, '-')}`);
  }
  await page.click('form[action="/ngon-ngu"] button');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.equal(new URL(page.url()).pathname, casePath, 'the switch stays on the page');
  await page.goto(`${base}/`);
  assert.match(await page.textContent('h1'), /My work/, 'the choice lasts');

  // A page that is not there, a case that is not there
  const missing = await page.goto(`${base}/ho-so/HS-KHONG-CO`);
  assert.equal(missing.status(), 404);
  assert.ok(await page.isVisible('h1'));
  await page.goto(`${base}/`);
  await page.click('form[action="/dang-xuat"] button');
  assert.match(page.url(), /\/dang-nhap/);
  await page.goto(`${base}/`);
  assert.match(page.url(), /\/dang-nhap/, 'signed out is signed out');
  await context.close();

  // A text waits for the head of the department: read on a desk and on a phone, confirmed, and taken back again
  const office = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'vi-VN', reducedMotion: 'reduce' });
  const desk = await office.newPage();
  watch(desk);
  await desk.goto(`${base}/quy-trinh`);
  await desk.fill('#login', need('HEAD'));
  await desk.fill('#password', password);
  await desk.click('main button');
  assert.equal(new URL(desk.url()).pathname, '/quy-trinh');
  await fair(desk, 'procedures');
  await shot(desk, '8-procedures');
  await desk.click('[aria-labelledby=h-waiting] a');
  await desk.waitForLoadState('load');
  const textPath = new URL(desk.url()).pathname;
  assert.match(await desk.textContent('[aria-labelledby=h-changes]'), /3 ngày/, 'what changes stands there in words');
  assert.equal(await desk.locator('.pair img').count(), 2, 'both drawings');
  assert.ok(await desk.locator('.pair img').evaluateAll((all) => all.every((img) => img.complete && img.naturalWidth > 0)), 'and they load');
  await fair(desk, 'text');
  await desk.emulateMedia({ colorScheme: 'dark' });
  await fair(desk, 'text, dark');
  await desk.emulateMedia({ colorScheme: 'light' });
  await shot(desk, '8-text');
  await desk.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/quy-trinh', textPath]) {
    await desk.goto(`${base}${path}`);
    assert.ok(await wide(desk) <= 0, `${path} is wider than 360 px`);
    await fair(desk, `${path} narrow`);
    await shot(desk, `8-narrow-${path === textPath ? 'text' : 'procedures'}`);
  }
  await desk.click('form:has([value=confirm]) button');
  assert.match(await desk.textContent('.flash'), /Đã ghi/);
  assert.match(await desk.textContent('.page-head .chip'), /sắp có hiệu lực/);
  await desk.fill('#ly-do', 'Nghị định lùi ngày có hiệu lực');
  await desk.click('form:has([value=withdraw]) button');
  assert.match(await desk.textContent('.page-head .chip'), /đã rút/);
  assert.equal(await desk.locator('form[action$="/quyet"]').count(), 0, 'nothing is left to decide');
  await shot(desk, '8-withdrawn');
  await office.close();

  // Without JavaScript
  const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'vi-VN' });
  const still = await plain.newPage();
  watch(still);
  await still.goto(`${base}/`);
  await signIn(still, password);
  assert.match(await still.textContent('h1'), /Việc của tôi/);
  await still.goto(`${base}${casePath}`);
  assert.equal(await still.textContent('h1'), title);
  await plain.close();

  assert.deepEqual(faults, [], 'nothing was fetched from elsewhere, nothing broke the policy or a script');
  console.log('smoke: ok');
} finally {
  await browser.close();
}
