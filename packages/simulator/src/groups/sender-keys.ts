import { z } from 'zod';
import {
  createSenderKey,
  decryptWithSenderKey,
  distributionMessage,
  encryptWithSenderKey,
  knownSenderKey,
  ownSenderKey,
  readDistributionMessage,
  senderKeyIdOf,
} from './sender-key.js';

/** The sender keys one virtual phone holds: its own by group, and those of others by group and sender device. */
export const senderKeysState = z.object({
  own: z.map(z.string(), z.object({ key: ownSenderKey, holders: z.set(z.string()) })),
  known: z.map(z.string(), z.array(knownSenderKey)),
});
export type SenderKeysState = z.infer<typeof senderKeysState>;

/** A sender may be reached under several of its keys while messages in older ones are still under way. */
const KEYS_PER_SENDER = 5;
const SENDERS_KEPT = 5_000;

export function createSenderKeysState(): SenderKeysState {
  return { own: new Map(), known: new Map() };
}

/** The group side of a virtual phone's encryption; `chat` is a group, or the broadcast list of a status. */
export class SenderKeys {
  readonly #state: SenderKeysState;

  constructor(state: SenderKeysState) {
    this.#state = state;
  }

  /**
   * Encrypts a message for the devices of a group.
   *
   * @param members addresses of all devices that shall read it. When one that has the key is no longer among
   * them, a new key is made, so that those who left can read nothing more.
   * @returns the ciphertext, and the distribution message for those in `newHolders`, who lack the key.
   */
  encrypt(chat: string, members: string[], plaintext: Uint8Array) {
    const known = this.#state.own.get(chat);
    const hasLeaver = known && [...known.holders].some((holder) => !members.includes(holder));
    const own = !known || hasLeaver ? { key: createSenderKey(), holders: new Set<string>() } : known;
    this.#state.own.set(chat, own);
    const newHolders = new Set(members.filter((member) => !own.holders.has(member)));
    const distribution = distributionMessage(own.key);
    for (const member of newHolders) own.holders.add(member);
    return { ciphertext: encryptWithSenderKey(own.key, plaintext), distribution, newHolders };
  }

  /** The distribution message as of now, for a device that asked again; undefined before the first message. */
  distribution(chat: string): Buffer | undefined {
    const own = this.#state.own.get(chat);
    return own && distributionMessage(own.key);
  }

  /** Takes the key that another device distributes; the same one again changes nothing. */
  learn(chat: string, sender: string, distribution: Uint8Array): void {
    const key = readDistributionMessage(distribution);
    const name = `${chat} ${sender}`;
    const known = this.#state.known.get(name) ?? [];
    const older = known.find(({ id }) => id === key.id);
    if (older && older.iteration >= key.iteration) return;
    this.#state.known.delete(name);
    this.#state.known.set(name, [...known.filter((one) => one !== older), key].slice(-KEYS_PER_SENDER));
    for (const oldest of this.#state.known.keys()) {
      if (this.#state.known.size <= SENDERS_KEPT) return;
      this.#state.known.delete(oldest);
    }
  }

  /** Decrypts a message of another device; throws if its key was never distributed to us. */
  decrypt(chat: string, sender: string, message: Uint8Array): Buffer {
    const id = senderKeyIdOf(message);
    const key = this.#state.known.get(`${chat} ${sender}`)?.find((one) => one.id === id);
    if (!key) throw new Error(`${sender} has not distributed the key ${id} for ${chat}.`);
    return decryptWithSenderKey(key, message);
  }
}
