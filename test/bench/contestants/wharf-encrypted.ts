import { isWharfError, type ManagerOptions, openManager } from '@wharf/core';
import type { Contestant } from './contestant.js';
import { wharf } from './wharf.js';

type EncryptedOptions = Partial<ManagerOptions> & { encryptionKey?: string };

/** Guards nothing but what a benchmark writes. */
const KEY = Buffer.alloc(32, 'benchmark').toString('hex');

/** Wharf with everything of a message, contact or key encrypted on disk. */
export function wharfEncrypted(): Contestant {
  const options: EncryptedOptions = { encryptionKey: KEY };
  return {
    ...wharf(options),
    /** An option that core does not know is ignored; one that it knows refuses a key that cannot be one. */
    async unavailable(folder) {
      const impossible: ManagerOptions & EncryptedOptions = {
        storage: folder,
        restore: false,
        encryptionKey: '',
      };
      try {
        await (await openManager(impossible)).close();
        return 'This version of core has no encryption at rest.';
      } catch (error) {
        if (isWharfError(error) && error.code === 'OPTION_INVALID') return undefined;
        throw error;
      }
    },
  };
}
