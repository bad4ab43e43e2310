import { createCipheriv, createDecipheriv } from 'node:crypto';

/** How much is sealed at once: what has to be read to get at any byte of a file. */
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;

/** Seals a content for the disk, chunk by chunk: AES-256-GCM under a key that no other file has. */
export class FileSealer {
  #held: Buffer = Buffer.alloc(0);
  #index = 0;

  constructor(private readonly key: Uint8Array) {}

  /** Takes any number of bytes; gives the chunks that are complete. */
  add(bytes: Uint8Array): Buffer[] {
    const all = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : Buffer.from(bytes);
    const sealed: Buffer[] = [];
    let at = 0;
    // The last chunk is told apart, so one is always held back.
    for (; all.length - at > CHUNK_BYTES; at += CHUNK_BYTES) {
      sealed.push(this.#seal(all.subarray(at, at + CHUNK_BYTES), false));
    }
    this.#held = all.subarray(at);
    return sealed;
  }

  /** The last chunk. */
  end(): Buffer {
    return this.#seal(this.#held, true);
  }

  #seal(chunk: Uint8Array, isLast: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonceOf(this.#index, isLast));
    this.#index += 1;
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Where a chunk is in the file, sealed. */
export function sealedRange(index: number, size: number): { at: number; length: number } {
  const at = index * SEALED_BYTES;
  return { at, length: Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES) + TAG_BYTES };
}

/** @throws Error when the chunk is not the one that was written there. */
export function openChunk(sealed: Buffer, key: Uint8Array, index: number, isLast: boolean): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast));
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
}

/** The place of a chunk: chunks that were moved, left out or cut off do not open (the STREAM construction). */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
