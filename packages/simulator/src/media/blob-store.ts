import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** Why a path no longer leads to its blob. */
export type GoneStatus = 404 | 410;

/** Every path up to this generation leads nowhere any more. */
const expirySchema = z.object({
  generation: z.number().int(),
  status: z.union([z.literal(404), z.literal(410)]),
});
type Expiry = z.infer<typeof expirySchema>;

/** A blob on disk: its size, and a stream of any part of it. */
export interface Blob {
  byteLength: number;
  read(start: number, end: number): Readable;
}

const TOKEN = /^[\w-]{43}$/;
const PATH = /^\/v\/t62\.7118-24\/(\d{1,9})_([\w-]{43})\.enc$/;
const MAX_TOTAL_BYTES = 4 * 1024 ** 3;
const PART_LIFETIME_MS = 3_600_000;

/**
 * Encrypted blobs on disk, one file each, named by their hash.
 *
 * A path given out for a blob contains a generation. When it expires, older generations answer 404 or 410, while
 * the file stays as the copy the phone has: `renew` is the phone uploading it again.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #expiries = new Map<string, Expiry>();
  readonly #sizes = new Map<string, number>();
  readonly #arriving = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(folder)) this.#restore(file);
  }

  /** Whether a text can be the name of a blob: SHA-256 in URL-safe base64 without padding. */
  static isToken(text: string): boolean {
    return TOKEN.test(text);
  }

  has(token: string): boolean {
    return this.#sizes.has(token);
  }

  /**
   * Writes a blob as it streams in.
   *
   * @returns its name, or undefined if `expected` was given and the content has another hash.
   */
  async put(content: AsyncIterable<Uint8Array>, expected?: string): Promise<string | undefined> {
    // Two uploads of the same content at once must not write to one file.
    const isAlone = expected !== undefined && !this.#arriving.has(expected);
    const part = isAlone ? this.#part(expected) : this.#part(randomBytes(16).toString('hex'));
    if (isAlone) this.#arriving.add(expected);
    try {
      await rm(part, { force: true });
      await append(part, content);
      return await this.#finish(part, expected);
    } finally {
      if (isAlone) this.#arriving.delete(expected);
    }
  }

  /** How much of an interrupted upload is there; `complete` if nothing is missing. */
  async progress(token: string): Promise<number | 'complete'> {
    if (this.has(token)) return 'complete';
    return (await stat(this.#part(token)).catch(() => undefined))?.size ?? 0;
  }

  /** Goes on with an interrupted upload; undefined if it is not the rest of that blob. */
  async resume(
    token: string,
    offset: number,
    content: AsyncIterable<Uint8Array>,
  ): Promise<string | undefined> {
    if (this.#arriving.has(token) || (await this.progress(token)) !== offset) return undefined;
    await append(this.#part(token), content);
    return this.#finish(this.#part(token), token);
  }

  /** The path under which the blob can be fetched from now on. */
  path(token: string): string {
    return `/v/t62.7118-24/${(this.#expiries.get(token)?.generation ?? 0) + 1}_${token}.enc`;
  }

  /** The blob a path leads to, or why it leads nowhere. */
  find(path: string): Blob | GoneStatus {
    const [, generation, token = ''] = PATH.exec(path) ?? [];
    const expiry = this.#expiries.get(token);
    if (expiry && Number(generation) <= expiry.generation) return expiry.status;
    const byteLength = this.#sizes.get(token);
    if (byteLength === undefined) return 404;
    return { byteLength, read: (start, end) => createReadStream(join(this.#folder, token), { start, end }) };
  }

  /** Lets every path given out so far lead nowhere. @returns false if there is no such blob. */
  expire(token: string, status: GoneStatus): boolean {
    if (!this.has(token)) return false;
    const expiry = { generation: (this.#expiries.get(token)?.generation ?? 0) + 1, status };
    this.#expiries.set(token, expiry);
    writeFileSync(join(this.#folder, `${token}.expired`), JSON.stringify(expiry), { mode: 0o600 });
    return true;
  }

  /** Deletes the blob for good: the phone has no copy of it either. */
  async forget(token: string): Promise<void> {
    this.#sizes.delete(token);
    await rm(join(this.#folder, token), { force: true });
  }

  async #finish(part: string, expected: string | undefined): Promise<string | undefined> {
    const hash = createHash('sha256');
    let byteLength = 0;
    for await (const chunk of createReadStream(part) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      byteLength += chunk.length;
    }
    const token = hash.digest('base64url');
    if (byteLength === 0 || (expected !== undefined && token !== expected)) {
      await rm(part, { force: true });
      return undefined;
    }
    await rename(part, join(this.#folder, token));
    this.#sizes.delete(token);
    this.#sizes.set(token, byteLength);
    await this.#makeRoom();
    return token;
  }

  /** The oldest blobs go when the folder gets too large. */
  async #makeRoom(): Promise<void> {
    let total = 0;
    for (const size of this.#sizes.values()) total += size;
    for (const [token, size] of this.#sizes) {
      if (total <= MAX_TOTAL_BYTES) return;
      total -= size;
      await this.forget(token);
    }
  }

  #part(token: string): string {
    return join(this.#folder, `${token}.part`);
  }

  #restore(file: string): void {
    const path = join(this.#folder, file);
    if (TOKEN.test(file)) this.#sizes.set(file, statSync(path).size);
    else if (file.endsWith('.expired') && existsSync(path)) {
      const expiry = expirySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      if (expiry.success) this.#expiries.set(file.slice(0, -'.expired'.length), expiry.data);
    } else if (file.endsWith('.part') && statSync(path).mtimeMs < Date.now() - PART_LIFETIME_MS)
      void rm(path, { force: true });
  }
}

async function append(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(content, createWriteStream(path, { flags: 'a', mode: 0o600 }));
}
