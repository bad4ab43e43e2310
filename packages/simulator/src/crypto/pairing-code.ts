import { createCipheriv, createDecipheriv, hkdfSync, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { agree, type KeyPair } from './curve.js';

const deriveKey = promisify(pbkdf2);

const ITERATIONS = 131_072;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const COUNTER_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const EMPTY = Buffer.alloc(0);

/** The length of a wrapped key: `salt | counter | key`. */
export const WRAPPED_KEY_BYTES = SALT_BYTES + COUNTER_BYTES + KEY_BYTES;

/** Hides an ephemeral public key from everybody who does not know the code. */
export async function wrapKey(code: string, publicKey: Buffer): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const counter = randomBytes(COUNTER_BYTES);
  return Buffer.concat([salt, counter, await applyCode(code, salt, counter, publicKey)]);
}

/** Recovers a wrapped key. With another code the result is another key: only the key bundle tells. */
export function unwrapKey(code: string, wrapped: Buffer): Promise<Buffer> {
  const salt = wrapped.subarray(0, SALT_BYTES);
  const counter = wrapped.subarray(SALT_BYTES, SALT_BYTES + COUNTER_BYTES);
  return applyCode(code, salt, counter, wrapped.subarray(SALT_BYTES + COUNTER_BYTES));
}

/** AES in counter mode is its own inverse. */
async function applyCode(code: string, salt: Buffer, counter: Buffer, data: Buffer): Promise<Buffer> {
  const key = await deriveKey(code, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const cipher = createCipheriv('aes-256-ctr', key, counter);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** The phone's part of pairing by code, from the two ephemeral keys to the secret both sides end up with. */
export class PrimarySide {
  readonly #identity: KeyPair;
  readonly #shared: Buffer;

  /**
   * @param identity the account's identity key.
   * @param ephemeral the phone's ephemeral key pair of this attempt.
   * @param companionEphemeral the client's ephemeral public key, unwrapped with the code.
   */
  constructor(identity: KeyPair, ephemeral: KeyPair, companionEphemeral: Buffer) {
    this.#identity = identity;
    this.#shared = agree(ephemeral.private, companionEphemeral);
  }

  /**
   * Opens the key bundle of companion_finish.
   *
   * @returns the client's identity key and the secret for pair-success; undefined if it was sealed under another
   * code or for another account.
   */
  open(bundle: Buffer): { identity: Buffer; advSecret: Buffer } | undefined {
    const opened = this.#decrypt(bundle);
    if (opened?.length !== 3 * KEY_BYTES) return undefined;
    const identity = opened.subarray(0, KEY_BYTES);
    const accountKey = opened.subarray(KEY_BYTES, 2 * KEY_BYTES);
    const random = opened.subarray(2 * KEY_BYTES);
    if (!accountKey.equals(this.#identity.public)) return undefined;
    const material = Buffer.concat([this.#shared, agree(this.#identity.private, identity), random]);
    return { identity, advSecret: expand(material, EMPTY, 'adv_secret') };
  }

  #decrypt(bundle: Buffer): Buffer | undefined {
    if (bundle.length < SALT_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
    const salt = bundle.subarray(0, SALT_BYTES);
    const nonce = bundle.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
    const key = expand(this.#shared, salt, 'link_code_pairing_key_bundle_encryption_key');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bundle.subarray(-TAG_BYTES));
    try {
      const sealed = bundle.subarray(SALT_BYTES + NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

function expand(material: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', material, salt, info, KEY_BYTES));
}
