import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FlowNode, NodeRedHost, record } from '../hosts/node-red/host.js';
import { startSimulatorProcess } from '../support/simulator-process.js';

const root = join(import.meta.dirname, '../..');
const pictures = join(root, 'test-results/whole-way');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

interface StateMessage {
  payload: string;
  whatsapp: { reason?: string };
}

/** The flow of `npm start`, with two nodes that write down what passes. */
async function demoFlows(): Promise<FlowNode[]> {
  const flows = JSON.parse(await readFile(join(root, 'demo/flows.json'), 'utf8')) as FlowNode[];
  const tab = flows.find(({ type }) => type === 'tab')?.id ?? '';
  for (const [type, id] of [
    ['wharf-message-in', 'heard'],
    ['wharf-state-in', 'states'],
  ] as const) {
    const wires = flows.find((node) => node.type === type)?.wires as string[][] | undefined;
    wires?.[0]?.push(id);
    flows.push(record(id, id, tab));
  }
  return flows;
}

describe('The whole way, from a contact to a flow and back', { timeout: 120_000 }, () => {
  let simulator: Awaited<ReturnType<typeof startSimulatorProcess>>;
  let host: NodeRedHost;
  let browser: Browser;
  let editor: Page;
  let phone: Page;
  const pageErrors: string[] = [];

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    simulator = await startSimulatorProcess();
    host = await NodeRedHost.start({ endpoint: simulator.endpoint });
    await host.deploy(await demoFlows());
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
    [editor, phone] = await Promise.all([open(host.url), open(simulator.endpoint.http)]);
    await editor.getByText('messages', { exact: true }).waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await host?.remove();
    await simulator?.stop();
  });

  async function open(url: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    await page.goto(url);
    return page;
  }

  const heardTexts = async () =>
    (await host.recorded<{ payload: string }>('heard')).map(({ payload }) => payload);
  const say = async (text: string) => {
    await phone.locator('#message-text').fill(text);
    await phone.locator('#send').click();
  };
  const answer = (text: string) =>
    phone.locator('.message[data-from-me="false"]').filter({ hasText: `You said: ${text}` });
  const shownState = (name: string) =>
    editor.locator('.red-ui-flow-node-status-label').getByText(name, { exact: true }).first().waitFor();

  it('begins with the QR code that the editor draws and the phone scans as a picture', async () => {
    const messages = (await demoFlows()).find(({ type }) => type === 'wharf-message-in');
    await editor.locator(`.red-ui-flow-node-group#${messages?.id}`).dblclick();
    await editor.locator('#node-input-btn-device-edit').click();
    await editor.locator('#wharf-link').click();
    const qr = editor.locator('#wharf-qr[src^="data:"]');
    await qr.waitFor();
    await editor.screenshot({ path: join(pictures, '1 the code in the dialog.png') });

    await phone.locator('#qr-image').setInputFiles({
      name: 'qr.png',
      mimeType: 'image/png',
      buffer: await qr.screenshot(),
    });
    await expect.poll(() => phone.locator('#qr-text').inputValue()).toContain('2@');
    await phone.locator('#scan').click();
    await editor.getByText(/Connected as \+1/).waitFor();
    await editor.locator('#node-config-dialog-ok').click();
    await editor.locator('#node-dialog-ok').click();
    await shownState('connected');
  });

  it('answers what a contact writes', async () => {
    await phone.locator('#add-contact').click();
    await say('hi');
    await answer('hi').waitFor();
    await expect.poll(heardTexts).toEqual(['hi']);
    await phone.screenshot({ path: join(pictures, '2 the answer on the phone page.png') });
    await editor.screenshot({ path: join(pictures, '3 the flow.png') });
  });

  it('keeps its one connection over a full deploy', async () => {
    await host.deploy(await demoFlows(), 'full');
    await say('after the deploy');
    await answer('after the deploy').waitFor();
    const [account] = await simulator.call<Array<{ devices: object[] }>>('GET', '/accounts');
    expect(account?.devices).toMatchObject([{ connected: true, connectionsOpened: 1 }]);
  });

  it('is still logged in after a restart, and gets the backlog once and in order', async () => {
    expect(await host.stop()).toBeLessThan(5_000);
    const backlog = ['one', 'two', 'three', 'four', 'five'];
    for (const text of backlog) await say(text);
    await expect.poll(() => phone.locator('.message[data-from-me="true"]').count()).toBe(7);
    await host.start();
    await answer('five').waitFor();
    await say('six');
    await answer('six').waitFor();
    expect(await heardTexts()).toEqual(['hi', 'after the deploy', ...backlog, 'six']);
    const answers = await phone.locator('.message[data-from-me="false"] .text').allInnerTexts();
    expect(answers.map((text) => /You said: (.*)/.exec(text)?.[1])).toEqual([
      'hi',
      'after the deploy',
      ...backlog,
      'six',
    ]);
  });

  it('tells the flow when the phone unlinks the device, and why', async () => {
    phone.on('dialog', (dialog) => void dialog.accept());
    await phone
      .locator('.device')
      .getByRole('button', { name: /unlink/i })
      .click();
    await expect
      .poll(async () => (await host.recorded<StateMessage>('states')).at(-1), { timeout: 10_000 })
      .toMatchObject({ payload: 'logged_out', whatsapp: { reason: 'unlinked_from_phone' } });
    expect(pageErrors).toEqual([]);
  });
});
