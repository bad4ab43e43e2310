import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import QRCode from 'qrcode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, TestClient } from '../test-client.js';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];
const PICTURES = join(import.meta.dirname, '../../../../test-results/simulator-page');
const ANN = '15550100001';
const VERA = '15550100002';
const OLGA = '15550100003';
/** One red pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

let browser: Browser;
let simulator: Simulator;
let page: Page;
let errors: string[];

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}, 30_000);

afterAll(() => browser?.close());

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
  errors = [];
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(8_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  for (const client of connectedClients) client.disconnect();
  connectedClients.clear();
  await simulator.close();
});

const visit = async () => {
  await page.goto(simulator.endpoint.http);
  await page.locator('#endpoint').filter({ hasText: 'ws://' }).waitFor();
};
const write = async (text: string) => {
  await page.locator('#message-text').fill(text);
  await page.locator('#message-text').press('Enter');
};
const be = (name: string) => page.locator('#people').getByRole('button', { name }).click();
const bubbleOf = (text: string) => page.locator('.message').filter({ hasText: text });
const addContact = async (name: string, phone: string) => {
  await page.locator('#contact-name').fill(name);
  await page.locator('#contact-phone').fill(phone);
  await page.locator('#add-contact').click();
  await page.locator('#people [aria-pressed=true]').filter({ hasText: name }).waitFor();
};
const act = async (text: string, action: string) => {
  await bubbleOf(text).locator('summary').click();
  await bubbleOf(text).getByRole('button', { name: action }).click();
};

/** What a browser does when somebody drops or pastes a file; it runs in the page. */
const giveFile = ([base64 = '', event]: string[]) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'qr.png', { type: 'image/png' }));
  const init = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(
    event === 'drop'
      ? new DragEvent('drop', { ...init, dataTransfer: data })
      : new ClipboardEvent('paste', { ...init, clipboardData: data }),
  );
};

describe('The page', { timeout: 60_000 }, () => {
  it('links by a pasted QR code, and unlinks', async () => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    await visit();
    await page.locator('#scan').click();
    await page.getByText('Bring a QR code here first').waitFor();
    await page.locator('#qr-text').fill(await client.qr());
    const opened = client.open();
    await page.locator('#scan').click();
    await page.getByText('Linked to +15550100001.').waitFor();
    await opened;
    const device = page.locator('.device');
    await device.getByText('connected', { exact: false }).waitFor();
    await device.getByRole('button', { name: /unlink/i }).click();
    expect(await client.closed()).toBe(401);
    await page.locator('#no-devices').waitFor();
    expect(errors).toEqual([]);
  });

  it('links by a pairing code', async () => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    await client.qr();
    const code = await client.socket.requestPairingCode(ANN);
    await visit();
    await page.getByText('Pairing code', { exact: true }).first().click();
    await page.locator('#pairing-code').fill(code);
    const opened = client.open();
    await page.locator('#scan').click();
    await page.getByText('Linked to +15550100001.').waitFor();
    await opened;
    expect(errors).toEqual([]);
  });

  it('shows a chat from both sides: ticks, replies, reactions, edits, deletions', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    await visit();
    await addContact('Vera', VERA);
    await write('hello Ann');
    await client.message('hello Ann');
    await page.locator('.message[data-from-me=true] .ticks.delivered').waitFor();
    await client.send(`${VERA}@s.whatsapp.net`, 'hello Vera');
    await page.locator('.message[data-from-me=false]').filter({ hasText: 'hello Vera' }).waitFor();

    await act('hello Vera', 'React with 👍');
    await bubbleOf('hello Vera').locator('.reactions').getByText('👍').waitFor();
    await client.until('the reaction', () => client.events.some(({ name }) => name === 'messages.reaction'));
    await act('hello Vera', 'Reply');
    await write('an answer');
    await bubbleOf('an answer').locator('.quote').getByText('Ann: hello Vera').waitFor();
    await act('an answer', 'Edit');
    await write('a better answer');
    await bubbleOf('a better answer').getByText('edited').waitFor();
    await act('a better answer', 'Delete for everyone');
    await page.getByText('This message was deleted').waitFor();

    await be('Ann');
    await page.locator('.message[data-from-me=false]').filter({ hasText: 'hello Ann' }).waitFor();
    await page.locator('.message[data-from-me=true]').filter({ hasText: 'hello Vera' }).waitFor();
    await page.locator('#mark-read').click();
    await be('Vera');
    await bubbleOf('hello Ann').locator('.ticks.read').waitFor();
    expect(errors).toEqual([]);
  });

  it('writes as the contact who is being added, however slow that is', async () => {
    await pairedClient(simulator, ANN);
    await visit();
    const asked = page.waitForRequest('**/contacts');
    const answer = Promise.withResolvers<void>();
    await page.route('**/contacts', async (route) => {
      await answer.promise;
      await route.continue();
    });
    await page.locator('#add-contact').click();
    await asked;
    await write('hello');
    answer.resolve();
    await page.locator('.message[data-from-me=true]').filter({ hasText: 'hello' }).waitFor();
    await page.locator('#people [aria-pressed=true]').filter({ hasText: 'Vera' }).waitFor();
    expect(errors).toEqual([]);
  });

  it.each(['dropped', 'pasted', 'chosen'] as const)(
    'links by a picture of a QR code that is %s',
    async (way) => {
      const client = new TestClient(simulator.endpoint.ws).connect();
      await visit();
      const picture = await QRCode.toBuffer(await client.qr(), { margin: 4, scale: 5 });
      if (way === 'chosen')
        await page
          .locator('#qr-image')
          .setInputFiles({ name: 'qr.png', mimeType: 'image/png', buffer: picture });
      else await page.evaluate(giveFile, [picture.toString('base64'), way === 'dropped' ? 'drop' : 'paste']);
      await page.getByText('QR code read. Now press Scan.').waitFor();
      const opened = client.open();
      await page.locator('#scan').click();
      await page.getByText('Linked to +').waitFor();
      await opened;
      expect(simulator.accounts()[0]?.devices).toHaveLength(1);
      expect(errors).toEqual([]);
    },
  );

  it('says what is wrong with a file that shows no QR code', async () => {
    await visit();
    await page.evaluate(giveFile, [PIXEL, 'drop']);
    await page.getByText('There is no readable QR code in that picture').waitFor();
    await page.evaluate(giveFile, [Buffer.from('no picture').toString('base64'), 'drop']);
    await page.getByText('That file is not a picture.').waitFor();
    expect(errors).toEqual([]);
  });

  it('sends pictures and shows them, and lets people vote', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    await visit();
    const choosing = page.waitForEvent('filechooser');
    await page.locator('#message-text').fill('a caption');
    await page.locator('#attach').click();
    await (await choosing).setFiles({
      name: 'pixel.png',
      mimeType: 'image/png',
      buffer: Buffer.from(PIXEL, 'base64'),
    });
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('.message img')?.naturalWidth === 1,
    );
    await bubbleOf('a caption').waitFor();
    await client.until('the picture', () => client.messages.some(({ message }) => message?.imageMessage));

    await be('Ann');
    await vera.send(ANN, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 });
    await bubbleOf('Lunch?').getByRole('button', { name: 'Yes' }).click();
    await bubbleOf('Lunch?').getByRole('button', { name: 'Yes', pressed: true }).waitFor();
    await vera.waitForMessage(({ votes }) => votes?.[0]?.options[0] === 'Yes');
    expect(errors).toEqual([]);
  });

  it('makes groups, writes in them, and changes who is in', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    simulator.addContact({ phone: VERA, name: 'Vera' });
    const olga = simulator.addContact({ phone: OLGA, name: 'Olga' });
    await visit();
    await page.locator('#new-group').click();
    await page.locator('#group-subject').fill('Neighbours');
    await page.locator('#save-group').click();
    await page.locator('#group-dialog').waitFor({ state: 'hidden' });
    await write('hello all');
    await client.message('hello all');
    await olga.waitForMessage(({ text }) => text === 'hello all');
    const group = client.messages.at(-1)?.key.remoteJid ?? '';
    await client.send(group, 'hello from the flow');
    await bubbleOf('hello from the flow').locator('.author').getByText('Ann').waitFor();
    await page.locator('#group-info').click();
    await page.getByRole('button', { name: 'Remove Olga' }).click();
    await page.getByRole('button', { name: 'Add Olga' }).waitFor();
    await page.locator('#close-group').click();
    simulator.groups.change(group, VERA, { subject: 'Good neighbours' });
    await page
      .locator('#chat-to option')
      .filter({ hasText: 'Good neighbours' })
      .waitFor({ state: 'attached' });
    expect(
      simulator.groups
        .get(group)
        .members.map(({ name }) => name)
        .sort(),
    ).toEqual(['Ann', 'Vera']);
    expect(errors).toEqual([]);
  });

  it('lets things go wrong, and right again', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    await visit();
    await page.locator('#fault-kind').selectOption('refuse-messages');
    await page.locator('#fault-code').selectOption('463');
    await page.locator('#fault-target').selectOption('Ann');
    await page.locator('#start-fault').click();
    await page.locator('.fault').getByText('Messages are refused: 463').waitFor();
    await client.send(simulator.addContact({ phone: VERA, name: 'Vera' }).jid, 'refused');
    await page
      .locator('.fault')
      .getByText('Ann, active, struck')
      .filter({ hasNotText: 'struck 0' })
      .waitFor();
    await page.locator('.fault').getByRole('button').click();
    await expect.poll(() => page.locator('.fault').count()).toBe(0);

    await page.locator('#fault-kind').selectOption('close');
    await page.locator('#fault-code').selectOption('440');
    await page.locator('#start-fault').click();
    expect(await client.closed()).toBe(440);
    expect(errors).toEqual([]);
  });

  it('is usable in the dark, in the light, and on a narrow screen', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const olga = simulator.addContact({ phone: OLGA, name: 'Olga' });
    const { jid } = simulator.groups.create({ by: VERA, subject: 'Neighbours', members: [ANN, OLGA] });
    const { id } = await vera.send(jid, 'Who has seen my cat?');
    await client.message('Who has seen my cat?');
    const answer = await client.send(jid, 'She sleeps on our roof.');
    await vera.waitForMessage((message) => message.id === answer);
    await olga.waitForMessage((message) => message.id === answer);
    await olga.send(jid, { kind: 'reaction', of: answer, emoji: '😂' });
    await olga.send(jid, { kind: 'text', text: 'Since when?', quote: id });
    await olga.send(jid, { kind: 'poll', name: 'Shall we get her down?', options: ['Yes', 'Let her sleep'] });
    simulator.faults.add({ kind: 'latency', ms: 100, target: ANN });
    await page.setViewportSize({ width: 1280, height: 900 });
    await visit();
    await page.locator('#chat-to').selectOption(jid);
    await bubbleOf('Shall we get her down?').waitFor();
    for (const [name, colorScheme, width] of [
      ['light', 'light', 1280],
      ['dark', 'dark', 1280],
      ['narrow', 'light', 390],
      ['narrow dark', 'dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, name).toBe(0);
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
    }
    await bubbleOf('She sleeps').locator('summary').click();
    await page.screenshot({ path: join(PICTURES, 'menu.png') });
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator('#group-info').click();
    await page.screenshot({ path: join(PICTURES, 'group.png') });
    const unnamed = await page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>('button, input, select, textarea'))
        .filter((control) => {
          const labels = (control as HTMLInputElement).labels?.length ?? 0;
          return labels === 0 && !control.ariaLabel && !control.textContent?.trim();
        })
        .map(({ id }) => id),
    );
    expect(unnamed).toEqual([]);
    expect(errors).toEqual([]);
  });
});
