import { describe, expect, it } from 'vitest';
import { startingWith, summarize } from './rounds.js';

describe('the rounds of a contestant', () => {
  it('become a median, a range and the middle share of a core, each respect by itself', () => {
    const inbound = (value: number, share: number) => ({
      name: 'inbound',
      value,
      unit: 'messages/s',
      cpuShare: { contestant: share, simulator: share / 2 },
    });
    const lag = (value: number) => ({ name: 'lag', value, unit: 'ms' });
    expect(summarize('wharf', [inbound(10, 1), lag(3), inbound(30, 0.8), lag(1), inbound(20, 0.9)])).toEqual([
      {
        name: 'inbound',
        contestant: 'wharf',
        median: 20,
        min: 10,
        max: 30,
        unit: 'messages/s',
        cpuShare: { contestant: 0.9, simulator: 0.45 },
      },
      { name: 'lag', contestant: 'wharf', median: 2, min: 1, max: 3, unit: 'ms', cpuShare: null },
    ]);
  });

  it('begin with another contestant each time', () => {
    expect([0, 1, 2].map((index) => startingWith(['a', 'b', 'c'], index).join(''))).toEqual([
      'abc',
      'bca',
      'cab',
    ]);
  });
});
