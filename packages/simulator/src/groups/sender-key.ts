import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { z } from 'zod';
import { isSignedBy, withKeyType, withoutKeyType } from '../crypto/curve.js';
import { createSigningKey, signingKey, signWith } from '../crypto/signing-key.js';

/*
 * Signal's sender keys: one member's key for a group. The owner encrypts every message once, for all; the
 * others get the chain key and the signing key in a distribution message and turn the chain along with it.
 */

const bytes = z.instanceof(Buffer);

/** A sender key as its owner holds it. */
export const ownSenderKey = z.object({
  id: z.number().int(),
  iteration: z.number().int(),
  chainKey: bytes,
  signing: signingKey,
});
export type OwnSenderKey = z.infer<typeof ownSenderKey>;

/** A sender key as the other members hold it. */
export const knownSenderKey = z.object({
  id: z.number().int(),
  iteration: z.number().int(),
  chainKey: bytes,
  signingKey: bytes,
  /** Seeds of the messages that were overtaken by later ones, by iteration. */
  skipped: z.map(z.number().int(), bytes),
});
export type KnownSenderKey = z.infer<typeof knownSenderKey>;

/** Version 3, in both halves of the byte: the current one and the oldest that can read it. */
const VERSION = Buffer.of(0x33);
const SIGNATURE_BYTES = 64;
/** How far ahead of the last message a message may be, and how many overtaken ones are remembered. */
const MAX_SKIPPED = 2_000;

/** Makes a new sender key. */
export function createSenderKey(): OwnSenderKey {
  return { id: randomInt(1, 2 ** 31), iteration: 0, chainKey: randomBytes(32), signing: createSigningKey() };
}

/** The message that gives the key to others: with it they can read what is encrypted from now on. */
export function distributionMessage({ id, iteration, chainKey, signing }: OwnSenderKey): Buffer {
  const message = { id, iteration, chainKey, signingKey: withKeyType(signing.public) };
  return Buffer.concat([VERSION, proto.SenderKeyDistributionMessage.encode(message).finish()]);
}

/** Reads a distribution message; throws if it is not one. */
export function readDistributionMessage(distribution: Uint8Array): KnownSenderKey {
  const message = proto.SenderKeyDistributionMessage.decode(distribution.subarray(1));
  const { id, iteration, chainKey, signingKey } = message;
  if (id == null || iteration == null || chainKey?.length !== 32 || !signingKey)
    throw new Error('The distribution message is incomplete.');
  return {
    id,
    iteration,
    chainKey: Buffer.from(chainKey),
    signingKey: withoutKeyType(signingKey),
    skipped: new Map(),
  };
}

/** Encrypts a message for everybody who has the key, and turns the chain. */
export function encryptWithSenderKey(key: OwnSenderKey, plaintext: Uint8Array): Buffer {
  const { cipherKey, iv } = messageKey(step(key.chainKey, 1));
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const message = proto.SenderKeyMessage.encode({
    id: key.id,
    iteration: key.iteration,
    ciphertext,
  }).finish();
  const signed = Buffer.concat([VERSION, message]);
  key.chainKey = step(key.chainKey, 2);
  key.iteration += 1;
  return Buffer.concat([signed, signWith(key.signing, signed)]);
}

/** The id of the key that a message was encrypted with; throws if it is no such message. */
export function senderKeyIdOf(message: Uint8Array): number {
  return parse(message).id;
}

/**
 * Decrypts a message: the next one, one that overtook others, or one that was overtaken; each once.
 *
 * A message that cannot be decrypted throws and leaves the key as it was.
 */
export function decryptWithSenderKey(key: KnownSenderKey, message: Uint8Array): Buffer {
  const { signed, signature, iteration, ciphertext } = parse(message);
  if (!isSignedBy(key.signingKey, signed, signature)) throw new Error('The signature is not the sender’s.');
  if (iteration < key.iteration) {
    const seed = key.skipped.get(iteration);
    if (!seed) throw new Error(`Message ${iteration} was decrypted before.`);
    const plaintext = decipher(seed, ciphertext);
    key.skipped.delete(iteration);
    return plaintext;
  }
  if (iteration - key.iteration > MAX_SKIPPED) throw new Error(`Message ${iteration} is too far ahead.`);
  const skipped = new Map<number, Buffer>();
  let chainKey = key.chainKey;
  for (let passed = key.iteration; passed < iteration; passed += 1) {
    skipped.set(passed, step(chainKey, 1));
    chainKey = step(chainKey, 2);
  }
  const plaintext = decipher(step(chainKey, 1), ciphertext);
  for (const [passed, seed] of skipped) key.skipped.set(passed, seed);
  for (const oldest of key.skipped.keys()) {
    if (key.skipped.size <= MAX_SKIPPED) break;
    key.skipped.delete(oldest);
  }
  key.chainKey = step(chainKey, 2);
  key.iteration = iteration + 1;
  return plaintext;
}

function parse(message: Uint8Array) {
  if (message.length <= SIGNATURE_BYTES + 1) throw new Error('The message is too short.');
  const signed = message.subarray(0, -SIGNATURE_BYTES);
  const { id, iteration, ciphertext } = proto.SenderKeyMessage.decode(signed.subarray(1));
  if (id == null || iteration == null || !ciphertext) throw new Error('The message is incomplete.');
  return { id, iteration, ciphertext, signed, signature: message.subarray(-SIGNATURE_BYTES) };
}

/** Turns a chain key: 1 gives the seed of this message, 2 the next chain key. */
function step(chainKey: Buffer, constant: 1 | 2): Buffer {
  return createHmac('sha256', chainKey).update(Buffer.of(constant)).digest();
}

function messageKey(seed: Buffer): { iv: Buffer; cipherKey: Buffer } {
  const derived = Buffer.from(hkdfSync('sha256', seed, Buffer.alloc(32), 'WhisperGroup', 48));
  return { iv: derived.subarray(0, 16), cipherKey: derived.subarray(16) };
}

function decipher(seed: Buffer, ciphertext: Uint8Array): Buffer {
  const { cipherKey, iv } = messageKey(seed);
  const cipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}
