import type { Contestant } from './contestant.js';
import { wharf } from './wharf.js';

/** Wharf with what it confirms safe from a loss of power as well: commits wait for the disk. */
export function wharfPower(): Contestant {
  return wharf({ durability: 'power' });
}
