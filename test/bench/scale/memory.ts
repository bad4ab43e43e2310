import { setTimeout as pause } from 'node:timers/promises';
import type { Reading } from '../measure.js';
import type { ContestantProcess, Surroundings } from '../surroundings.js';

const MEGABYTE = 1024 * 1024;
/** Until what a burst has thrown away is collected, as far as it ever is. */
const SETTLE_MS = 2_000;

/** The memory (RSS) of a process that has nothing to do just now. */
export async function memoryOf(
  { isQuick }: Surroundings,
  client: ContestantProcess,
  name = 'Memory',
): Promise<Reading> {
  await pause(isQuick ? 1 : SETTLE_MS);
  return { name, value: (await client.call('usage')).rssBytes / MEGABYTE, unit: 'MB' };
}
