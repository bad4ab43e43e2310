import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from './report.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/soak.mjs');

const soak = (...args: string[]) => promisify(execFile)(process.execPath, [SCRIPT, ...args]);

describe('npm run soak', () => {
  it('writes, answers, drops the connection, and accounts for everything in one object', async () => {
    const { stdout } = await soak('--quick', '--json');
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ lost: 0, duplicated: 0, undecryptable: 0, isHeld: true });
    expect(report.messages).toBeGreaterThan(200);
    expect(report.answers).toBeGreaterThan(30);
    expect(report.reconnects).toBeGreaterThan(0);
    expect(report.handles.end).toBeGreaterThan(0);
    expect(report.rssMegabytes.end).toBeGreaterThan(50);
    expect(report.heapMegabytes.end).toBeLessThan(report.rssMegabytes.end);
    expect(report.storageBytesPerMessage).toBeGreaterThan(0);
    for (const slope of [report.rssSlopeMegabytesPer10000, report.heapSlopeMegabytesPer10000])
      expect(slope).not.toBeNaN();
  }, 180_000);

  it.each([
    [['--minutes', '0'], '"0" is no number of minutes: choose 1 to 99999.'],
    [['--rate', 'fast'], '"fast" is no rate: choose 1 to 999 messages per second.'],
    [['--nonsense'], '"--nonsense" is not an option'],
  ])('refuses %j', async (args, sentence) => {
    await expect(soak(...args)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(sentence),
    });
  });
});
