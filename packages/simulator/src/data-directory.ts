import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AccountState, accountState, type ServerState, serverState } from './accounts/state.js';
import { createKeyPair } from './crypto/curve.js';
import { SimulatorError } from './errors.js';
import { type GroupState, groupState } from './groups/state.js';
import type { Logger } from './logger.js';
import { type NewsletterState, newsletterState } from './newsletters/state.js';

const SAVE_DELAY_MS = 200;
const SERVER_FILE = 'server.json';
const ACCOUNTS_FOLDER = 'accounts';
const GROUPS_FOLDER = 'groups';
const NEWSLETTERS_FOLDER = 'newsletters';
const MEDIA_FOLDER = 'media';

/** Makes the keys of a server that starts for the first time. */
export function createServerState(): ServerState {
  return { root: createKeyPair(), intermediate: createKeyPair(), noise: createKeyPair() };
}

/**
 * Keeps accounts and server keys in a folder: one file each, mode 0600, replaced as a whole.
 *
 * Changes are written a moment after they happen, several at once; `flush` writes what is still open.
 */
export class DataDirectory {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #changed = new Map<string, unknown>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @throws SimulatorError if the folder cannot be made. */
  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
    try {
      for (const name of [ACCOUNTS_FOLDER, GROUPS_FOLDER, NEWSLETTERS_FOLDER])
        mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
    } catch (error) {
      throw new SimulatorError(
        'DATA_DIRECTORY',
        500,
        `Cannot use ${folder} as the data directory: ${(error as Error).message}`,
      );
    }
  }

  /** The folder for attachments and the certificates of their host. */
  get mediaFolder(): string {
    return join(this.#folder, MEDIA_FOLDER);
  }

  /** The keys of the server, made and saved the first time. */
  loadServer(): ServerState {
    if (existsSync(join(this.#folder, SERVER_FILE))) return this.#read(SERVER_FILE, serverState);
    const state = createServerState();
    this.#save(SERVER_FILE, state);
    return state;
  }

  loadAccounts(): AccountState[] {
    return this.#readAll(ACCOUNTS_FOLDER, accountState);
  }

  loadGroups(): GroupState[] {
    return this.#readAll(GROUPS_FOLDER, groupState);
  }

  loadNewsletters(): NewsletterState[] {
    return this.#readAll(NEWSLETTERS_FOLDER, newsletterState);
  }

  /** Writes an account soon; the state is read when it is written, so later changes are in it too. */
  saveAccount(state: AccountState): void {
    this.#save(join(ACCOUNTS_FOLDER, `${state.phone}.json`), state);
  }

  /** Writes a group soon, as an account. */
  saveGroup(state: GroupState): void {
    this.#save(join(GROUPS_FOLDER, `${state.id}.json`), state);
  }

  /** Writes a newsletter soon, as an account. */
  saveNewsletter(state: NewsletterState): void {
    this.#save(join(NEWSLETTERS_FOLDER, `${state.id}.json`), state);
  }

  /** Writes everything that is still open; what cannot be written stays open, and the reason is logged. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeChanged());
    return this.#writing;
  }

  /** Writes everything and nothing after that: what happens to accounts from here on is lost. */
  async close(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #writeChanged(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [name, state] of changed) {
      try {
        await replaceFile(join(this.#folder, name), serialize(state));
      } catch (error) {
        if (!this.#changed.has(name)) this.#changed.set(name, state);
        this.#logger.warn(`Could not save ${name}: ${(error as Error).message}`);
      }
    }
  }

  #save(name: string, state: unknown): void {
    if (this.#isClosed) return;
    this.#changed.set(name, state);
    this.#timer ??= setTimeout(() => void this.flush(), SAVE_DELAY_MS);
  }

  #readAll<T>(folder: string, schema: z.ZodType<T>): T[] {
    const files = readdirSync(join(this.#folder, folder)).filter((name) => name.endsWith('.json'));
    return files.map((name) => this.#read(join(folder, name), schema));
  }

  #read<T>(name: string, schema: z.ZodType<T>): T {
    const path = join(this.#folder, name);
    try {
      return schema.parse(deserialize(readFileSync(path, 'utf8')));
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      throw new SimulatorError(
        'DATA_UNREADABLE',
        500,
        `Cannot read ${path}: ${reason} Move the data directory away to start anew.`,
      );
    }
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** JSON with the three things it lacks: bytes, maps and sets. */
function serialize(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, written: unknown) {
    const original = this[key]; // a Buffer's own toJSON has replaced it in `written`
    if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
    if (original instanceof Map) return { $map: [...original] };
    if (original instanceof Set) return { $set: [...original] };
    return written;
  });
}

function deserialize(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64');
    if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map as [unknown, unknown][]);
    if ('$set' in value && Array.isArray(value.$set)) return new Set(value.$set);
    return value;
  });
}
