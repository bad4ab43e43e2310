import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WharfError } from '@wharf/core';
import { z } from 'zod';

export const auditEntry = z.object({
  /** Epoch milliseconds. */
  at: z.number(),
  /** The ID of the token; `none` for a request without one that is good. */
  token: z.string(),
  /** What was asked for, as the route is written: `DELETE /devices/:id`. */
  action: z.string(),
  device: z.string().optional(),
  /** The HTTP status it ended with. */
  status: z.number(),
});
export type AuditEntry = z.output<typeof auditEntry>;

/** The log takes at the most about twice as much: this file, and the one before. */
const MAX_BYTES = 10 * 1024 ** 2;

/** Who changed what about devices, tokens and webhooks: lines of JSON beside the storage. No numbers, no texts. */
export class AuditLog {
  readonly #file: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(storage: string) {
    this.#file = join(storage, 'gateway', 'audit.jsonl');
  }

  /** Resolves when the entry is written. @throws WharfError STORAGE_NOT_WRITABLE */
  append(entry: AuditEntry): Promise<void> {
    const written = this.#writing.then(() => this.#write(entry));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** The latest entries, the newest first. */
  async read(limit: number): Promise<AuditEntry[]> {
    const texts = await Promise.all([this.#text(this.#older), this.#text(this.#file)]);
    // A line that was being written when the power failed is none.
    const entries = texts
      .join('')
      .split('\n')
      .flatMap((line) => auditEntry.safeParse(parsed(line)).data ?? []);
    return entries.slice(-limit).reverse();
  }

  async #write(entry: AuditEntry): Promise<void> {
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      const { size } = await stat(this.#file).catch(() => ({ size: 0 }));
      if (size > MAX_BYTES) await rename(this.#file, this.#older);
      await appendFile(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw new WharfError('STORAGE_NOT_WRITABLE', { cause });
    }
  }

  #text(file: string): Promise<string> {
    return readFile(file, 'utf8').catch(() => '');
  }

  get #older(): string {
    return `${this.#file}.1`;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
