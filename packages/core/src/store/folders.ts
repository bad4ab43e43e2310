import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WharfError } from '../errors/errors.js';

const SET_ASIDE = 'set-aside';

/** A session that is over is kept this long, for a person who wants to look into it. */
const SET_ASIDE_MS = 7 * 24 * 3_600_000;

/** Where the sessions live below the storage folder. Names are relative to it. */
export class SessionFolders {
  constructor(private readonly storage: string) {
    makeFolder(storage);
  }

  /** The full path of a folder. */
  path(name: string): string {
    return join(this.storage, name);
  }

  /** A name for a new session. It says nothing: a phone number or a name would be readable beside encrypted files. */
  newName(): string {
    return join('sessions', randomBytes(8).toString('hex'));
  }

  has(name: string): boolean {
    return existsSync(join(this.path(name), 'session.db'));
  }

  delete(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  /** Keeps a folder out of the way for a week. */
  setAside(name: string, at: number): void {
    if (!existsSync(this.path(name))) return;
    makeFolder(this.path(SET_ASIDE));
    renameSync(this.path(name), this.path(join(SET_ASIDE, `${at}-${basename(name)}`)));
  }

  /** Deletes what was set aside more than a week before `now`. */
  wipeSetAside(now: number): void {
    const folder = this.path(SET_ASIDE);
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      if (Number.parseInt(name, 10) < now - SET_ASIDE_MS) this.delete(join(SET_ASIDE, name));
    }
  }
}

/** Creates a folder, and those above it, that only its owner can read. */
export function makeFolder(folder: string): void {
  // Not by `recursive: true`: on a file system that answers ENOENT to every mkdir, such as /proc, Node.js never returns.
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if (!existsSync(folder)) throw new WharfError('STORAGE_NOT_WRITABLE', { cause });
  }
}
