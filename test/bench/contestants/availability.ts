import { isWharfError, type ManagerOptions, openManager } from '@wharf/core';
import { type ContestantName, contestantNames } from './all.js';

/** Those who cannot take part, each with a sentence why. */
export async function findUnavailable(scratch: string): Promise<Partial<Record<ContestantName, string>>> {
  const hasEncryption = await refusesImpossibleKey(scratch);
  return hasEncryption ? {} : { 'wharf-encrypted': 'This version of core has no encryption at rest.' };
}

export function availableOf(unavailable: Partial<Record<ContestantName, string>>): ContestantName[] {
  return contestantNames.filter((name) => unavailable[name] === undefined);
}

/** An option that core does not know is ignored; one that it knows refuses a key that cannot be one. */
async function refusesImpossibleKey(storage: string): Promise<boolean> {
  const options: ManagerOptions & { encryptionKey?: string } = { storage, restore: false, encryptionKey: '' };
  try {
    await (await openManager(options)).close();
    return false;
  } catch (error) {
    if (isWharfError(error) && error.code === 'OPTION_INVALID') return true;
    throw error;
  }
}
