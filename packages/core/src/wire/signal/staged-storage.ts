import type { SignalStorage } from 'whatsapp-rust-bridge';
import type { SignalStore } from '../../store/store.js';
import { cipherKeyPair, type KeyPair } from './curve.js';
import { hashOf } from './kept-plaintext.js';
import { signalError } from './signal-error.js';

/** Our own keys, as they are at the time of asking: the signed pre-key changes. */
export interface OwnKeys {
  identity(): KeyPair;
  registrationId(): number;
  signedPreKey(): { keyId: number; keyPair: KeyPair; signature: Uint8Array };
}

/** What one operation has written so far. A session of `null` is deleted. */
interface Changes {
  session?: Uint8Array | null;
  identity?: Uint8Array;
  senderKey?: Uint8Array;
  usedPreKey?: number;
  plaintext?: { ciphertextHash: Uint8Array; bytes: Uint8Array };
}

/**
 * What the ciphers see of the store, for one address or one sender key: reads go through, writes wait.
 *
 * They are stored in one transaction when the operation has succeeded, and are gone when it has failed. Every callback is
 * synchronous, so that nothing else happens within an operation.
 */
export class StagedStorage implements SignalStorage {
  #changes: Changes = {};
  #storeError: unknown;
  /** What the last operation has stored. Nobody else writes it while the cipher that has this is at rest. */
  #stored: Uint8Array | undefined;

  constructor(
    private readonly id: string,
    private readonly store: SignalStore,
    private readonly own: OwnKeys,
  ) {}

  /** Runs one operation of a cipher. What it has written is stored when the promise resolves. */
  async perform<T>(operation: () => Promise<T>): Promise<T> {
    this.#changes = {};
    this.#storeError = undefined;
    let result: T;
    try {
      result = await operation();
    } catch (thrown) {
      throw this.#storeError ?? signalError(thrown);
    }
    if (this.#storeError !== undefined) throw this.#storeError;
    this.#commit();
    return result;
  }

  /** Keeps what a message said, together with the key that is gone by then, until it is stored elsewhere. */
  keepPlaintext(ciphertext: Uint8Array, bytes: Uint8Array): void {
    this.stage({ plaintext: { ciphertextHash: hashOf(ciphertext), bytes } });
  }

  /** The session as the operation has left it. */
  get session(): Uint8Array | undefined {
    const { session = this.#stored ?? this.store.sessions.get(this.id) } = this.#changes;
    return session ?? undefined;
  }

  /** Writes for the operation that runs; the cipher reads it back. */
  stage(changes: Changes): void {
    Object.assign(this.#changes, changes);
  }

  loadSession = (): Uint8Array | undefined => this.#read(() => this.session);

  /** Not in the bridge's typings, but used instead of `storeSession` where present: no object of WebAssembly to free. */
  storeSessionRaw = (_address: string, session: Uint8Array): void => this.stage({ session });

  storeSession = (): void => {
    throw new Error('The cipher stores sessions as bytes.');
  };

  getOurIdentity = () => this.#read(() => cipherKeyPair(this.own.identity()));

  getOurRegistrationId = () => this.#read(() => this.own.registrationId());

  /** Whoever comes first is trusted; a changed identity ends the session before a cipher sees it. */
  isTrustedIdentity = (): boolean => true;

  loadPreKey = (id: number) =>
    this.#read(() => {
      const pair = this.store.preKeys.get(id);
      return pair && cipherKeyPair(pair);
    });

  removePreKey = (usedPreKey: number): void => this.stage({ usedPreKey });

  loadSignedPreKey = (id: number) =>
    this.#read(() => {
      const { keyId, keyPair, signature } = this.own.signedPreKey();
      return keyId === id ? { keyId, keyPair: cipherKeyPair(keyPair), signature } : undefined;
    });

  loadSenderKey = (): Uint8Array | undefined =>
    this.#read(() => this.#changes.senderKey ?? this.store.senderKeys.get(this.id));

  storeSenderKey = (_name: string, senderKey: Uint8Array): void => this.stage({ senderKey });

  /** Keeps the error of a read: the ciphers turn it into text that looks like an unreadable message. */
  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      this.#storeError = error;
      throw error;
    }
  }

  #commit(): void {
    const { session, identity, senderKey, usedPreKey, plaintext } = this.#changes;
    const { sessions, identities, senderKeys, preKeys, plaintexts } = this.store;
    this.#changes = {};
    if (session !== undefined) this.#stored = session ?? undefined;
    this.store.transaction(() => {
      if (session) sessions.put(this.id, session);
      if (session === null) sessions.delete(this.id);
      if (identity) identities.put(this.id, identity);
      if (senderKey) senderKeys.put(this.id, senderKey);
      if (usedPreKey !== undefined) preKeys.delete(usedPreKey);
      if (plaintext) plaintexts.put(plaintext.ciphertextHash, plaintext.bytes);
    });
  }
}
