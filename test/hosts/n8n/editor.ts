import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { N8nHost } from './host.js';
import { BROWSER_ID } from './rest.js';

/** Looked at by people after a change of what is seen; git ignores the folder. */
const pictures = join(import.meta.dirname, '../../../test-results/n8n');
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

/** n8n's editor in a real browser, with the owner logged in. */
export class Editor {
  private constructor(
    private readonly host: N8nHost,
    readonly browser: Browser,
  ) {}

  static async open(host: N8nHost): Promise<Editor> {
    await mkdir(pictures, { recursive: true });
    return new Editor(host, await chromium.launch({ executablePath: '/usr/bin/chromium', args }));
  }

  async page(path: string, theme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: theme,
    });
    await context.addCookies([{ ...this.host.rest.session, url: this.host.rest.url }]);
    await context.addInitScript(
      `localStorage.setItem('n8n-browserId', '${BROWSER_ID}'); localStorage.setItem('N8N_THEME', '${theme}');`,
    );
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${this.host.rest.url}${path}`);
    return page;
  }

  async picture(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
