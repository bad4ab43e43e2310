import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { MediaRepository, MediaUse } from '../store/media.js';
import type { MediaReference } from '../types/content-parts.js';
import type { MediaContent, MediaKind, MediaSource, MediaType } from '../types/media.js';
import type { Clock } from '../util/clock.js';
import { Slots } from '../util/slots.js';
import type { MediaWire } from '../wire/media.js';
import { type Download, openDownload } from './download.js';
import type { MediaLibrary } from './library.js';
import { type PreparedMedia, prepareMedia, type TakenMedia } from './prepare.js';
import { openSource } from './source/open-source.js';
import { loadIsPublic } from './source/public-address.js';
import { SNIFFED_BYTES, sniffType } from './source/sniff.js';
import { uploadMedia } from './upload.js';

/** How many files of a device are on their way at once, in either direction. */
const TRANSFERS = 3;

/** WhatsApp takes no more, and so sends no more. */
const MAX_BYTES = 2 * 1024 ** 3;

export interface MediaSurroundings {
  clock: Clock;
  /** The storage folder. Nothing in it can be sent. */
  storage: string;
  /** URLs may lead to this machine and its network. */
  arePrivateAddressesAllowed: boolean;
}

/** The media of one device and account: between the library and WhatsApp. */
export class DeviceMedia {
  readonly #slots = new Slots(TRANSFERS);
  /** By hash: who wants what is on its way already waits for it. */
  readonly #underWay = new Map<string, Promise<MediaContent>>();
  readonly #closing = new AbortController();

  constructor(
    private readonly library: MediaLibrary,
    private readonly account: MediaRepository,
    /** The connection of the moment. */
    private readonly wire: () => MediaWire | undefined,
    private readonly around: MediaSurroundings,
  ) {}

  /**
   * Puts the media of a message into the library, unless it is there; what is there needs no connection.
   *
   * @throws WharfError MEDIA_EXPIRED, MEDIA_DOWNLOAD_FAILED, MEDIA_TOO_LARGE, MEDIA_CORRUPT, DEVICE_NOT_CONNECTED, one of kind storage
   */
  async download(download: Download, use: MediaUse, maxBytes = MAX_BYTES): Promise<MediaContent> {
    const { sha256, directPath = '' } = download.reference;
    const name = sha256 ?? directPath;
    for (;;) {
      const kept = sha256 && this.account.use(sha256, use, this.around.clock.now());
      if (kept) return { sha256: kept.sha256, sizeBytes: kept.sizeBytes };
      const underWay = this.#underWay.get(name);
      if (!underWay) break;
      await underWay;
    }
    const fetched = this.#slots.run(() => this.#fetch(download, use, maxBytes));
    this.#underWay.set(name, fetched);
    return fetched.finally(() => this.#underWay.delete(name));
  }

  /**
   * Puts what is to be sent into the library, from wherever it is, and tells what it is by its bytes.
   *
   * @param claim what the caller says of it: its name, and its type where the bytes leave that open
   * @throws WharfError those of `openSource`, MEDIA_SOURCE_UNREADABLE, MEDIA_EMPTY, one of kind storage
   */
  async take(
    source: MediaSource,
    use: MediaUse,
    claim: { fileName?: string; mimetype?: string } = {},
    maxBytes = MAX_BYTES,
  ): Promise<TakenMedia> {
    const { storage: forbiddenFolder, arePrivateAddressesAllowed } = this.around;
    const isAllowed = arePrivateAddressesAllowed ? () => true : await loadIsPublic();
    const rules = { maxBytes, isAllowed, forbiddenFolder, signal: this.#signal() };
    const { content, ...said } = await openSource(source, rules);
    const kept = await this.library.put(this.account, content, use);
    const start: Buffer[] = [];
    for await (const bytes of this.read(kept.sha256, 0, Math.min(kept.sizeBytes, SNIFFED_BYTES)))
      start.push(bytes);
    const claims = { ...said, ...claim };
    const mimetype = await sniffType(Buffer.concat(start), claims);
    return { ...kept, mimetype, ...(claims.fileName ? { fileName: claims.fileName } : {}) };
  }

  /**
   * Makes of a content what can be sent as a kind; where it must be converted, the result takes its place.
   *
   * @throws WharfError those of `prepareMedia`
   */
  prepare(kind: MediaKind, taken: TakenMedia, use: MediaUse): Promise<PreparedMedia> {
    return prepareMedia(kind, taken, {
      read: (sha256) => this.read(sha256),
      replace: async (original, content) => {
        const made = await this.library.put(this.account, content, use);
        if (made.sha256 !== original.sha256) this.account.release(use.owner, original.sha256);
        return made;
      },
      signal: this.#signal(),
    });
  }

  /**
   * Uploads a content of the library; what a message needs to refer to it.
   *
   * @throws WharfError MEDIA_NOT_STORED, MEDIA_UPLOAD_FAILED, MEDIA_TOO_LARGE, DEVICE_NOT_CONNECTED
   */
  async upload(content: MediaContent & { mimetype: string }, type: MediaType): Promise<MediaReference> {
    const open = () => this.read(content.sha256);
    const upload = () => uploadMedia({ content, type, open }, this.#connected(), this.#signal());
    return { ...(await this.#slots.run(upload)), mediaKeyAt: this.around.clock.now() };
  }

  /**
   * Reads a content, or the bytes from `start` up to and without `end`.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  read(sha256: string, start?: number, end?: number): AsyncGenerator<Buffer> {
    return this.library.read(this.account, sha256, start, end);
  }

  /** Ends a use of contents: the message was deleted, or has gone out. */
  release(owner: string): void {
    this.account.release(owner);
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#closing.abort();
  }

  #fetch(download: Download, use: MediaUse, maxBytes: number): Promise<MediaContent> {
    const content = openDownload(download, this.#connected(), { maxBytes, signal: this.#signal() });
    return this.library.put(this.account, content, use, download.reference.sha256);
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#closing.signal, AbortSignal.timeout(bounds.mediaTransferMs)]);
  }

  #connected(): MediaWire {
    const wire = this.wire();
    if (!wire) throw new WharfError('DEVICE_NOT_CONNECTED');
    return wire;
  }
}
