import { isWharfError, WharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { MediaFile, MediaFileRepository, MediaRepository, MediaUse } from '../store/media.js';
import type { MediaContent } from '../types/media.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { MediaFiles } from './files.js';

/** How much media a storage keeps. */
export interface LibraryLimits {
  maxCount: number;
  maxBytes: number;
  /** Since it was last put to a use. */
  maxAgeMs: number;
}

/** How many files are forgotten in one go. */
const SLICE = 100;

/** How often the library is brought within its limits. */
const TIDY_MS = 10 * 60_000;

/** The media of all devices of a storage: each content once, for as long as somebody uses it and the limits allow. */
export class MediaLibrary {
  #cancelTimer: () => void = () => undefined;
  #tidying: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    private readonly files: MediaFiles,
    private readonly repository: MediaFileRepository,
    private readonly around: { clock: Clock; logger: Logger },
    private readonly limits: LibraryLimits,
  ) {}

  /** Clears away what a dead process has left, and keeps to the limits from now on. */
  open(): void {
    this.#tidying = this.tidy().finally(() => {
      if (this.#isClosed) return;
      this.#cancelTimer = this.around.clock.after(TIDY_MS, () => this.open());
    });
  }

  /** Resolves when nothing is being deleted any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await this.#tidying;
  }

  /**
   * Keeps a content for an account, once it has been read to its end and has the hash it should have.
   *
   * @throws WharfError MEDIA_CORRUPT, STORAGE_FULL, STORAGE_NOT_WRITABLE; what `content` throws
   */
  async put(
    account: MediaRepository,
    content: AsyncIterable<Uint8Array>,
    use: MediaUse,
    sha256?: string,
  ): Promise<MediaContent> {
    const written = await this.files.write(content, sha256);
    let kept: MediaFile | undefined;
    try {
      kept = account.put(written, use, this.around.clock.now());
    } finally {
      // The content was there already, or could not be noted.
      if (kept?.file !== written.file) await this.files.delete(written.file);
    }
    return { sha256: written.sha256, sizeBytes: written.sizeBytes };
  }

  /**
   * Reads a content of an account, or the bytes from `start` up to and without `end`.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  async *read(
    account: MediaRepository,
    sha256: string,
    start?: number,
    end?: number,
  ): AsyncGenerator<Buffer> {
    const file = account.get(sha256);
    if (!file) throw new WharfError('MEDIA_NOT_STORED');
    try {
      yield* this.files.read(file, start, end);
    } catch (error) {
      // Somebody has deleted or damaged it: then it is fetched again.
      if (isWharfError(error) && error.code === 'MEDIA_NOT_STORED') this.repository.forget(file.file);
      throw error;
    }
  }

  /** How much is kept. */
  getTotal(): { count: number; bytes: number } {
    return this.repository.getTotal();
  }

  /** Brings the library within its limits, a slice at a time, and deletes what dead processes have left. */
  async tidy(): Promise<void> {
    try {
      while (!this.#isClosed) {
        const { maxCount: count, maxBytes: bytes, maxAgeMs } = this.limits;
        const before = this.around.clock.now() - maxAgeMs;
        const files = this.repository.prune({ count, bytes, before }, SLICE);
        for (const file of files) await this.files.delete(file);
        if (files.length < SLICE) break;
      }
      await this.files.sweep((file) => this.#isClosed || this.repository.has(file), Date.now());
    } catch (error) {
      // Nobody waits for it; the next time comes soon.
      this.around.logger.error(`The media library could not be tidied: ${loggable(error)}`);
    }
  }
}
