import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WharfError } from '@wharf/core';
import { z } from 'zod';
import { scopes } from '../scopes.js';
import type { Token } from './token.js';

const storedToken = z.object({
  id: z.string(),
  name: z.string().optional(),
  scopes: z.array(z.enum(scopes)),
  deviceIds: z.array(z.string()).optional(),
  createdAt: z.number(),
  hash: z.string(),
});
type StoredToken = Token & { hash: string };

/** How long a change that another process has made to the file may go unnoticed, such as a token that was taken away. */
const LOOK_AGAIN_MS = 1_000;

/**
 * The tokens of a gateway: a file beside its storage, with the hash of each secret and never the secret.
 *
 * A secret has 256 random bits, so a plain SHA-256 keeps it.
 */
export class Tokens {
  readonly #file: string;
  #byHash = new Map<string, StoredToken>();
  #readAt = 0;
  #version = '';

  /** @throws WharfError STORAGE_DAMAGED, STORAGE_NOT_WRITABLE */
  constructor(
    storage: string,
    private readonly now: () => number = Date.now,
  ) {
    this.#file = join(storage, 'gateway', 'tokens.json');
    this.#read();
  }

  /** Whether there is none yet, as at the first start. */
  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** The token with this secret. */
  find(secret: string): Token | undefined {
    if (this.now() - this.#readAt >= LOOK_AGAIN_MS) this.#read();
    const found = this.#byHash.get(hashOf(secret));
    return found && withoutHash(found);
  }

  list(): Token[] {
    this.#read();
    return [...this.#byHash.values()].map(withoutHash);
  }

  /** Makes a token. The secret is in the answer, and nowhere else. */
  create(options: Pick<Token, 'name' | 'scopes' | 'deviceIds'>): { token: Token; secret: string } {
    this.#read();
    const secret = `wharf_${randomBytes(32).toString('base64url')}`;
    const { name, scopes, deviceIds } = options;
    const token: Token = {
      id: randomBytes(6).toString('hex'),
      ...(name === undefined ? {} : { name }),
      scopes,
      ...(deviceIds === undefined ? {} : { deviceIds }),
      createdAt: this.now(),
    };
    const hash = hashOf(secret);
    this.#write([...this.#byHash.values(), { ...token, hash }]);
    return { token, secret };
  }

  /** Takes a token away: it is good for nothing from now on. @throws WharfError TOKEN_NOT_FOUND */
  revoke(id: string): void {
    this.#read();
    const kept = [...this.#byHash.values()].filter((token) => token.id !== id);
    if (kept.length === this.#byHash.size) throw new WharfError('TOKEN_NOT_FOUND');
    this.#write(kept);
  }

  #read(): void {
    this.#readAt = this.now();
    const found = statSync(this.#file, { throwIfNoEntry: false });
    const version = found ? `${found.ino} ${found.mtimeMs} ${found.size}` : '';
    if (version === this.#version) return;
    this.#version = version;
    this.#byHash = new Map(this.#stored().map((token) => [token.hash, token]));
  }

  #stored(): StoredToken[] {
    try {
      const stored = z.array(storedToken).parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return stored as StoredToken[];
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new WharfError('STORAGE_DAMAGED', { cause });
    }
  }

  /** The file is whole at every moment, and only its owner can read it. */
  #write(tokens: StoredToken[]): void {
    const next = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(next, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(next, this.#file);
    } catch (cause) {
      throw new WharfError('STORAGE_NOT_WRITABLE', { cause });
    }
    this.#read();
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const withoutHash = ({ hash: _, ...token }: StoredToken): Token => token;
