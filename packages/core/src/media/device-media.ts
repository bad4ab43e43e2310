import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { MediaRepository, MediaUse } from '../store/media.js';
import type { MediaReference } from '../types/content-parts.js';
import type { MediaClaims, MediaContent, MediaKind, MediaSource, MediaType } from '../types/media.js';
import type { Clock } from '../util/clock.js';
import { Slots } from '../util/slots.js';
import type { MediaWire } from '../wire/media.js';
import { toProfilePicture } from './convert/image.js';
import { type Download, isGone, openDownload } from './download.js';
import type { MediaLibrary } from './library.js';
import { type PreparedMedia, prepareMedia, type TakenMedia } from './prepare.js';
import { type OpenedSource, openSource } from './source/open-source.js';
import { loadIsPublic } from './source/public-address.js';
import { SNIFFED_BYTES, sniffType } from './source/sniff.js';
import { uploadMedia } from './upload.js';

/** How many files of a device are on their way at once, in either direction. */
const TRANSFERS = 3;

/** WhatsApp takes no more, and so sends no more. */
const MAX_BYTES = 2 * 1024 ** 3;

/** A picture of a profile is held in memory. */
const MAX_PICTURE_BYTES = 16 * 1024 ** 2;

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
    claim: MediaClaims = {},
    maxBytes = MAX_BYTES,
  ): Promise<TakenMedia> {
    const { content, ...said } = await this.#open(source, maxBytes);
    const kept = await this.library.put(this.account, content, use);
    return this.examine(kept, { ...said, ...defined(claim) });
  }

  /**
   * Tells what a content of the library is, by its bytes.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  async examine({ sha256, sizeBytes }: MediaContent, claim: MediaClaims): Promise<TakenMedia> {
    const start: Buffer[] = [];
    for await (const bytes of this.read(sha256, 0, Math.min(sizeBytes, SNIFFED_BYTES))) start.push(bytes);
    const mimetype = await sniffType(Buffer.concat(start), claim);
    return { sha256, sizeBytes, mimetype, ...(claim.fileName ? { fileName: claim.fileName } : {}) };
  }

  /**
   * Makes a picture for a profile or a group of any picture: a square JPEG.
   *
   * @throws WharfError those of `openSource`, MEDIA_SOURCE_UNREADABLE, MEDIA_EMPTY, MEDIA_CONVERSION_FAILED
   */
  async picture(source: MediaSource): Promise<Uint8Array> {
    const { content } = await this.#open(source, MAX_PICTURE_BYTES);
    return toProfilePicture(content);
  }

  /** Whether WhatsApp's servers say that they have the media no longer. What else they say is not known to be so. */
  async isGone(reference: MediaReference): Promise<boolean> {
    return isGone(reference, this.#connected(), this.#signal());
  }

  /**
   * Makes of a content what can be sent as a kind; where it must be converted, the result is another content of the same use.
   *
   * @throws WharfError those of `prepareMedia`
   */
  prepare(kind: MediaKind, taken: TakenMedia, use: MediaUse): Promise<PreparedMedia> {
    return prepareMedia(kind, taken, {
      read: (sha256, start, end) => this.read(sha256, start, end),
      put: (content) => this.library.put(this.account, content, use),
      signal: this.#signal(),
    });
  }

  /**
   * Uploads a content of the library, encrypted unless it is for everybody; what a message needs to refer to it.
   *
   * @throws WharfError MEDIA_NOT_STORED, MEDIA_UPLOAD_FAILED, MEDIA_TOO_LARGE, DEVICE_NOT_CONNECTED
   */
  async upload(
    content: MediaContent & { mimetype: string },
    type: MediaType,
    isPublic = false,
  ): Promise<MediaReference> {
    const open = () => this.read(content.sha256);
    const upload = () => uploadMedia({ content, type, isPublic, open }, this.#connected(), this.#signal());
    const uploaded = await this.#slots.run(upload);
    return isPublic ? uploaded : { ...uploaded, mediaKeyAt: this.around.clock.now() };
  }

  /**
   * Reads a content, or the bytes from `start` up to and without `end`.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  read(sha256: string, start?: number, end?: number): AsyncGenerator<Buffer> {
    return this.library.read(this.account, sha256, start, end);
  }

  /** Ends a use of contents, or of one of them. */
  release(owner: string, sha256?: string): void {
    this.account.release(owner, sha256);
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#closing.abort();
  }

  #fetch(download: Download, use: MediaUse, maxBytes: number): Promise<MediaContent> {
    const content = openDownload(download, this.#connected(), { maxBytes, signal: this.#signal() });
    return this.library.put(this.account, content, use, download.reference.sha256);
  }

  async #open(source: MediaSource, maxBytes: number): Promise<OpenedSource> {
    const { storage: forbiddenFolder, arePrivateAddressesAllowed } = this.around;
    const isAllowed = arePrivateAddressesAllowed ? () => true : await loadIsPublic();
    return openSource(source, { maxBytes, isAllowed, forbiddenFolder, signal: this.#signal() });
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

/** A claim that is not made must not hide another one. */
const defined = (claim: MediaClaims): MediaClaims =>
  Object.fromEntries(Object.entries(claim).filter(([, value]) => value !== undefined));
