import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Result } from './tally.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/crash.mjs');

/** Runs the command as a user does. */
async function crash(...args: string[]) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...printed };
}

it.each(['process', 'power'])(
  'a device that is killed again and again loses nothing, doubles nothing and keeps its keys (durability: %s)',
  async (durability) => {
    const runs = durability === 'process' ? 10 : 3;
    const { code, stdout, stderr } = await crash(
      ...['--runs', String(runs), '--seed', '7', '--durability', durability, '--json'],
    );
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const { inbound, outbound, ...rest } = JSON.parse(stdout) as Result;
    expect(rest).toMatchObject({
      runs,
      kills: runs,
      signal: { badMac: 0, reusedKeys: 0 },
      reloginsNeeded: 0,
    });
    expect(inbound).toMatchObject({ lost: 0, duplicatedToConsumers: 0 });
    expect(outbound).toMatchObject({ lost: 0, duplicatedOnWire: 0 });
    expect(inbound.acknowledged).toBeGreaterThan(3 * runs);
    expect(inbound.stored).toBe(inbound.acknowledged);
    expect(outbound.accepted).toBeGreaterThan(2 * runs);
    expect(outbound.onWire).toBe(outbound.accepted);
  },
  180_000,
);

it.each([
  [['--runs', 'many'], '"many" is no number of runs: choose 1 to 999999.'],
  [['--runs', '0'], '"0" is no number of runs: choose 1 to 999999.'],
  [['--seed', '-1'], '"-1" is no seed: choose a whole number.'],
  [['--seed', 'x'], '"x" is no seed: choose a whole number.'],
  [['--durability', 'eternal'], '"eternal" is no durability: choose process or power.'],
  [['--nonsense'], '"--nonsense" is not an option'],
])('npm run crash refuses %j', async (args, sentence) => {
  const { code, stdout, stderr } = await crash(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(sentence);
});
