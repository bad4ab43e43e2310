import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { expandKey, indexMac, type Operation, SET, valueMac } from './keys.js';
import type { AppStateKey } from './state.js';

/** A change in the clear: what it is about (`['pin_v1', chat]`) and the new value. */
export interface Mutation {
  operation: Operation;
  index: string[];
  value: proto.ISyncActionValue;
  /** The version of the format of this kind of action, which some clients compare. */
  version: number;
}

/** A change as it travels: index as an HMAC, value encrypted with its MAC at the end. */
export interface SealedMutation {
  operation: Operation;
  indexMac: Buffer;
  value: Buffer;
  keyId: Buffer;
}

const MAC_BYTES = 32;
const IV_BYTES = 16;

/** The MAC at the end of a sealed value, which stands for it in the hash of the collection. */
export function macOf(value: Buffer): Buffer {
  return value.subarray(-MAC_BYTES);
}

/** Encrypts a mutation with an app-state key. */
export function sealMutation(
  { operation, index, value, version }: Mutation,
  key: AppStateKey,
): SealedMutation {
  const keys = expandKey(key.data);
  const indexBytes = Buffer.from(JSON.stringify(index));
  const content = proto.SyncActionData.encode({
    index: indexBytes,
    value,
    padding: randomBytes(1 + (indexBytes.length % 16)),
    version,
  }).finish();
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-cbc', keys.valueEncryption, iv);
  const encrypted = Buffer.concat([iv, cipher.update(content), cipher.final()]);
  const mac = valueMac(keys, operation, key.id, encrypted);
  return {
    operation,
    indexMac: indexMac(keys, indexBytes),
    value: Buffer.concat([encrypted, mac]),
    keyId: key.id,
  };
}

/** Checks both MACs of a mutation and decrypts it. @throws Error saying which check failed. */
export function openMutation(sealed: SealedMutation, key: AppStateKey): Mutation {
  const keys = expandKey(key.data);
  const encrypted = sealed.value.subarray(0, -MAC_BYTES);
  if (!valueMac(keys, sealed.operation, sealed.keyId, encrypted).equals(macOf(sealed.value)))
    throw new Error('the MAC of a value is wrong');
  const cipher = createDecipheriv('aes-256-cbc', keys.valueEncryption, encrypted.subarray(0, IV_BYTES));
  const content = Buffer.concat([cipher.update(encrypted.subarray(IV_BYTES)), cipher.final()]);
  const { index, value, version } = proto.SyncActionData.decode(content);
  if (!index || !indexMac(keys, index).equals(sealed.indexMac))
    throw new Error('the MAC of an index is wrong');
  return {
    operation: sealed.operation,
    index: (JSON.parse(Buffer.from(index).toString()) as unknown[]).map(String),
    value: value ?? {},
    version: version ?? 0,
  };
}

/** The mutations of an encoded patch; parts that are missing make it unreadable. @throws Error */
export function readMutations(mutations: proto.ISyncdMutation[]): SealedMutation[] {
  return mutations.map(({ operation, record }) => {
    const [index, value, keyId] = [record?.index?.blob, record?.value?.blob, record?.keyId?.id];
    if (!index || !value || !keyId || value.length <= MAC_BYTES + IV_BYTES)
      throw new Error('a mutation has no index, value or key');
    return {
      operation: operation ?? SET,
      indexMac: Buffer.from(index),
      value: Buffer.from(value),
      keyId: Buffer.from(keyId),
    };
  });
}

/** The mutation as a part of an encoded patch. */
export function writeMutation({ operation, indexMac, value, keyId }: SealedMutation): proto.ISyncdMutation {
  return { operation, record: { index: { blob: indexMac }, value: { blob: value }, keyId: { id: keyId } } };
}
