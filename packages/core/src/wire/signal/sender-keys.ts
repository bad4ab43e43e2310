import type { ProtocolAddress, SenderKeyName } from 'whatsapp-rust-bridge';
import type { SignalAddress } from './address.js';
import { orKept } from './kept-plaintext.js';
import type { SignalOptions } from './sessions.js';
import { StagedStorage } from './staged-storage.js';

/** An author in a group. */
export interface Author {
  group: string;
  address: SignalAddress;
}

/**
 * The keys that authors write to groups with: encrypts ours, decrypts theirs.
 *
 * The key behind a ciphertext or an announcement is stored when that is handed out, and on disk before it leaves. Operations on one
 * key come one after the other.
 */
export class SenderKeys {
  constructor(private readonly options: Omit<SignalOptions, 'onIdentityChange'>) {}

  /** Encrypts for a group, and makes the announcement that lets members decrypt it; the first message makes the key. */
  encrypt(
    author: Author,
    plaintext: Uint8Array,
  ): Promise<{ ciphertext: Uint8Array; announcement: Uint8Array }> {
    return this.#use(author, async (storage, name, sender) => {
      const announcement = await this.#announce(storage, name);
      return {
        announcement,
        ciphertext: await this.#withCipher(storage, author, sender, 'encrypt', plaintext),
      };
    });
  }

  /**
   * Decrypts a message; one that was decrypted before and is not stored yet is recalled.
   *
   * @throws SignalError
   */
  decrypt(author: Author, ciphertext: Uint8Array): Promise<Uint8Array> {
    return orKept(this.options, ciphertext, () =>
      this.#use(author, async (storage, _name, sender) => {
        const plaintext = await this.#withCipher(storage, author, sender, 'decrypt', ciphertext);
        storage.keepPlaintext(ciphertext, plaintext);
        return plaintext;
      }),
    );
  }

  /** The announcement of our key as it is now; makes the key if there is none. */
  announce(author: Author): Promise<Uint8Array> {
    return this.#use(author, (storage, name) => this.#announce(storage, name));
  }

  /** Takes over the key that an author has announced. */
  learn(author: Author, announcement: Uint8Array): Promise<void> {
    const { bridge } = this.options;
    return this.#use(author, async (storage, name) => {
      const message = bridge.SenderKeyDistributionMessage.deserialize(announcement);
      const builder = new bridge.GroupSessionBuilder(storage);
      try {
        await builder.process(name, message);
      } finally {
        builder.free();
        message.free();
      }
    });
  }

  has(author: Author): boolean {
    return this.options.store.senderKeys.has(idOf(author));
  }

  #use<T>(
    author: Author,
    operation: (storage: StagedStorage, name: SenderKeyName, sender: ProtocolAddress) => Promise<T>,
  ): Promise<T> {
    const { bridge, store, own, turns } = this.options;
    const id = idOf(author);
    return turns.take([`sender ${id}`], async () => {
      const sender = bridge.ProtocolAddress.from(author.address);
      const name = new bridge.SenderKeyName(author.group, sender);
      const storage = new StagedStorage(id, store, own);
      try {
        return await storage.perform(() => operation(storage, name, sender));
      } finally {
        name.free();
        sender.free();
      }
    });
  }

  async #announce(storage: StagedStorage, name: SenderKeyName): Promise<Uint8Array> {
    const builder = new this.options.bridge.GroupSessionBuilder(storage);
    try {
      const message = await builder.create(name);
      const announcement = message.serialize();
      message.free();
      return announcement;
    } finally {
      builder.free();
    }
  }

  /** A cipher for one call: kept ones would hold keys that the next announcement replaces. */
  async #withCipher(
    storage: StagedStorage,
    { group }: Author,
    sender: ProtocolAddress,
    call: 'encrypt' | 'decrypt',
    bytes: Uint8Array,
  ): Promise<Uint8Array> {
    const cipher = new this.options.bridge.GroupCipher(storage, group, sender);
    try {
      return await cipher[call](bytes);
    } finally {
      cipher.free();
    }
  }
}

function idOf({ group, address }: Author): string {
  const dot = address.lastIndexOf('.');
  return `${group}::${address.slice(0, dot)}::${address.slice(dot + 1)}`;
}
