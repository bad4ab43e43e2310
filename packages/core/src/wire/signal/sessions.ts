import type { PreKeyBundleInput } from 'whatsapp-rust-bridge';
import type { SignalStore } from '../../store/store.js';
import type { SignalAddress } from './address.js';
import type { Bridge } from './bridge.js';
import { orKept } from './kept-plaintext.js';
import { type OpenCipher, SessionCiphers } from './session-ciphers.js';
import {
  areEqual,
  baseKeyOf,
  introductionOf,
  readRecord,
  registrationIdOf,
  writeRecord,
} from './session-record.js';
import { type CiphertextType, sessionsToTry, type Trial } from './session-selector.js';
import { SignalError } from './signal-error.js';
import { type OwnKeys, StagedStorage } from './staged-storage.js';
import type { Turns } from './turns.js';

/** As many conversations at a time are fast; each costs about a kilobyte of WebAssembly memory. */
const CIPHERS_KEPT = 500;

/** The keys of a device with which a session is begun. Public keys have 33 bytes. */
export type Bundle = PreKeyBundleInput;

export interface SignalOptions {
  bridge: Bridge;
  store: SignalStore;
  own: OwnKeys;
  turns: Turns;
  /** Somebody's device has another identity than before: a new installation, or somebody else. */
  onIdentityChange(address: SignalAddress): void;
  /** A message came again that was decrypted and stored before: nothing more will come of it. */
  onDuplicate(ciphertextHash: Uint8Array): void;
}

/**
 * The sessions with single devices: encrypts, decrypts, begins and ends them.
 *
 * The session behind a ciphertext is stored when that is handed out, and the connection puts it on disk before it lets anything
 * leave: a key is never used twice, even across a crash. What a message did to its session is on disk by the end of the turn: if
 * that is lost, the message comes again. Operations on one address come one after the other.
 */
export class Sessions {
  readonly #ciphers = new SessionCiphers(CIPHERS_KEPT);

  constructor(private readonly options: SignalOptions) {}

  /** @throws SignalError */
  async encrypt(
    address: SignalAddress,
    plaintext: Uint8Array,
  ): Promise<{ type: CiphertextType; ciphertext: Uint8Array }> {
    const { type, body } = await this.#inTurn([address], () =>
      this.#use(address, ({ cipher }) => cipher.encrypt(plaintext)),
    );
    return { type: type === 3 ? 'pkmsg' : 'msg', ciphertext: body };
  }

  /**
   * Decrypts a message; one that was decrypted before and is not stored yet is recalled.
   *
   * @throws SignalError
   */
  decrypt(address: SignalAddress, type: CiphertextType, ciphertext: Uint8Array): Promise<Uint8Array> {
    const decrypt = async ({ cipher, storage }: OpenCipher) => {
      const plaintext = await (type === 'pkmsg'
        ? cipher.decryptPreKeyWhisperMessage(ciphertext)
        : cipher.decryptWhisperMessage(ciphertext));
      storage.keepPlaintext(ciphertext, plaintext);
      return plaintext;
    };
    return this.#inTurn([address], () =>
      orKept(this.options, ciphertext, () => {
        if (type === 'pkmsg') {
          const { identity } = introductionOf(ciphertext);
          if (identity && !this.#isKnown(address, identity)) return this.#meet(address, identity, decrypt);
        }
        const trials = sessionsToTry(this.#recordOf(address), type, ciphertext);
        return trials ? this.#tryEach(address, trials, decrypt) : this.#use(address, decrypt);
      }),
    );
  }

  /**
   * Begins a session with the keys that the server has handed out; an older one stays for messages still under way.
   *
   * @throws SignalError `forged` when the pre-key was not signed by the identity
   */
  begin(address: SignalAddress, bundle: Bundle): Promise<void> {
    return this.#inTurn([address], async () => {
      const { bridge } = this.options;
      this.#ciphers.drop(address);
      const begin = async ({ storage }: { storage: StagedStorage }) => {
        const remote = bridge.ProtocolAddress.from(address);
        const builder = new bridge.SessionBuilder(storage, remote);
        try {
          await builder.processPreKeyBundle(bundle);
        } finally {
          builder.free();
          remote.free();
        }
      };
      if (!this.#isKnown(address, bundle.identityKey)) return this.#meet(address, bundle.identityKey, begin);
      const storage = this.#storageOf(address);
      return storage.perform(() => begin({ storage }));
    });
  }

  /** The session in use with an address; undefined while there is none. */
  current(address: SignalAddress): { baseKey?: Uint8Array; registrationId?: number } | undefined {
    const record = this.#recordOf(address);
    const session = record && readRecord(record).current;
    if (!session) return undefined;
    const baseKey = baseKeyOf(session);
    const registrationId = registrationIdOf(session);
    return { ...(baseKey ? { baseKey } : {}), ...(registrationId === undefined ? {} : { registrationId }) };
  }

  has(address: SignalAddress): boolean {
    return this.options.store.sessions.has(address);
  }

  /** Forgets devices that are gone. */
  delete(addresses: SignalAddress[]): Promise<void> {
    const { sessions } = this.options.store;
    return this.#change(addresses, (address) => sessions.delete(address));
  }

  /** Encrypts nothing more in the sessions there are. What is still under way in them can be read. */
  retire(addresses: SignalAddress[]): Promise<void> {
    const { sessions } = this.options.store;
    return this.#change(addresses, (address) => {
      const { current, previous } = readRecord(sessions.get(address) ?? new Uint8Array());
      if (current) sessions.put(address, writeRecord({ previous: [current, ...previous] }));
    });
  }

  /** Replaces a session by bytes from elsewhere. */
  put(address: SignalAddress, record: Uint8Array): Promise<void> {
    return this.#inTurn([address], async () => {
      this.#ciphers.drop(address);
      this.options.store.sessions.put(address, record);
    });
  }

  /**
   * Moves the sessions of all devices of a person to another name of theirs; sessions that are there already stay in use.
   *
   * @returns how many sessions were moved, and how many there were
   */
  move(name: string, newName: string): Promise<{ moved: number; total: number }> {
    const { sessions, identities, transaction } = this.options.store;
    const pairs = sessions
      .getAddresses(name)
      .map((from): [SignalAddress, SignalAddress] => [from, `${newName}${from.slice(name.length)}`]);
    return this.#inTurn(pairs.flat(), async () => {
      for (const address of pairs.flat()) this.#ciphers.drop(address);
      let moved = 0;
      transaction(() => {
        for (const [from, to] of pairs) {
          const old = readRecord(sessions.get(from) ?? new Uint8Array());
          if (!old.current) continue;
          const there = readRecord(sessions.get(to) ?? new Uint8Array());
          const [current, ...previous] = [
            there.current,
            ...there.previous,
            old.current,
            ...old.previous,
          ].filter((session) => session !== undefined);
          sessions.put(to, writeRecord({ ...(current ? { current } : {}), previous }));
          sessions.delete(from);
          const identity = identities.get(from);
          if (identity && !identities.has(to)) identities.put(to, identity);
          identities.delete(from);
          moved += 1;
        }
      });
      return { moved, total: pairs.length };
    });
  }

  /** Frees the ciphers for good, also when the store has lost what they did; one that is in use follows when its operation has ended. */
  close(): void {
    this.#ciphers.close();
  }

  #change(addresses: SignalAddress[], change: (address: SignalAddress) => void): Promise<void> {
    return this.#inTurn(addresses, async () => {
      for (const address of addresses) this.#ciphers.drop(address);
      this.options.store.transaction(() => addresses.forEach(change));
    });
  }

  #inTurn<T>(addresses: SignalAddress[], job: () => Promise<T>): Promise<T> {
    return this.options.turns.take(
      addresses.map((address) => `session ${address}`),
      job,
    );
  }

  /** Runs an operation on the cipher of an address, and keeps the cipher if it went well. */
  async #use<T>(address: SignalAddress, operation: (open: OpenCipher) => Promise<T>): Promise<T> {
    const open = this.#ciphers.take(address) ?? this.#open(address);
    try {
      const result = await open.storage.perform(() => operation(open));
      this.#ciphers.give(address, open);
      return result;
    } catch (error) {
      open.cipher.free();
      throw error;
    }
  }

  /** Runs an operation on one session after the other, each by itself, until one fits; the others stay as they are. */
  async #tryEach<T>(
    address: SignalAddress,
    trials: Trial[],
    operation: (open: OpenCipher) => Promise<T>,
  ): Promise<T> {
    let failure: unknown;
    for (const { record, complete } of trials) {
      this.#ciphers.drop(address);
      const open = this.#open(address);
      const { storage } = open;
      try {
        return await storage.perform(async () => {
          storage.stage({ session: record });
          const result = await operation(open);
          storage.stage({ session: complete(storage.session ?? record) });
          return result;
        });
      } catch (error) {
        if (!(error instanceof SignalError)) throw error;
        failure ??= error;
      } finally {
        open.cipher.free();
      }
    }
    throw failure;
  }

  /** Runs an operation that brings the identity of an address, which is new or has changed. */
  async #meet<T>(
    address: SignalAddress,
    identity: Uint8Array,
    operation: (open: OpenCipher) => Promise<T>,
  ): Promise<T> {
    const isChange = this.options.store.identities.has(address);
    this.#ciphers.drop(address);
    const open = this.#open(address);
    const { storage } = open;
    try {
      const result = await storage.perform(() => {
        storage.stage(isChange ? { identity, session: null } : { identity });
        return operation(open);
      });
      if (isChange) this.options.onIdentityChange(address);
      return result;
    } finally {
      open.cipher.free();
    }
  }

  /** As it is stored. */
  #recordOf(address: SignalAddress): Uint8Array | undefined {
    return this.#ciphers.recordOf(address) ?? this.options.store.sessions.get(address);
  }

  #isKnown(address: SignalAddress, identity: Uint8Array): boolean {
    return areEqual(this.options.store.identities.get(address), identity);
  }

  #open(address: SignalAddress): OpenCipher {
    const { bridge } = this.options;
    const storage = this.#storageOf(address);
    const remote = bridge.ProtocolAddress.from(address);
    const cipher = new bridge.SessionCipher(storage, remote);
    remote.free();
    return { cipher, storage };
  }

  #storageOf(address: SignalAddress): StagedStorage {
    const { store, own } = this.options;
    return new StagedStorage(address, store, own);
  }
}
