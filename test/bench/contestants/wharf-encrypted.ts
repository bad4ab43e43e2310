import type { Contestant } from './contestant.js';
import { wharf } from './wharf.js';

/** Guards nothing but what a benchmark writes. */
const KEY = Buffer.alloc(32, 'benchmark').toString('hex');

/** Wharf with everything of a message, contact or key encrypted on disk. */
export function wharfEncrypted(): Contestant {
  return wharf({ encryptionKey: KEY });
}
