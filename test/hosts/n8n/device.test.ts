import { truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Contact, createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Editor } from './editor.js';
import { N8nHost } from './host.js';
import { itemsOf, type NodeOnCanvas } from './rest.js';
import { chain, node, start } from './workflows.js';

/** What came along with others, and has no types. */
const require = createRequire(import.meta.url);
const { PNG } = require('pngjs') as {
  PNG: { sync: { read(bytes: Buffer): { data: Buffer; width: number; height: number } } };
};
const jsQR = require('jsqr') as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;
const LINKING = { timeout: 20_000, interval: 100 };
const ACCOUNT = '15550001';
const TYPE = '@wharf/n8n-nodes-whatsapp-device.whatsAppDevice';

describe('A device in a real n8n', () => {
  let simulator: Simulator;
  let host: N8nHost;
  let bob: Contact;
  let credential: { id: string; name: string };

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    bob = simulator.addContact({ phone: '15550002', name: 'Bob' });
    host = await N8nHost.start({ endpoint: simulator.endpoint });
    credential = await host.rest.createCredential('whatsAppDeviceApi', {});
  }, 300_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  const device = (name: string, parameters: Record<string, unknown>): NodeOnCanvas =>
    node(name, { type: TYPE, parameters, credentials: { whatsAppDeviceApi: credential } });
  const to = (value: string) => ({ __rl: true, mode: 'id', value });

  it('says of a credential without a device what to do', async () => {
    const verdict = await host.rest.testCredential('whatsAppDeviceApi', {}, credential);
    expect(verdict).toEqual({
      status: 'Error',
      message: 'There is no device yet. Link one first: run the operation Device > Log In once.',
    });
  });

  it('is linked by the QR code that the login returns as a picture', async () => {
    const saved = await host.rest.createWorkflow(
      chain('Login', start(), device('Login', { resource: 'device', operation: 'login', showBy: 'picture' })),
    );
    const execution = await host.rest.run(saved);
    const [item] = itemsOf(execution, 'Login');
    expect(item?.binary?.data?.mimeType, JSON.stringify(execution.error)).toBe('image/png');
    await simulator.scan(String(item?.json.qr), { phone: ACCOUNT });
    await vi.waitFor(async () => {
      const verdict = await host.rest.testCredential('whatsAppDeviceApi', {}, credential);
      expect(verdict).toMatchObject({ status: 'OK' });
    }, LINKING);
  });

  it('answers a message: trigger, reply, one execution each', async () => {
    const trigger = node('Trigger', {
      type: `${TYPE}Trigger`,
      parameters: { events: ['message'], simplify: true },
      credentials: { whatsAppDeviceApi: credential },
    });
    const reply = device('Reply', {
      resource: 'message',
      operation: 'send',
      to: to('={{ $json.chat }}'),
      kind: 'text',
      text: '=You said {{ $json.text }}',
      waitUntil: 'delivered',
    });
    const saved = await host.rest.createWorkflow(chain('Answer', trigger, reply));
    await host.rest.activate(saved);
    await bob.send(ACCOUNT, 'ping');
    const [execution] = await host.rest.waitForExecutions(saved, 1);
    if (!execution) throw new Error('no execution');
    expect(itemsOf(execution, 'Trigger')[0]?.json).toMatchObject({ text: 'ping', kind: 'text', name: 'Bob' });
    expect(itemsOf(execution, 'Reply')[0]?.json).toMatchObject({ state: 'sent', delivery: 'delivered' });
  });

  it('says what is wrong with a recipient', async () => {
    const send = device('Send', {
      resource: 'message',
      operation: 'send',
      to: to('0170 12'),
      kind: 'text',
      text: 'x',
    });
    const saved = await host.rest.createWorkflow(chain('Wrong', start(), send));
    const { error, runData } = await host.rest.run(saved);
    expect(error?.message).toContain('neither a phone number with country code');
    expect(runData.Send?.[0]?.error?.description).toContain('+49 170 1234567');
  });

  it('says that a file is too large', async () => {
    const path = join(host.userFolder, 'large.png');
    await writeFile(path, '');
    await truncate(path, 2 * 1024 ** 3 + 1);
    const send = device('Send', {
      resource: 'message',
      operation: 'send',
      to: to('15550002'),
      kind: 'json',
      content: JSON.stringify({ kind: 'image', media: { path } }),
    });
    const { error, runData } = await host.rest.run(
      await host.rest.createWorkflow(chain('Too large', start(), send)),
    );
    expect(error?.message).toContain('The media is larger than it may be');
    expect(runData.Send?.[0]?.error?.description).toContain('Send a smaller file');
  });

  it('says that a number without a device behind it is not on WhatsApp', async () => {
    const send = device('Send', {
      resource: 'message',
      operation: 'send',
      to: to('+1 555 7777'),
      kind: 'text',
      text: 'x',
      waitUntil: 'sent',
    });
    const { error, runData } = await host.rest.run(
      await host.rest.createWorkflow(chain('Nobody', start(), send)),
    );
    expect(`${error?.message} ${JSON.stringify(runData.Send?.[0]?.data)}`).toMatch(
      /not on WhatsApp|NOT_ON_WHATSAPP/,
    );
  });

  const ask = (parameters: Record<string, unknown>) =>
    device('Ask', {
      resource: 'message',
      operation: 'sendAndWait',
      to: to('15550002'),
      message: 'May it go out?',
      ...parameters,
    });

  it('waits for an approval by a vote in the chat', async () => {
    const saved = await host.rest.createWorkflow(
      chain('By poll', start(), ask({ responseType: 'approval', answerBy: 'poll' })),
    );
    const waiting = await host.rest.run(saved);
    expect(waiting.status, JSON.stringify(waiting.error)).toBe('waiting');
    const poll = await bob.waitForMessage(({ kind }) => kind.startsWith('pollCreationMessage'));
    await bob.send(ACCOUNT, { kind: 'vote', of: poll.id, options: ['Approve'] });
    const { runData } = await host.rest.finished(waiting.id, /success|error/);
    expect(runData.Ask?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({
      data: { approved: true, responder: { phone: '15550002' } },
    });
  });

  it('waits for a decision on a page, which no preview of the link makes', async () => {
    const saved = await host.rest.createWorkflow(
      chain('By link', start(), ask({ responseType: 'approval', answerBy: 'link' })),
    );
    const waiting = await host.rest.run(saved);
    const { text } = await bob.waitForMessage(({ text }) => text.includes('signature='));
    const url = /http\S+/.exec(text)?.[0] ?? '';
    expect(await (await fetch(url)).text()).toContain('May it go out?');
    expect((await host.rest.execution(waiting.id)).status).toBe('waiting');
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ decision: 'decline' }) });
    expect(await answer.text()).toContain('Got it');
    const { runData } = await host.rest.finished(waiting.id, /success|error/);
    expect(runData.Ask?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({ data: { approved: false } });
  });

  it('finds chats and contacts by name for the lists of the editor', async () => {
    const send = device('Send', { resource: 'message', operation: 'send' });
    expect(await host.rest.list(send, 'to', 'searchRecipients', 'bob')).toEqual([
      { name: 'Bob (15550002)', value: '15550002@s.whatsapp.net' },
    ]);
  });

  it('says of a credential that names another device which there are', async () => {
    const verdict = await host.rest.testCredential('whatsAppDeviceApi', { deviceId: 'sales' });
    expect(verdict.message).toContain('There is no device "sales".');
    expect(verdict.message).toContain('There are: whatsapp.');
  });

  it('says of a second credential with another key that the keys differ', async () => {
    const verdict = await host.rest.testCredential('whatsAppDeviceApi', {
      encryptionSecret: 'another passphrase',
    });
    expect(verdict.message).toContain('the same storage folder with a different encryption key');
  });

  it('says that a storage folder cannot be written', async () => {
    const storage = join(host.userFolder, 'file');
    await writeFile(storage, '');
    const verdict = await host.rest.testCredential('whatsAppDeviceApi', { storage: join(storage, 'below') });
    expect(verdict).toMatchObject({
      status: 'Error',
      message: expect.stringMatching(/cannot be created or written/),
    });
  });

  it('links another device by the page that shows the code of the moment', async () => {
    const second = await host.rest.createCredential('whatsAppDeviceApi', { deviceId: 'second' }, 'Second');
    const login = node('Login', {
      type: TYPE,
      parameters: { resource: 'device', operation: 'login', showBy: 'page' },
      credentials: { whatsAppDeviceApi: second },
    });
    const saved = await host.rest.createWorkflow(chain('Page', start(), login));
    const waiting = await host.rest.run(saved);
    expect(waiting.status, JSON.stringify(waiting.error)).toBe('waiting');
    const [, url = ''] = /href="([^"]+)"/.exec(JSON.stringify(waiting.runData).replaceAll('\\"', '"')) ?? [];
    const editor = await Editor.open(host);
    try {
      const page = await editor.page('/');
      await page.goto(url);
      const picture = await page.getByAltText('QR code').screenshot();
      await editor.picture(page, 'login-page');
      const { data, width, height } = PNG.sync.read(picture);
      const code = jsQR(new Uint8ClampedArray(data), width, height);
      await simulator.scan(code?.data ?? '', { phone: '15550009' });
      await page.getByText('The device is linked').waitFor();
      await editor.picture(page, 'login-page-done');
    } finally {
      await editor.close();
    }
    const { runData } = await host.rest.finished(waiting.id, /success|error/);
    expect(runData.Login?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({ id: 'second' });
  });

  it('is shown by the editor with its forms, in light and dark', async () => {
    const trigger = node('WhatsApp', {
      type: `${TYPE}Trigger`,
      parameters: { events: ['message'] },
      credentials: { whatsAppDeviceApi: credential },
    });
    const reply = device('Answer', {
      resource: 'message',
      operation: 'send',
      to: to('={{ $json.chat }}'),
      kind: 'text',
      text: '=You said {{ $json.text }}',
    });
    const { id } = await host.rest.createWorkflow(chain('Answer everybody', trigger, reply));
    const editor = await Editor.open(host);
    try {
      for (const theme of ['light', 'dark'] as const) {
        const page = await editor.page(`/workflow/${id}`, theme);
        const onCanvas = page.locator('[data-test-id="canvas-node"]').last();
        await onCanvas.waitFor();
        await editor.picture(page, `canvas-${theme}`);
        await onCanvas.dblclick();
        await page.getByText('Resource', { exact: true }).first().waitFor();
        await editor.picture(page, `form-${theme}`);
        await page.context().close();
      }
    } finally {
      await editor.close();
    }
  }, 90_000);

  it('loses no answer that is given while n8n is down', async () => {
    const first = await host.rest.createCredential('whatsAppDeviceApi', { deviceId: 'whatsapp' }, 'First');
    const question = { ...ask({ answerBy: 'reaction' }), credentials: { whatsAppDeviceApi: first } };
    const waiting = await host.rest.run(await host.rest.createWorkflow(chain('Down', start(), question)));
    const { id } = await bob.waitForMessage(({ text }) => text.includes('👍 / 👎'));
    await host.main?.kill();
    await bob.send(ACCOUNT, { kind: 'reaction', of: id, emoji: '👍' });
    await host.startMain();
    const { runData } = await host.rest.finished(waiting.id, /success|error/, 60_000);
    expect(runData.Ask?.at(-1)?.data?.main?.[0]?.[0]?.json).toMatchObject({ data: { approved: true } });
  }, 150_000);
});
