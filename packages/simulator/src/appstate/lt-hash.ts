import { hkdfSync } from 'node:crypto';

const HASH_BYTES = 128;

/** The hash of an empty collection. */
export function emptyHash(): Buffer {
  return Buffer.alloc(HASH_BYTES);
}

/**
 * Adds and removes values of a set hash (LtHash16): 64 sums modulo 65,536, so that the order in which values
 * came and went leaves no trace and equal sets have equal hashes.
 */
export function changeHash(hash: Uint8Array, removed: Uint8Array[], added: Uint8Array[]): Buffer {
  const result = Buffer.from(hash);
  for (const value of removed) accumulate(result, value, -1);
  for (const value of added) accumulate(result, value, 1);
  return result;
}

function accumulate(hash: Buffer, value: Uint8Array, sign: 1 | -1): void {
  const expanded = Buffer.from(
    hkdfSync('sha256', value, Buffer.alloc(0), 'WhatsApp Patch Integrity', HASH_BYTES),
  );
  for (let offset = 0; offset < HASH_BYTES; offset += 2) {
    const sum = hash.readUInt16LE(offset) + sign * expanded.readUInt16LE(offset);
    hash.writeUInt16LE(sum & 0xffff, offset);
  }
}
