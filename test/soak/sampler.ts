import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeHeapSnapshot } from 'node:v8';
import { usage } from '../bench/processes/usage.js';

/** What a process holds at a moment. */
export interface Sample {
  /** Milliseconds of the clock that all processes of a machine share. */
  atMs: number;
  cpuMs: number;
  rssBytes: number;
  /** What JavaScript has set aside: V8 gives its young generation more with every burst, up to a bound, and keeps it. */
  heapTotalBytes: number;
  /** What buffers hold outside of the heap, and everything else that native code has reported to V8. */
  externalBytes: number;
  arrayBufferBytes: number;
  /** What is alive, after a garbage collection, and only where one was asked for: each is a stall. */
  heapBytes?: number;
  /** What keeps its event loop alive: sockets, timers, watches; so many of each. */
  resources: Record<string, number>;
  /** Open file descriptors; none where the system has no /proc. */
  fds: number | undefined;
  walBytes: number;
  storageBytes: number;
  /** How much later than due a timer fired since the sample before. */
  lagP99Ms: number;
  lagMaxMs: number;
}

const LAG_RESOLUTION_MS = 1;

/** Takes samples of the process it is in. */
export class Sampler {
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });

  constructor(private readonly storage: string) {
    this.#lag.enable();
  }

  take(withHeap: boolean): Sample {
    this.#lag.disable();
    const lag = (percentile: number) =>
      Math.max(0, this.#lag.percentile(percentile) / 1e6 - LAG_RESOLUTION_MS);
    // Memory first: the rest of this makes garbage, too.
    const { heapTotal, external, arrayBuffers } = process.memoryUsage();
    const sample: Sample = {
      ...usage(),
      heapTotalBytes: heapTotal,
      externalBytes: external,
      arrayBufferBytes: arrayBuffers,
      resources: countEach(process.getActiveResourcesInfo()),
      fds: countFiles('/proc/self/fd'),
      ...this.#sizes(),
      lagP99Ms: lag(99),
      lagMaxMs: lag(100),
    };
    if (withHeap) {
      if (!globalThis.gc) throw new Error('Start this process with --expose-gc.');
      globalThis.gc();
      sample.heapBytes = process.memoryUsage().heapUsed;
    }
    // What was done here does not count.
    this.#lag.reset();
    this.#lag.enable();
    return sample;
  }

  /** Takes some seconds, and as much memory again. */
  writeHeapSnapshot(file: string): void {
    globalThis.gc?.();
    writeHeapSnapshot(file);
  }

  #sizes(): { walBytes: number; storageBytes: number } {
    const sizes = { walBytes: 0, storageBytes: 0 };
    for (const name of readdirSync(this.storage, { recursive: true, encoding: 'utf8' })) {
      const file = statSync(join(this.storage, name), { throwIfNoEntry: false });
      if (!file?.isFile()) continue;
      sizes.storageBytes += file.size;
      if (name.endsWith('-wal')) sizes.walBytes += file.size;
    }
    return sizes;
  }
}

function countEach(names: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function countFiles(folder: string): number | undefined {
  try {
    return readdirSync(folder).length;
  } catch {
    return undefined;
  }
}
