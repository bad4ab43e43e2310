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
