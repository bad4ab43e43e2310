import { createHash } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { bytesOf, childrenOf, type Stanza } from '../stanza/node.js';

/** Bytes behind the protobuf of a pairwise message, and of a group message: its authentication. */
const MAC_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Two different ciphertexts that were made with one and the same message key. */
export interface ReusedKey {
  /** The message that used the key first, and the one that used it again. */
  messages: [first: string, again: string];
  /** The key: `session <ratchet key> <counter>`, or `sender <group> <key id> <iteration>`. */
  key: string;
}

/**
 * The book of all message keys that clients have encrypted with.
 *
 * A key that is used for a second ciphertext gives both plaintexts away: a client that forgets how far its ratchet had
 * got does so. The same ciphertext again is no harm.
 */
export class CipherLedger {
  readonly reused: ReusedKey[] = [];
  readonly #used = new Map<string, { hash: string; message: string }>();

  /** How many keys have been used. */
  get size(): number {
    return this.#used.size;
  }

  /** Notes every ciphertext of a message as a client sent it. */
  note(message: Stanza): void {
    const { id = '', to = '' } = message.attrs;
    for (const encrypted of ciphertextsOf(message)) {
      const use = keyUseOf(encrypted, to);
      if (use) this.#note(id, use);
    }
  }

  #note(message: string, { key, ciphertext }: KeyUse): void {
    const hash = createHash('sha256').update(ciphertext).digest('base64');
    const first = this.#used.get(key);
    if (!first) this.#used.set(key, { hash, message });
    else if (first.hash !== hash) this.reused.push({ messages: [first.message, message], key });
  }
}

interface KeyUse {
  key: string;
  ciphertext: Uint8Array;
}

/** The part for everybody, and the parts for single devices. */
function ciphertextsOf(message: Stanza): Stanza[] {
  const single = childrenOf(message, 'participants').flatMap((participants) =>
    childrenOf(participants, 'to').flatMap((to) => childrenOf(to, 'enc')),
  );
  return [...childrenOf(message, 'enc'), ...single];
}

/** Which key a ciphertext was made with; undefined for bytes that are none. */
function keyUseOf(encrypted: Stanza, to: string): KeyUse | undefined {
  const { type } = encrypted.attrs;
  const body = bytesOf(encrypted) ?? Buffer.alloc(0);
  try {
    if (type === 'skmsg') return senderKeyUse(body, to);
    return sessionKeyUse(type === 'pkmsg' ? introducedBy(body) : body);
  } catch {
    return undefined;
  }
}

/** Ratchet keys are random: no two sessions share one. */
function sessionKeyUse(ciphertext: Uint8Array): KeyUse {
  const { ratchetKey, counter } = proto.SignalMessage.decode(ciphertext.subarray(1, -MAC_BYTES));
  const name = Buffer.from(ratchetKey ?? []).toString('base64');
  return { key: `session ${name} ${counter ?? 0}`, ciphertext };
}

/** The message proper inside one that begins a session. */
function introducedBy(body: Uint8Array): Uint8Array {
  return proto.PreKeySignalMessage.decode(body.subarray(1)).message ?? body;
}

/** The signature is left out: it differs each time a message is signed. */
function senderKeyUse(body: Uint8Array, group: string): KeyUse {
  const ciphertext = body.subarray(0, -SIGNATURE_BYTES);
  const { id, iteration } = proto.SenderKeyMessage.decode(ciphertext.subarray(1));
  return { key: `sender ${group} ${id ?? 0} ${iteration ?? 0}`, ciphertext };
}
