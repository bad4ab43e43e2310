import { randomInt } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import {
  ProtocolAddress,
  SessionBuilder,
  SessionCipher,
  type SessionEntry,
  SessionRecord,
  type SignalStorage,
} from 'libsignal';
import { createKeyPair, type KeyPair, sign, withKeyType } from '../crypto/curve.js';
import type { Bundle } from './bundle.js';
import type { SignalState } from './state.js';

/** An encrypted message body and its kind: `pkmsg` starts a session, `msg` continues one. */
export interface Ciphertext {
  type: 'pkmsg' | 'msg';
  body: Buffer;
}

const MAX_PRE_KEYS = 500;
const MAX_CLOSED_SESSIONS = 20;
const MAX_CHAINS = 20;

/** Makes the keys of a new phone. */
export function createSignalState(): SignalState {
  const identity = createKeyPair();
  const pair = createKeyPair();
  return {
    registrationId: randomInt(1, 16_380),
    identity,
    signedPreKey: { id: 1, pair, signature: sign(identity.private, withKeyType(pair.public)) },
    preKeys: new Map(),
    nextPreKeyId: 1,
    sessions: new Map(),
  };
}

/**
 * The Signal protocol of one virtual phone: it hands out pre-keys, encrypts and decrypts.
 *
 * Addresses are texts of the caller's choice, one per peer device. A message that cannot be decrypted throws
 * and leaves the session exactly as it was: libsignal works on a copy that is kept only when it succeeds.
 */
export class SignalSide {
  readonly #state: SignalState;

  constructor(state: SignalState) {
    this.#state = state;
  }

  get identity(): KeyPair {
    return this.#state.identity;
  }

  get registrationId(): number {
    return this.#state.registrationId;
  }

  /** The keys for a peer that wants to start a session; each one-time pre-key is handed out once. */
  takeBundle(): Bundle {
    const { registrationId, identity, signedPreKey } = this.#state;
    const id = this.#state.nextPreKeyId++;
    const preKey = createKeyPair();
    this.#state.preKeys.set(id, preKey);
    this.#forgetUnusedPreKeys();
    return {
      registrationId,
      identity: identity.public,
      signedPreKey: {
        id: signedPreKey.id,
        public: signedPreKey.pair.public,
        signature: signedPreKey.signature,
      },
      preKey: { id, public: preKey.public },
    };
  }

  /** Whether a message to this address can be encrypted without a bundle. */
  hasSession(address: string): boolean {
    return this.#loadRecord(protocolAddress(address).toString()).haveOpenSession();
  }

  /** Starts a new session with a peer; an older one is kept for messages still under way. */
  async startSession(address: string, bundle: Bundle): Promise<void> {
    const { signedPreKey, preKey } = bundle;
    await new SessionBuilder(this.#storage(), protocolAddress(address)).initOutgoing({
      registrationId: bundle.registrationId,
      identityKey: withKeyType(bundle.identity),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: withKeyType(signedPreKey.public),
        signature: signedPreKey.signature,
      },
      // libsignal takes a bundle without a one-time key, its typings do not say so.
      preKey: (preKey && { keyId: preKey.id, publicKey: withKeyType(preKey.public) }) as never,
    });
  }

  async encrypt(address: string, plaintext: Uint8Array): Promise<Ciphertext> {
    const cipher = new QuietCipher(this.#storage(), protocolAddress(address));
    const { type, body } = await cipher.encrypt(Buffer.from(plaintext));
    return { type: type === 3 ? 'pkmsg' : 'msg', body: Buffer.from(body as unknown as Uint8Array) };
  }

  async decrypt(address: string, { type, body }: Ciphertext): Promise<Buffer> {
    if (type === 'msg') {
      return new QuietCipher(this.#storage(), protocolAddress(address)).decryptWhisperMessage(body);
    }
    const { baseKey } = proto.PreKeySignalMessage.decode(body.subarray(1));
    const replacedBy = baseKey ? Buffer.from(baseKey).toString('base64') : undefined;
    const cipher = new QuietCipher(this.#storage(replacedBy), protocolAddress(address));
    return cipher.decryptPreKeyWhisperMessage(body);
  }

  /** libsignal's view of our keys. `replacedBy`: the base key of a session that arrives and closes the open one. */
  #storage(replacedBy?: string): SignalStorage {
    const { identity, signedPreKey, preKeys, registrationId, sessions } = this.#state;
    return {
      loadSession: async (address) => {
        const record = this.#loadRecord(address);
        const open = replacedBy && !record.sessions[replacedBy] ? record.getOpenSession() : undefined;
        if (open) record.closeSession(open);
        return record;
      },
      storeSession: async (address, record) => {
        sessions.set(address, record.serialize());
      },
      isTrustedIdentity: () => true,
      loadPreKey: async (id) => {
        const pair = preKeys.get(Number(id));
        return pair && signalPair(pair);
      },
      removePreKey: (id) => {
        preKeys.delete(id);
      },
      loadSignedPreKey: () => signalPair(signedPreKey.pair),
      getOurRegistrationId: () => registrationId,
      getOurIdentity: () => signalPair(identity),
    };
  }

  #loadRecord(address: string): QuietRecord {
    const stored = this.#state.sessions.get(address);
    return stored ? (QuietRecord.deserialize(stored as Uint8Array) as QuietRecord) : new QuietRecord();
  }

  /** Pre-keys that were handed out and never used would pile up: the oldest go. */
  #forgetUnusedPreKeys(): void {
    const { preKeys } = this.#state;
    for (const id of preKeys.keys()) {
      if (preKeys.size <= MAX_PRE_KEYS) return;
      preKeys.delete(id);
    }
  }
}

/** libsignal prints a session, private keys included, whenever it closes one: this record does it silently. */
class QuietRecord extends SessionRecord {
  closeSession(session: SessionEntry): void {
    session.indexInfo.closed = Date.now();
  }

  removeOldSessions(): void {
    const closed = Object.entries(this.sessions)
      .filter(([, session]) => session.indexInfo.closed !== -1)
      .sort(([, a], [, b]) => b.indexInfo.closed - a.indexInfo.closed);
    for (const [baseKey] of closed.slice(MAX_CLOSED_SESSIONS)) delete this.sessions[baseKey];
    // libsignal keeps every chain it ever received on: a long chat would grow slower with each turn.
    for (const { _chains: chains } of Object.values(this.sessions)) {
      for (const key of Object.keys(chains).slice(0, -MAX_CHAINS)) delete chains[key];
    }
  }
}

/**
 * libsignal's cipher, mended: trying a message on a session that it does not belong to must not change that
 * session (libsignal steps its ratchet, after which the next genuine message is unreadable).
 */
class QuietCipher extends SessionCipher {
  override decryptWhisperMessage(message: Buffer): Promise<Buffer> {
    return this.queueJob(async () => {
      const record = await this.getRecord();
      const plaintext = await this.#tryEach(record.getSessions(), message);
      await this.storeRecord(record);
      return plaintext;
    });
  }

  async #tryEach(sessions: SessionEntry[], message: Buffer): Promise<Buffer> {
    let failure: unknown = new Error('There is no session with this device.');
    for (const session of sessions) {
      const untouched = session.serialize();
      try {
        const plaintext = await this.doDecryptWhisperMessage(message, session);
        session.indexInfo.used = Date.now();
        return plaintext;
      } catch (error) {
        failure = error;
        Object.assign(session, session.constructor.deserialize(untouched));
      }
    }
    throw failure;
  }
}

function protocolAddress(address: string): ProtocolAddress {
  // The device is part of the caller's text already; libsignal only wants a number.
  return new ProtocolAddress(address, 0);
}

function signalPair(pair: KeyPair): { pubKey: Buffer; privKey: Buffer } {
  return { pubKey: withKeyType(pair.public), privKey: pair.private };
}
