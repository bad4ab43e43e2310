import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Result } from './measure.js';

const repository = resolve(import.meta.dirname, '../..');

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/bench.mjs', ...args], { cwd: repository });

interface Report {
  machine: Record<string, unknown>;
  measures: Result[];
  ratios: Record<string, Record<string, number | null>>;
}

describe('npm run bench', () => {
  it('has every contestant link, start, receive and send, and reports it as one object', async () => {
    const { stdout } = await bench('--quick', '--json', '--only', 'inbound,outbound,fleet');
    const { machine, measures, ratios } = JSON.parse(stdout) as Report;
    expect(machine).toMatchObject({ cores: expect.any(Number), node: process.version });

    const everybody = ['bare-memory', 'bare-files', 'wharf', 'wharf-encrypted', 'wharf-power'];
    const byName = Map.groupBy(measures, ({ name }) => name);
    for (const [name, results] of byName) {
      expect(
        results.map(({ contestant }) => contestant),
        name,
      ).toEqual(everybody.filter((one) => !/100/.test(name) || one !== 'bare-files'));
    }
    expect([...byName.keys()]).toEqual([
      'inbound',
      'inboundCpu',
      'inboundEventLoopLagP99',
      'inboundEventLoopLagMax',
      'outbound',
      'outboundCpu',
      'pair100',
      'pair100Cpu',
      'startup100',
      'startup100Cpu',
    ]);
    // A contestant that has not done its work never comes this far; one that was not looked at has no figure.
    for (const { name, median, min, max } of measures) {
      expect(Number.isFinite(median), name).toBe(true);
      expect(min <= median && median <= max, name).toBe(true);
    }
    for (const name of ['inbound', 'outbound', 'pair100', 'startup100']) {
      for (const { median, cpuShare } of byName.get(name) ?? []) {
        expect(median).toBeGreaterThan(0);
        expect(cpuShare?.contestant).toBeGreaterThan(0);
        expect(cpuShare?.simulator).toBeGreaterThan(0);
      }
    }
    expect(Object.keys(ratios)).toEqual(
      expect.arrayContaining(['inbound', 'outbound', 'memoryIdle100', 'pair100', 'startup100']),
    );
    expect(ratios.inbound?.['wharf/bare-memory']).toBeGreaterThan(0);
    expect(ratios.outbound?.['wharf-power/bare-memory']).toBeGreaterThan(0);
  }, 180_000);

  it('takes the points of every curve, of Wharf alone', async () => {
    const { stdout } = await bench('--quick', '--json', '--only', 'scale');
    const { measures } = JSON.parse(stdout) as Report;
    for (const { name, contestant, median } of measures) {
      expect(contestant, name).toBe('wharf');
      // An idle time of a moment may take no processor time that the system has noticed.
      expect(median, name).toBeGreaterThanOrEqual(0);
    }
    const names = measures.map(({ name }) => name);
    for (const point of ['Devices1', 'Devices2', 'Chats2', 'Chats3', 'Stored0', 'Stored1000', 'Consumers3'])
      for (const what of ['Memory', 'Inbound', 'InboundCpu']) expect(names).toContain(`scale${point}${what}`);
    expect(names).toContain('scaleDevices2IdleCpu');
    expect(names).toContain('scaleStored1000Start');
  }, 180_000);

  it('refuses a measure that does not exist, with the names of those that do', async () => {
    await expect(bench('--only', 'load,everything')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /There is no measure "everything": choose from inbound, .*scale-consumers\.\n$/,
      ),
    });
  }, 60_000);
});
