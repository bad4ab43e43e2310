import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as libsignal from 'libsignal';
import { onTestFinished } from 'vitest';
import { openSqliteSession } from '../../store/sqlite/store.js';
import type { SignalStore } from '../../store/store.js';
import { loadBridge } from './bridge.js';
import { bridgeCurve, cipherKeyPair, withKeyType } from './curve.js';
import { hashOf } from './kept-plaintext.js';
import { SenderKeys } from './sender-keys.js';
import type { CiphertextType } from './session-selector.js';
import { type Bundle, Sessions } from './sessions.js';
import { Turns } from './turns.js';

export const bridge = await loadBridge();
export const curve = bridgeCurve(bridge);

/** The session database of a test, deleted with its folder at the end. */
export function temporarySignalStore(): SignalStore {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-signal-'));
  const session = openSqliteSession(folder);
  onTestFinished(() => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return session.signal;
}

/** The long-lived keys of an installation. */
export function createKeys(registrationId = 4711) {
  const identity = curve.generateKeyPair();
  const keyPair = curve.generateKeyPair();
  const signature = curve.sign(identity.private, withKeyType(keyPair.public));
  return { identity, registrationId, signedPreKey: { keyId: 1, keyPair, signature } };
}

/** One side of a conversation, as it is in a device of ours. */
export class Party {
  sessions!: Sessions;
  senderKeys!: SenderKeys;
  readonly identityChanges: string[] = [];
  readonly duplicates: Uint8Array[] = [];
  #lastPreKey = 0;

  constructor(
    readonly store = temporarySignalStore(),
    public keys = createKeys(),
  ) {
    this.restart();
  }

  /** Goes on with what is stored, as after a crash: whatever was only in memory is lost. */
  restart(store = this.store): void {
    const own = {
      identity: () => this.keys.identity,
      registrationId: () => this.keys.registrationId,
      signedPreKey: () => this.keys.signedPreKey,
    };
    const onDuplicate = (hash: Uint8Array) => this.duplicates.push(hash);
    const options = { bridge, store, own, turns: new Turns(), onDuplicate };
    const onIdentityChange = (address: string) => this.identityChanges.push(address);
    this.sessions = new Sessions({ ...options, onIdentityChange });
    this.senderKeys = new SenderKeys(options);
  }

  /** What a message said has been stored elsewhere: it need not be recalled. */
  settle(ciphertext: Uint8Array): void {
    this.store.plaintexts.settle(hashOf(ciphertext));
  }

  /** Keys for somebody who wants to begin a session; the one-time key in it is good once. */
  bundle(): Bundle {
    const id = ++this.#lastPreKey;
    const preKey = curve.generateKeyPair();
    this.store.preKeys.put(id, preKey);
    return bundleOf(this.keys, { keyId: id, publicKey: withKeyType(preKey.public) });
  }
}

export function bundleOf(keys: ReturnType<typeof createKeys>, preKey: Bundle['preKey']): Bundle {
  const { keyId, keyPair, signature } = keys.signedPreKey;
  return {
    registrationId: keys.registrationId,
    identityKey: withKeyType(keys.identity.public),
    signedPreKey: { keyId, publicKey: withKeyType(keyPair.public), signature },
    preKey,
  };
}

export interface Ciphertext {
  type: CiphertextType;
  ciphertext: Uint8Array;
}

/** The other side on the library that WhatsApp clients in JavaScript used so far. It knows one peer. */
export class LibsignalParty {
  readonly keys = createKeys(815);
  readonly #preKey = curve.generateKeyPair();
  #record: libsignal.SessionRecord | undefined;
  readonly #address = new libsignal.ProtocolAddress('peer', 0);

  bundle(): Bundle {
    return bundleOf(this.keys, { keyId: 77, publicKey: withKeyType(this.#preKey.public) });
  }

  async begin(bundle: Bundle): Promise<void> {
    const session = bundle as Parameters<libsignal.SessionBuilder['initOutgoing']>[0];
    await new libsignal.SessionBuilder(this.#storage(), this.#address).initOutgoing(session);
  }

  async encrypt(text: string): Promise<Ciphertext> {
    const { type, body } = await this.#cipher().encrypt(Buffer.from(text));
    return { type: type === 3 ? 'pkmsg' : 'msg', ciphertext: Buffer.from(body as unknown as Uint8Array) };
  }

  async decrypt({ type, ciphertext }: Ciphertext): Promise<string> {
    const message = Buffer.from(ciphertext);
    const cipher = this.#cipher();
    const plaintext =
      type === 'pkmsg'
        ? await cipher.decryptPreKeyWhisperMessage(message)
        : await cipher.decryptWhisperMessage(message);
    return plaintext.toString();
  }

  #cipher(): libsignal.SessionCipher {
    return new libsignal.SessionCipher(this.#storage(), this.#address);
  }

  #storage(): libsignal.SignalStorage {
    const signalPair = (pair: Parameters<typeof cipherKeyPair>[0]) => {
      const { pubKey, privKey } = cipherKeyPair(pair);
      return { pubKey: Buffer.from(pubKey), privKey: Buffer.from(privKey) };
    };
    return {
      loadSession: async () => this.#record,
      storeSession: async (_address, record) => {
        this.#record = record;
      },
      isTrustedIdentity: () => true,
      loadPreKey: async () => signalPair(this.#preKey),
      removePreKey: () => undefined,
      loadSignedPreKey: () => signalPair(this.keys.signedPreKey.keyPair),
      getOurRegistrationId: () => this.keys.registrationId,
      getOurIdentity: () => signalPair(this.keys.identity),
    };
  }
}
