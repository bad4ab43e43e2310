import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NodeRedHost } from './host.js';

/** Looked at by people after a change of the dialog; git ignores the folder. */
const pictures = join(import.meta.dirname, '../../../test-results/node-red');
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

const flows = [
  { id: 'tab', type: 'tab', label: 'Test' },
  { id: 'in', z: 'tab', type: 'wharf-message-in', device: '', version: 1, name: 'in' },
  {
    id: 'state',
    z: 'tab',
    type: 'wharf-state-in',
    device: '',
    scope: 'all',
    version: 1,
    name: 'state',
    x: 100,
    y: 160,
  },
  { id: 'send', z: 'tab', type: 'wharf-send', device: '', version: 1, name: 'send', x: 100, y: 220 },
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
  });

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
    await page.locator('.red-ui-flow-node-group#in').waitFor();
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
    await open('in');
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

  it.each(['in', 'state', 'send'])(
    'opens the dialog of %s without a blank label, and its help',
    async (node) => {
      await open(node);
      expect(await page.locator('#dialog-form span[data-i18n]').allInnerTexts()).not.toContain('');
      await picture(`node-${node}`);
      await page.locator('#node-dialog-cancel').click();
      await page.evaluate("RED.actions.invoke('core:show-help-tab')");
      await page.locator('.red-ui-help').getByRole('link', { name: 'Details' }).waitFor();
    },
  );
});
