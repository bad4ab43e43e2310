import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manager, WharfEvent } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { trustMediaHost } from '../support/media-wire.js';
import { Receiver } from '../support/receiver.js';
import { startManager, startSimulator } from '../support/world.js';

/** Looked at by people after a change of the console; git ignores the folder. */
const pictures = join(import.meta.dirname, '../../test-results/console');
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];
const SHOP = '15550001';
const VERA = '15550009';
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  'base64',
);

describe('The console', { timeout: 60_000 }, () => {
  let browser: Browser;
  let page: Page;
  let simulator: Simulator;
  let gateway: TestGateway;
  let manager: Manager;
  let pageErrors: string[];

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  }, 60_000);

  afterAll(() => browser?.close());

  beforeEach(async () => {
    simulator = await startSimulator();
    simulator.addContact({ phone: VERA, name: 'Vera' });
    manager = await startManager(simulator);
    gateway = await startGateway(manager);
    pageErrors = [];
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(`failed ${task.name}`);
    await page?.context().close();
    expect(pageErrors).toEqual([]);
  });

  const picture = (name: string) =>
    page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });

  const open = async (options: Parameters<Browser['newContext']>[0] = {}) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    page.on('console', (message) => {
      // What the gateway refuses is said on the page, and by the browser as well.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        pageErrors.push(message.text());
    });
    await page.goto(gateway.url);
  };
  const signIn = async () => {
    await page.getByLabel('Token of this gateway').fill(gateway.secret);
    await page.getByLabel('Token of this gateway').press('Enter');
    await page.getByText('live', { exact: true }).waitFor();
  };
  /** A device that is linked, without the browser. */
  const linked = async () => {
    await gateway.call('POST', '/devices', { body: { device_id: 'shop' } });
    const { body } = await gateway.call('GET', '/devices/shop/login');
    await simulator.scan(body.results.qr, { phone: SHOP, name: 'Shop' });
    await gateway.call('POST', '/actions/device.updateSettings', {
      body: { deviceId: 'shop', settings: { pacing: { enabled: false } } },
    });
    await expect
      .poll(async () => (await gateway.call('GET', '/devices/shop/status')).body.results.is_connected)
      .toBe(true);
  };

  it('lets nobody in without a token, and says so', async () => {
    await open();
    await page.getByLabel('Token of this gateway').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('token').waitFor();
    await picture('sign-in');
    await signIn();
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token of this gateway').waitFor();
  });

  it('makes a device, shows the live QR code, and messages as they come and go', async () => {
    await open();
    await signIn();
    await page.getByLabel('ID of a new device').fill('shop');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Link by QR code' }).click();
    const code = page.getByAltText('QR code to scan with WhatsApp');
    await code.waitFor();
    await picture('qr');
    const { body } = await gateway.call('POST', '/actions/device.getLogin', { body: { deviceId: 'shop' } });
    await simulator.scan(body.results.qr, { phone: SHOP, name: 'Shop' });
    await page.getByText(`Linked to +${SHOP}`).waitFor();
    expect(await code.count()).toBe(0);
    await picture('linked');

    await page.getByRole('link', { name: 'Chats' }).click();
    const vera = simulator.contact(VERA);
    await vera.send(SHOP, 'are you open? <img src=x onerror=alert(1)>');
    await page.getByRole('link', { name: /Vera/ }).click();
    await page.getByText('are you open? <img').waitFor();
    await page.getByLabel('Message', { exact: true }).fill('until six');
    await page.getByLabel('Message', { exact: true }).press('Enter');
    await vera.waitForMessage(({ text }) => text === 'until six');
    await page.getByText('until six').waitFor();
    await page.getByText(/· (delivered|read)/).waitFor();
    await picture('chat');
  });

  it('links by a code for a number, logs out after asking, and removes', async () => {
    await open();
    await signIn();
    await page.getByLabel('ID of a new device').fill('bar');
    await page.getByLabel('ID of a new device').press('Enter');
    await page.getByLabel('Number of the phone').fill(`+${SHOP}`);
    await page.getByRole('button', { name: 'Link by code' }).click();
    const shown = page.locator('.pairing-code');
    await shown.waitFor();
    await picture('pairing-code');
    await simulator.enterCode(((await shown.textContent()) ?? '').replace('-', ''), { phone: SHOP });
    await page.getByText(`Linked to +${SHOP}`).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Yes, log out' }).click();
    await page.getByRole('button', { name: 'Link by QR code' }).waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    await page.getByText('There is none yet.').waitFor();
  });

  it('shows files when asked to, and sends some', async () => {
    trustMediaHost(simulator);
    await linked();
    const vera = simulator.contact(VERA);
    await vera.attachments.send(SHOP, { kind: 'image', data: JPEG });
    await open();
    await signIn();
    await page.goto(`${gateway.url}/console/#/devices/shop/chats/${VERA}@s.whatsapp.net`);
    await page.getByRole('button', { name: 'Show image' }).click();
    await page.locator('img.media').waitFor();
    await page
      .getByLabel('File')
      .setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('offer') });
    await page.getByLabel('Message', { exact: true }).fill('as promised');
    await page.getByRole('button', { name: 'Send' }).click();
    await vera.waitForMessage(({ kind }) => /document/i.test(kind), { timeoutMs: 15_000 });
    await page.getByRole('button', { name: 'Show document offer.txt' }).waitFor();
  });

  it('shows what waits to be sent, and takes it back', async () => {
    await linked();
    simulator.faults.add({ kind: 'refuse-connection' });
    await gateway.call('POST', '/actions/device.reconnect', { body: { deviceId: 'shop' } });
    const state = async () =>
      (await gateway.call('POST', '/actions/device.get', { body: { deviceId: 'shop' } })).body.results.state
        .name;
    await expect.poll(state).toBe('reconnecting');
    const body = { deviceId: 'shop', to: VERA, text: 'later' };
    expect((await gateway.call('POST', '/actions/message.send', { body })).status).toBe(200);
    await open();
    await signIn();
    await page.goto(`${gateway.url}/console/#/devices/shop/queue`);
    await page.getByRole('button', { name: 'Take back' }).first().click();
    await page.getByText('Nothing waits to be sent.').waitFor();
  });

  it('makes webhooks, and delivers dead letters again', async () => {
    await linked();
    const receiver = await new Receiver(() => 500).open();
    await open();
    await signIn();
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByLabel('Events').fill('message');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('This is not shown again.').waitFor();
    await simulator.contact(VERA).send(SHOP, 'hello');
    await expect.poll(() => receiver.requests.length).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('Not taken since').waitFor();
    await picture('webhooks');
    // It has been given up after a day, and its receiver is well again.
    const [webhook] = manager.webhooks.list();
    const event = JSON.parse(receiver.requests[0]?.body ?? '') as WharfEvent;
    manager.webhooks.bury(webhook?.id ?? '', event, { attempts: 300, error: 'HTTP 500' });
    receiver.answer = () => 200;
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('Dead letters').click();
    await picture('dead-letters');
    await page.getByRole('button', { name: 'Deliver all now' }).click();
    await page.getByText('1 delivered.').waitFor();
    expect(receiver.taken.length).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The webhook is deleted.').waitFor();
  });

  it('follows events, and shows figures, in the dark and on a phone', async () => {
    await linked();
    await open({ colorScheme: 'dark', viewport: { width: 375, height: 740 } });
    await signIn();
    await page.getByRole('link', { name: 'Events' }).click();
    await simulator.contact(VERA).send(SHOP, 'hello');
    await page.getByText('message', { exact: true }).first().waitFor();
    await picture('events-phone-dark');
    await page.getByRole('link', { name: 'Metrics' }).click();
    await page.getByText('received').first().waitFor();
    await picture('metrics-phone-dark');
    await page.goto(`${gateway.url}/console/#/devices/shop/chats/${VERA}@s.whatsapp.net`);
    await page.getByText('hello').waitFor();
    await picture('chat-phone-dark');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  });

  it('is used by keyboard alone', async () => {
    await linked();
    await open();
    // The field for the token has the focus by itself, as soon as it is there.
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(gateway.secret);
    await page.keyboard.press('Enter');
    await page.getByText('live', { exact: true }).waitFor();
    const focused = () =>
      page.evaluate("document.activeElement.tagName === 'A' && document.activeElement.textContent");
    for (let steps = 0; steps < 20 && !/shop/.test(String(await focused())); steps += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'shop' }).waitFor();
  });

  it('has pages that only run what comes with them', async () => {
    const response = await fetch(`${gateway.url}/console/`);
    expect(response.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'",
    );
    expect((await fetch(`${gateway.url}/console/console.js`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/console/build.mjs`)).status).not.toBe(200);
    expect((await fetch(`${gateway.url}/devices`)).status).toBe(401);
  });
});
