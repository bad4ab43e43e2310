import { describe, expect, it } from 'vitest';
import type { Result } from '../measure.js';
import { scaleChart } from './chart.js';
import { readPointName } from './curve.js';
import { scaleTables } from './table.js';

const result = (name: string, median: number, unit: string): Result => ({
  name,
  contestant: 'wharf',
  median,
  min: median,
  max: median,
  unit,
  cpuShare: null,
});

const results = [
  result('scaleDevices1Memory', 120, 'MB'),
  result('scaleDevices1Inbound', 1_000, 'messages/s'),
  result('scaleDevices250Memory', 480, 'MB'),
  result('scaleDevices250Inbound', 500, 'messages/s'),
  result('scaleStored1000000InboundCpu', 700.4, 'µs/message'),
  result('scaleStored1000000InboundEventLoopLagMax', 9, 'ms'),
];

describe('the name of a point', () => {
  it('says what was measured, where on which axis', () => {
    expect(readPointName('scaleStored1000000InboundCpu')).toEqual({
      axis: 'stored',
      x: 1_000_000,
      what: 'InboundCpu',
    });
    for (const other of ['memory100', 'inbound', 'scaleDevices', 'scaleDevicesMemory'])
      expect(readPointName(other), other).toBeUndefined();
  });
});

describe('the tables of the curves', () => {
  it('have a column for each point and a row for each quantity that a reader needs', () => {
    expect(scaleTables(results)).toBe(
      `| devices                    | 1     | 250 |
| -------------------------- | ----- | --- |
| memory (RSS), MB           | 120   | 480 |
| inbound in all, messages/s | 1,000 | 500 |

| stored messages                    | 1,000,000 |
| ---------------------------------- | --------- |
| processor time inbound, µs/message | 700       |`,
    );
  });
});

describe('the chart of the curves', () => {
  it('draws each quantity from zero to its own highest point', () => {
    const lines = [...scaleChart(results).matchAll(/<polyline points="([^"]+)"/g)].map(([, points = '']) =>
      points.split(' ').map((point) => Number(point.split(',')[1])),
    );
    // The bottom is at 34 + 150 - 24; a plot is 76 high.
    expect(lines).toEqual([[160 - 76 / 4, 160 - 76], [160 - 76, 160 - 38], [344 - 76]]);
  });
});
