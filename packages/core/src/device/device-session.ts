import type { WharfError } from '../errors/errors.js';
import type { SessionFolders } from '../store/folders.js';
import type { OpenSession, SessionStore } from '../store/store.js';
import { closeCodeOf } from './storage-failure.js';

/** The session of one device on disk: which folder it is in, and the lock that makes it ours. */
export class DeviceSession {
  #open: SessionStore | undefined;

  constructor(
    private folderName: string,
    private readonly folders: SessionFolders,
    private readonly openStore: OpenSession,
    private readonly onFailure: (error: WharfError) => void,
  ) {}

  /** Relative to the storage folder. */
  get folder(): string {
    return this.folderName;
  }

  /** Something was stored here before. */
  get exists(): boolean {
    return this.folders.has(this.folderName);
  }

  /**
   * Takes the lock, once.
   *
   * @throws WharfError DEVICE_IN_USE
   */
  open(): SessionStore {
    this.#open ??= this.openStore(this.folders.path(this.folderName), this.onFailure);
    return this.#open;
  }

  /** Takes the lock to end what is here; a session that cannot be read is of no use to anybody, and is set aside all the same. */
  openToEnd(): void {
    try {
      this.open();
    } catch (error) {
      if (closeCodeOf(error) !== 'storage_damaged') throw error;
    }
  }

  /** Goes where another process has put the session. */
  follow(folder: string): void {
    if (!this.#open) this.folderName = folder;
  }

  /** Gives back the memory that it needs only at work. */
  rest(): void {
    this.#open?.rest();
  }

  /** Frees the lock. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  /** Deletes everything: the credentials of a pairing that came to nothing, or a device that is removed. */
  discard(): void {
    this.close();
    this.folders.delete(this.folderName);
  }

  /** Puts a session that is over out of the way; the next login begins a new one. */
  setAside(now: number): void {
    this.close();
    this.folders.setAside(this.folderName, now);
    this.folderName = this.folders.newName();
  }
}
