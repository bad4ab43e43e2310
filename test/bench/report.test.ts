import { describe, expect, it } from 'vitest';
import { chart } from './chart.js';
import type { ContestantName } from './contestants/all.js';
import type { Result } from './measure.js';
import { replaceResults } from './page.js';
import { format, resultTable } from './table.js';

const result = (contestant: ContestantName, median: number, more: Partial<Result> = {}): Result => ({
  name: 'inbound',
  contestant,
  median,
  min: median,
  max: median,
  unit: 'messages/s',
  cpuShare: null,
  ...more,
});

describe('the table', () => {
  it('has a column for each contestant, medians with their range, and who was busy', () => {
    const cpuShare = { contestant: 1.014, simulator: 0.4 };
    const table = resultTable([
      result('bare-memory', 1_000),
      result('wharf', 1_500, { min: 1_400, max: 1_600, cpuShare }),
      result('wharf', 0.25, { name: 'enqueueP50', unit: 'ms' }),
    ]);
    expect(table).toBe(
      `| measure                             | bare-memory | wharf               |
| ----------------------------------- | ----------- | ------------------- |
| inbound, messages/s                 | 1,000       | 1,500 (1,400-1,600) |
| inbound, cores: its own / simulator |             | 1.01 / 0.40         |
| enqueueP50, ms                      |             | 0.25                |`,
    );
  });

  it.each([
    [1_405.6, '1,406'],
    [24.36, '24.4'],
    [0.008_44, '0.0084'],
    [0, '0'],
  ])('writes %d as %s', (value, expected) => expect(format(value)).toBe(expected));
});

describe('the chart', () => {
  const widths = (svg: string) =>
    [...svg.matchAll(/<rect x="140"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));

  it('draws bars as long as the medians, none longer than its panel with the whisker of the widest', () => {
    const svg = chart([
      result('wharf', 1_500, { min: 1_000, max: 2_000 }),
      result('bare-memory', 1_000),
      result('bare-memory', 80, { name: 'pair100', unit: 'ms' }),
    ]);
    // In the order of the contestants, whatever that of the results is.
    expect(widths(svg)).toEqual([240, 360, 480]);
    expect(svg).toContain('<line x1="380" y1="');
    expect(svg).toContain('1,500 messages/s');
    expect(svg.match(/font-weight/g)).toHaveLength(2);
  });

  it('leaves out what it has no panel for', () => {
    expect(widths(chart([result('wharf', 1, { name: 'enqueueP99' })]))).toEqual([]);
  });
});

describe('the page', () => {
  const machine = {
    date: '2026-01-31',
    cores: 2,
    processor: 'Example',
    memoryGigabytes: 8,
    system: 'Linux',
    node: 'v24',
    loadAverage: [0.1, 1.2] as [number, number],
  };

  it('gets the results in place of the ones before, and keeps the rest', () => {
    const page = 'Before\n\n<!-- written by npm run bench -->\nold\n<!-- until here -->\n\nAfter\n';
    const once = replaceResults(page, '| new |', machine);
    expect(once).toMatch(
      /^Before\n\n<!-- written .* -->\n\n2026-01-31, Example, 2 cores.*0\.1 before.*1\.2 after/,
    );
    expect(once).toMatch(/\n\n\| new \|\n\n<!-- until here -->\n\nAfter\n$/);
    expect(once).not.toContain('old');
    expect(replaceResults(once, '| new |', machine)).toBe(once);
  });

  it('that has no place for them is refused', () => {
    expect(() => replaceResults('nothing here', '', machine)).toThrow('has no place for results');
  });
});
