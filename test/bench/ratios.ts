import type { ContestantName } from './contestants/all.js';
import type { Result } from './measure.js';

/** Null where one of the two was not measured. */
type Ratio = number | null;

/** How contestants compare, by their medians, and what must hold of Wharf alone. More is better in `inbound` and `outbound`, less in the others. */
export interface Ratios {
  inbound: Record<string, Ratio>;
  outbound: Record<string, Ratio>;
  memoryIdle100: Record<string, Ratio>;
  pair100: Record<string, Ratio>;
  startup100: Record<string, Ratio>;
  /** Percent of a core. */
  cpuPerIdleDevice: Record<string, Ratio>;
  /** 20 devices in two threads against one: more is better. */
  threads: Record<string, Ratio>;
  /** Milliseconds. */
  inboundEventLoopLagP99: Record<string, Ratio>;
}

const MEMORY = 'wharf/bare-memory';

export function ratiosOf(results: Result[]): Ratios {
  const medianOf = (name: string, contestant: ContestantName): Ratio =>
    results.find((result) => result.name === name && result.contestant === contestant)?.median ?? null;
  const ratio = (name: string, ours: ContestantName, theirs: ContestantName): Ratio => {
    const [dividend, divisor] = [medianOf(name, ours), medianOf(name, theirs)];
    return dividend === null || divisor === null ? null : Math.round((1_000 * dividend) / divisor) / 1_000;
  };
  const throughput = (name: string) => ({
    'wharf/bare-memory': ratio(name, 'wharf', 'bare-memory'),
    'wharf/bare-files': ratio(name, 'wharf', 'bare-files'),
    'wharf-encrypted/bare-memory': ratio(name, 'wharf-encrypted', 'bare-memory'),
    'wharf-power/bare-memory': ratio(name, 'wharf-power', 'bare-memory'),
  });
  return {
    inbound: throughput('inbound'),
    outbound: throughput('outbound'),
    memoryIdle100: {
      [MEMORY]: ratio('memoryPerDevice', 'wharf', 'bare-memory'),
      wharfMegabytesPerDevice: medianOf('memoryPerDevice', 'wharf'),
      wharfLeanMegabytesPerDevice: medianOf('leanMemoryPerDevice', 'wharf'),
    },
    pair100: { [MEMORY]: ratio('pair100', 'wharf', 'bare-memory') },
    startup100: { [MEMORY]: ratio('startup100', 'wharf', 'bare-memory') },
    cpuPerIdleDevice: { wharf: medianOf('cpuPerIdleDevice', 'wharf') },
    threads: { 'wharf-threads/wharf': ratio('threadsInbound', 'wharf-threads', 'wharf') },
    inboundEventLoopLagP99: { wharf: medianOf('inboundEventLoopLagP99', 'wharf') },
  };
}
