import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGatewayProcess } from '../../support/gateway-process.js';
import { temporaryFolder } from '../../support/storage.js';
import { NodeRedHost } from './host.js';

/** Looked at by people after a change of the dialog; git ignores the folder. */
const pictures = join(import.meta.dirname, '../../../test-results/node-red');
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

const types = ['message-in', 'state-in', 'command', 'send', 'ask', 'action', 'login', 'logout'];
const flows = [
  { id: 'tab', type: 'tab', label: 'Test' },
  ...types.map((type, index) => ({
    id: `a-${type}`,
    z: 'tab',
    type: `wharf-${type}`,
    device: '',
    name: type,
    // As they are when they are dragged from the palette.
    ...(type === 'state-in' ? { scope: 'all' } : {}),
    ...(type === 'send' ? { kind: 'poll', version: 2 } : {}),
    ...(type === 'action' ? { action: 'group.create' } : {}),
    x: 120,
    y: 60 + 60 * index,
  })),
];

describe('The dialog of the device', { timeout: 60_000 }, () => {
  let simulator: Simulator;
  let host: NodeRedHost;
  let browser: Browser;
  let page: Page;
  let pageErrors: string[];

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    simulator = await createSimulator({ receiptDelayMs: 20 });
    host = await NodeRedHost.start({ endpoint: simulator.endpoint });
    await host.deploy(flows);
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await host?.remove();
    await simulator?.close();
  });

  beforeEach(async () => {
    pageErrors = [];
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    await page.goto(host.url);
    await page.locator('.red-ui-flow-node-group#a-send').waitFor();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(`failed ${task.name}`);
    await page.close();
    expect(pageErrors).toEqual([]);
  });

  const open = async (node: string) => {
    await page.locator(`.red-ui-flow-node-group#${node}`).dblclick();
    await page.locator('#node-dialog-ok').waitFor();
  };
  const openDevice = async (button: 'add' | 'edit') => {
    await open('a-message-in');
    await page.locator(`#node-input-btn-device-${button}`).click();
    await page.locator('#wharf-state').waitFor();
  };
  const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const setTheme = (theme: string) =>
    page.evaluate(
      (name) => document.documentElement.classList.toggle('nr-theme-dark', name === 'dark'),
      theme,
    );
  const devices = () => host.json<{ id: string }[]>('GET', 'wharf-device');

  it('forgets a device whose dialog was cancelled', async () => {
    await openDevice('add');
    await page.locator('#wharf-link').click();
    await page.locator('#wharf-qr[src^="data:"]').waitFor();
    expect(await devices()).toHaveLength(1);
    await picture('qr-light');
    await setTheme('dark');
    await picture('qr-dark');
    await page.locator('#node-config-dialog-cancel').click();
    await expect.poll(devices, { timeout: 5_000 }).toEqual([]);
  });

  it('links a device before it is deployed, and logs it out after asking', async () => {
    await openDevice('add');
    await picture('new');
    await page.locator('#wharf-link').click();
    await page.locator('#wharf-qr[src^="data:"]').waitFor();
    await simulator.scan(await page.locator('#wharf-qr-text').inputValue(), {
      phone: '491701234567',
      name: 'Ada',
    });
    await page.getByText('Connected as +491701234567').waitFor();
    expect(await page.locator('#wharf-qr-text').inputValue()).toBe('');
    await picture('connected');
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('#node-dialog-ok').click();
    await page.locator('#red-ui-header-button-deploy').click();
    // The other nodes of this flow have no device.
    await page.getByRole('button', { name: 'Confirm deploy' }).click();
    await page.locator('.red-ui-flow-node-status-label').getByText('connected', { exact: true }).waitFor();
    await picture('deployed');

    await openDevice('edit');
    await page.locator('#wharf-logout').click();
    await page.locator('#wharf-logout-yes').waitFor();
    await picture('logout');
    await page.locator('#wharf-logout-yes').click();
    await page.getByText('Logged out. Link the device again').waitFor();
    await page.locator('#node-config-dialog-cancel').click();
    expect(await devices()).toHaveLength(1);
  });

  it('links a device by a code for its number, and takes its settings', async () => {
    await openDevice('add');
    await page.locator('#wharf-link-by-code').click();
    await page.locator('#wharf-phone').fill('+49 170 7654321');
    await page.locator('#wharf-phone-yes').click();
    const shown = page.locator('#wharf-pairing-code');
    await expect.poll(() => shown.textContent(), { timeout: 10_000 }).toMatch(/^\w{4}-\w{4}$/);
    await picture('pairing-code');
    await simulator.enterCode((await shown.textContent()) ?? '', { phone: '491707654321', name: 'Bea' });
    await page.getByText('Connected as +491707654321').waitFor();
    expect(await shown.textContent()).toBe('');

    await page.locator('#wharf-settings-row > summary').click();
    await page.locator('#wharf-set-calls').selectOption('all');
    await page.locator('#wharf-settings-save').click();
    await page.getByText('Applied.').waitFor();
    await picture('settings');
    const [device] = (await devices()).slice(-1);
    const settings = await host.json<{ calls: object }>('GET', `wharf-device/${device?.id}/settings`);
    expect(settings.calls).toMatchObject({ reject: 'all' });
    await page.locator('#node-config-dialog-cancel').click();
  });

  it('links a device at a gateway, and says so when the gateway does not let it in', async () => {
    const gateway = await startGatewayProcess(temporaryFolder(), simulator.endpoint);
    await openDevice('add');
    await page.locator('#node-config-input-runs').selectOption('gateway');
    await page.getByText('Enter the address of the gateway').waitFor();
    await page.locator('#node-config-input-url').fill(gateway.url);
    await page.locator('#node-config-input-token').fill('wrong');
    await page.locator('#node-config-input-token').press('Tab');
    await page.locator('#wharf-state[data-tone="error"]').getByText('token').waitFor();
    await page.locator('#node-config-input-token').fill(gateway.token ?? '');
    await page.locator('#node-config-input-token').press('Tab');
    await page.getByText('Not linked yet').waitFor();
    await page.locator('#wharf-link').click();
    await page.locator('#wharf-qr[src^="data:"]').waitFor();
    await picture('gateway-light');
    await setTheme('dark');
    await picture('gateway-dark');
    const code = await page.locator('#wharf-qr-text').inputValue();
    await simulator.scan(code, { phone: '491701111111', name: 'Cleo' });
    await page.getByText('Connected as +491701111111').waitFor();
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('#node-dialog-ok').click();

    await page.locator('#red-ui-header-button-deploy').click();
    await page.getByRole('button', { name: 'Confirm deploy' }).click();
    await expect
      .poll(devices, { timeout: 10_000 })
      .toContainEqual(
        expect.objectContaining({ account: expect.objectContaining({ phone: '491701111111' }) }),
      );

    await page.reload();
    await page.locator('.red-ui-flow-node-group#a-send').waitFor();
    await openDevice('edit');
    await page.getByText('Connected as +491701111111').waitFor();
    expect(await page.locator('#node-config-input-token').inputValue()).toBe('__PWRD__');
    await page.locator('#node-config-dialog-cancel').click();
  });

  it('shows every device in the sidebar', async () => {
    await page.locator('[data-tab-id="wharf-devices"]').first().click();
    await page.locator('.wharf-device-line').first().waitFor();
    expect(await page.locator('.wharf-device-line').count()).toBe((await devices()).length);
    await page.locator('.wharf-device-queue').first().waitFor();
    await picture('sidebar-light');
    await setTheme('dark');
    await picture('sidebar-dark');
  });

  it('opens the dialog of every node without a blank label, fills its form, and saves it', async () => {
    const ready: Record<string, string> = {
      'message-in': '#wharf-kinds input',
      'state-in': '#wharf-events input',
      send: '#wharf-field-name',
      action: '#wharf-field-participants',
    };
    for (const type of types) {
      await open(`a-${type}`);
      const part = ready[type];
      if (part) await page.locator(part).first().waitFor({ state: 'attached' });
      const labels = page.locator(
        '#dialog-form [data-i18n]:not(input):not(fieldset):not(select):not(output)',
      );
      expect(await labels.allTextContents(), type).not.toContain('');
      expect(await unnamedFields(), type).toEqual([]);
      await picture(`node-${type}`);
      if (type === 'action') {
        await setTheme('dark');
        await picture(`node-${type}-dark`);
        await setTheme('light');
      }
      if (type === 'send') {
        await page.locator('#wharf-content input.red-ui-typedInput-input').first().fill('Lunch?');
      }
      await page.locator('#node-dialog-ok').click();
      await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
    }
    const fields = await page.evaluate("RED.nodes.node('a-send').fields");
    expect(fields).toEqual({ name: { value: 'Lunch?', type: 'str' } });
    await page.evaluate(
      "RED.view.select({ nodes: [RED.nodes.node('a-ask')] }); RED.actions.invoke('core:show-help-tab')",
    );
    await page.locator('.red-ui-help').getByText('Asks somebody a question').waitFor();
    await picture('help');
  });

  /** Fields that a screen reader has no name for; what a TypedInput has drawn over is hidden. */
  const unnamedFields = () =>
    page.evaluate(() =>
      Array.from(document.querySelectorAll('#dialog-form input, #dialog-form select, #dialog-form textarea'))
        .filter((field) => field instanceof HTMLElement && field.offsetParent !== null)
        .filter(({ id }) => id !== '' && !id.startsWith('red-ui-'))
        .filter(
          (field) =>
            !field.getAttribute('aria-label') &&
            !document.querySelector(`label[for="${field.id}"]`)?.textContent,
        )
        .map(({ id }) => id),
    );
});
