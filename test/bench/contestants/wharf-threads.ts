import type { Contestant } from './contestant.js';
import { wharf } from './wharf.js';

/** Wharf with its devices in two threads. */
export function wharfThreads(): Contestant {
  return wharf({ threads: 2 });
}
