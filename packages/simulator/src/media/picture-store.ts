import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Blob } from './blob-store.js';

const PATH = /^\/v\/t61\.24694-24\/(\d{1,20})\.jpg$/;
const MAX_PICTURES = 5_000;

/** Profile pictures on disk, which are not encrypted; each is named by a number made of its content. */
export class PictureStore {
  readonly #folder: string;
  readonly #ids: Set<string>;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#ids = new Set(readdirSync(folder));
  }

  /** Keeps a picture and returns its id. */
  put(picture: Uint8Array): string {
    const id = String(createHash('sha256').update(picture).digest().readBigUInt64BE());
    writeFileSync(join(this.#folder, id), picture, { mode: 0o600 });
    this.#ids.delete(id);
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MAX_PICTURES) break;
      this.#ids.delete(oldest);
      rmSync(join(this.#folder, oldest), { force: true });
    }
    return id;
  }

  /** The path under which a picture can be fetched. */
  path(id: string): string {
    return `/v/t61.24694-24/${id}.jpg`;
  }

  /** The picture a path leads to. */
  find(path: string): Blob | undefined {
    const id = PATH.exec(path)?.[1];
    if (!id || !this.#ids.has(id)) return undefined;
    const bytes = readFileSync(join(this.#folder, id));
    return {
      byteLength: bytes.length,
      read: (start, end) => Readable.from([bytes.subarray(start, end + 1)]),
    };
  }
}
