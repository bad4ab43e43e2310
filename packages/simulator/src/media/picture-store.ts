import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Blob } from './blob-store.js';

const PATH = /^\/v\/t61\.24694-24\/([\w-]{43})\.jpg$/;
const MAX_PICTURES = 5_000;

/** Profile pictures on disk, which are not encrypted; each is named by its hash. */
export class PictureStore {
  readonly #folder: string;
  readonly #names: Set<string>;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#names = new Set(readdirSync(folder));
  }

  /** Keeps a picture and returns the path under which it can be fetched. */
  put(picture: Uint8Array): string {
    const name = createHash('sha256').update(picture).digest('base64url');
    writeFileSync(join(this.#folder, name), picture, { mode: 0o600 });
    this.#names.delete(name);
    this.#names.add(name);
    for (const oldest of this.#names) {
      if (this.#names.size <= MAX_PICTURES) break;
      this.#names.delete(oldest);
      rmSync(join(this.#folder, oldest), { force: true });
    }
    return `/v/t61.24694-24/${name}.jpg`;
  }

  /** The picture a path leads to. */
  find(path: string): Blob | undefined {
    const name = PATH.exec(path)?.[1];
    if (!name || !this.#names.has(name)) return undefined;
    const bytes = readFileSync(join(this.#folder, name));
    return {
      byteLength: bytes.length,
      read: (start, end) => Readable.from([bytes.subarray(start, end + 1)]),
    };
  }
}
