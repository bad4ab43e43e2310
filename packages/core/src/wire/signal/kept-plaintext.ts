import { hash } from 'node:crypto';
import type { SignalStore } from '../../store/store.js';
import { SignalError } from './signal-error.js';

/** By what a ciphertext is known. */
export const hashOf = (ciphertext: Uint8Array): Uint8Array => hash('sha256', ciphertext, 'buffer');

/**
 * Decrypts a message, or recalls what it said: it may have been decrypted before, and lost in a crash before it was stored.
 *
 * Its key is gone then, and no cipher can read it again.
 */
export async function orKept(
  {
    store: { plaintexts },
    onDuplicate,
  }: { store: SignalStore; onDuplicate(ciphertextHash: Uint8Array): void },
  ciphertext: Uint8Array,
  decrypt: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    return await decrypt();
  } catch (error) {
    if (!(error instanceof SignalError)) throw error;
    const ciphertextHash = hashOf(ciphertext);
    const kept = plaintexts.get(ciphertextHash);
    if (kept) return kept;
    if (error.failure !== 'duplicate') throw error;
    // Its key is gone, and it was never read: what came later in a group can bring a key that begins after it.
    if (!plaintexts.isSettled(ciphertextHash)) throw new SignalError('unreadable', 'Bad MAC');
    onDuplicate(ciphertextHash);
    throw error;
  }
}
