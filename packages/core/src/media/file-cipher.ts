import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

/** How much is sealed at once: what has to be read to get at any byte of a file. */
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;

/** Seals a content for the disk, chunk by chunk: AES-256-GCM under a key that no other file has. */
export class FileSealer {
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #length = 0;
  #index = 0;

  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  /** Takes any number of bytes; gives what is to be written of each chunk that is complete. */
  *add(bytes: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      // The last chunk is told apart: a full one is sealed only when more follows.
      if (this.#length === CHUNK_BYTES) yield* this.#seal(false);
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#length);
      this.#chunk.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
    }
  }

  /** What is to be written of the last chunk. */
  end(): Generator<Buffer> {
    return this.#seal(true);
  }

  *#seal(isLast: boolean): Generator<Buffer> {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#index, isLast));
    const sealed = cipher.update(this.#chunk.subarray(0, this.#length));
    cipher.final();
    this.#index += 1;
    this.#length = 0;
    yield sealed;
    yield cipher.getAuthTag();
  }
}

/** Where a chunk is in the file, sealed. */
export function sealedRange(index: number, size: number): { at: number; length: number } {
  const at = index * SEALED_BYTES;
  return { at, length: Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES) + TAG_BYTES };
}

/** @throws Error when the chunk is not the one that was written there. */
export function openChunk(sealed: Buffer, key: KeyObject, index: number, isLast: boolean): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast));
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const chunk = cipher.update(sealed.subarray(0, -TAG_BYTES));
  cipher.final();
  return chunk;
}

/** The place of a chunk: chunks that were moved, left out or cut off do not open (the STREAM construction). */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
