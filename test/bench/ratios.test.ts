import { describe, expect, it } from 'vitest';
import type { ContestantName } from './contestants/all.js';
import type { Result } from './measure.js';
import { ratiosOf } from './ratios.js';

const result = (name: string, contestant: ContestantName, median: number): Result => ({
  name,
  contestant,
  median,
  min: 0,
  max: 1_000_000,
  unit: '',
  cpuShare: null,
});

describe('the ratios', () => {
  it('are ours divided by theirs, by the medians', () => {
    const ratios = ratiosOf([
      result('inbound', 'bare-memory', 1_000),
      result('inbound', 'bare-files', 400),
      result('inbound', 'wharf', 1_500),
      result('inbound', 'wharf-encrypted', 1_234.5),
      result('outbound', 'bare-memory', 500),
      result('inbound', 'wharf-power', 1_050),
      result('outbound', 'wharf', 600),
      result('memoryPerDevice', 'bare-memory', 1),
      result('memoryPerDevice', 'wharf', 1.25),
      result('leanMemoryPerDevice', 'wharf', 0.7),
      result('cpuPerIdleDevice', 'wharf', 0.05),
      result('threadsInbound', 'wharf', 1_000),
      result('threadsInbound', 'wharf-threads', 1_500),
      result('pair100', 'bare-memory', 10_000),
      result('pair100', 'wharf', 5_000),
      result('startup100', 'bare-memory', 3),
      result('startup100', 'wharf', 1),
    ]);
    expect(ratios).toEqual({
      inbound: {
        'wharf/bare-memory': 1.5,
        'wharf/bare-files': 3.75,
        'wharf-encrypted/bare-memory': 1.235,
        'wharf-power/bare-memory': 1.05,
      },
      outbound: {
        'wharf/bare-memory': 1.2,
        'wharf/bare-files': null,
        'wharf-encrypted/bare-memory': null,
        'wharf-power/bare-memory': null,
      },
      memoryIdle100: {
        'wharf/bare-memory': 1.25,
        wharfMegabytesPerDevice: 1.25,
        wharfLeanMegabytesPerDevice: 0.7,
      },
      pair100: { 'wharf/bare-memory': 0.5 },
      startup100: { 'wharf/bare-memory': 0.333 },
      cpuPerIdleDevice: { wharf: 0.05 },
      threads: { 'wharf-threads/wharf': 1.5 },
      inboundEventLoopLagP99: { wharf: null },
    });
  });

  it('are null where nothing was measured', () => {
    expect(Object.values(ratiosOf([])).flatMap((each) => Object.values(each))).toEqual(Array(16).fill(null));
  });
});
