import { createHmac, hkdfSync } from 'node:crypto';

/** The keys that one app-state key expands to, each for one purpose. */
export interface MutationKeys {
  /** Hides what a mutation is about: its index is sent as an HMAC. */
  index: Buffer;
  valueEncryption: Buffer;
  valueMac: Buffer;
  snapshotMac: Buffer;
  patchMac: Buffer;
}

/** The operations a mutation can be; the numbers are those of the wire. */
export const SET = 0;
export const REMOVE = 1;
export type Operation = typeof SET | typeof REMOVE;

/** Expands the 32 bytes that the phone shares with its devices. */
export function expandKey(keyData: Uint8Array): MutationKeys {
  const expanded = Buffer.from(hkdfSync('sha256', keyData, Buffer.alloc(0), 'WhatsApp Mutation Keys', 160));
  const part = (number: number) => expanded.subarray(number * 32, (number + 1) * 32);
  return {
    index: part(0),
    valueEncryption: part(1),
    valueMac: part(2),
    snapshotMac: part(3),
    patchMac: part(4),
  };
}

/** The MAC of an encrypted value; it also covers the operation and the id of the key. */
export function valueMac(
  keys: MutationKeys,
  operation: Operation,
  keyId: Uint8Array,
  encrypted: Uint8Array,
): Buffer {
  const associated = Buffer.concat([Buffer.of(operation === SET ? 1 : 2), keyId]);
  return createHmac('sha512', keys.valueMac)
    .update(associated)
    .update(encrypted)
    .update(bigEndian64(associated.length))
    .digest()
    .subarray(0, 32);
}

/** The MAC of a whole collection at one version. */
export function snapshotMac(
  keys: MutationKeys,
  hash: Uint8Array,
  version: number,
  collection: string,
): Buffer {
  return createHmac('sha256', keys.snapshotMac)
    .update(hash)
    .update(bigEndian64(version))
    .update(collection)
    .digest();
}

/** The MAC of a patch: of the state it leads to and of every value in it. */
export function patchMac(
  keys: MutationKeys,
  snapshot: Uint8Array,
  valueMacs: Uint8Array[],
  version: number,
  collection: string,
): Buffer {
  const mac = createHmac('sha256', keys.patchMac).update(snapshot);
  for (const value of valueMacs) mac.update(value);
  return mac.update(bigEndian64(version)).update(collection).digest();
}

/** The HMAC under which a mutation's index is known to the server. */
export function indexMac(keys: MutationKeys, index: Uint8Array): Buffer {
  return createHmac('sha256', keys.index).update(index).digest();
}

function bigEndian64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
