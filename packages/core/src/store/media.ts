import type { MessageId } from '../types/ids.js';

/** A file of the media folder, and what is in it. */
export interface MediaFile {
  /** SHA-256 of the content, base64. */
  sha256: string;
  /** Its name in the media folder, which says nothing. */
  file: string;
  /** What it is encrypted with: 32 bytes of its own. */
  key: Uint8Array;
  sizeBytes: number;
}

/** Why an account has a content: for a message it received, say. */
export interface MediaUse {
  /** Names the use; the content is given back by it. */
  owner: string;
  /** It is still needed, so no limit takes it away. */
  isHeld: boolean;
}

/** The contents that one account has; the same content of two accounts is one file. */
export interface MediaRepository {
  /** Notes a new file and what it is for. The answer is what counts: the file given, or one with the same content. */
  put(file: MediaFile, use: MediaUse, at: number): MediaFile;
  /** Undefined for what only others have. */
  get(sha256: string): MediaFile | undefined;
  /** Notes another use of a content that the account has; undefined when it does not. */
  use(sha256: string, use: MediaUse, at: number): MediaFile | undefined;
  /** Ends a use, of all contents or of one. What nobody uses any more is pruned. */
  release(owner: string, sha256?: string): void;
  /** Leaves what a use holds to the limits. */
  unhold(owner: string): void;
}

/** The messages whose media is still to be fetched, without anybody asking for it. */
export interface WantedMediaRepository {
  put(id: MessageId): void;
  /** Those whose time has come, the first ones first. */
  getDue(now: number, limit: number): Array<{ id: MessageId; attempts: number }>;
  /** When the time of the next one comes. */
  nextAt(now: number): number | undefined;
  /** Notes an attempt that came to nothing, and when the next one may be made. */
  putBack(id: MessageId, notBefore: number): void;
  /** The time of each has come. */
  hurry(): void;
  delete(id: MessageId): void;
}

/** How much media may be kept; what was not used for longest goes first. */
export interface MediaLimits {
  count: number;
  bytes: number;
  /** What was last used before goes. */
  before: number;
}

/** All files of the media folder, whoever has them. */
export interface MediaFileRepository {
  has(file: string): boolean;
  getTotal(): { count: number; bytes: number };
  /** Forgets what nobody uses and what is beyond the limits, at the most so many files at once; their names. */
  prune(limits: MediaLimits, most: number): string[];
  /** Forgets a file that is not there. */
  forget(file: string): void;
}
