import type { ManagerOptions } from '@wharf/core';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './storage.js';

/** The package as it is built: a thread is started from a file of it, which the sources do not have. */
const core: typeof import('@wharf/core') = await import(
  new URL('../../packages/core/dist/index.js', import.meta.url).href
);

export const { openManager, shareManager } = core;

/** A manager whose devices run in two threads, closed when the test has ended. */
export async function startThreaded(
  simulator: { endpoint: ManagerOptions['endpoint'] },
  options: Partial<ManagerOptions> = {},
) {
  const { endpoint } = simulator;
  const manager = await openManager({
    storage: temporaryFolder(),
    threads: 2,
    ...(endpoint && { endpoint }),
    ...options,
  });
  onTestFinished(() => manager.close());
  return manager;
}
