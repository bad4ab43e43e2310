import { WharfError } from '../errors/errors.js';
import { DeviceMedia } from '../media/device-media.js';
import { saveAs } from '../media/save-as.js';
import type { OutboxMedia } from '../outbox/media.js';
import type { OutboxEntry, Scope, ScopedStore } from '../store/store.js';
import type { Content } from '../types/content.js';
import type { MessageId } from '../types/ids.js';
import { type MediaClaims, type MediaContent, type MediaSource, mediaTypes } from '../types/media.js';
import type { MediaSettings } from '../types/media-settings.js';
import type { Message, OutboxState } from '../types/message.js';
import type { MediaWire } from '../wire/media.js';
import { AutomaticDownloads } from './automatic-downloads.js';
import { OutgoingMedia } from './outgoing-media.js';
import type { DeviceSurroundings } from './surroundings.js';
import { TakenInTurn } from './taken-in-turn.js';

/** A file of the library, with what its message says of it. */
export interface DownloadedMedia extends MediaContent {
  mimetype: string;
  fileName?: string;
}

interface Host {
  /** The connection of the moment. */
  wire(): MediaWire | undefined;
  settings(): MediaSettings;
}

/** The media of the account that a device is linked to: what comes with its messages, and what goes with them. */
export class AccountMedia implements OutboxMedia {
  /** Has what is to be sent in the library before it is queued. */
  readonly intake: TakenInTurn;
  readonly #files: DeviceMedia;
  readonly #outgoing: OutgoingMedia;
  readonly #downloads: AutomaticDownloads;

  constructor(
    private readonly scope: Scope,
    private readonly around: DeviceSurroundings,
    private readonly host: Host,
  ) {
    this.#files = new DeviceMedia(around.media, this.#scoped.media, () => host.wire(), around);
    this.intake = new TakenInTurn(this.#files);
    this.#outgoing = new OutgoingMedia(this.#files, () => this.#scoped, around.store);
    this.#downloads = new AutomaticDownloads(scope, {
      ...around,
      isConnected: () => host.wire() !== undefined,
      fetch: (message) => this.#download(message, host.settings().maxBytes),
    });
  }

  hold(entry: OutboxEntry): void {
    this.#outgoing.hold(entry);
  }

  makeReady(entry: OutboxEntry) {
    return this.#outgoing.makeReady(entry);
  }

  settle(id: MessageId, state: OutboxState): void {
    this.#outgoing.settle(id, state);
  }

  resume(): void {
    this.#downloads.resume();
  }

  /** Whether the settings have the media of a message fetched by itself. What may be seen once is left to a person. */
  wants({ content }: Message): boolean {
    if (!('media' in content) || content.isViewOnce) return false;
    const { download, maxBytes, kinds } = this.host.settings();
    const { sizeBytes = 0 } = content.media;
    return download === 'automatic' && sizeBytes <= maxBytes && kinds.includes(content.kind);
  }

  /** A message that `wants` was said of is stored. */
  noteWanted(): void {
    this.#downloads.wake();
  }

  /**
   * Puts the media of a stored message into the library, unless it is there.
   *
   * @throws WharfError MESSAGE_NOT_FOUND, MESSAGE_WITHOUT_MEDIA, MEDIA_DOWNLOAD_OFF, what `DeviceMedia.download` throws
   */
  async download(id: MessageId): Promise<DownloadedMedia> {
    const message = this.#scoped.messages.get(id);
    if (!message) throw new WharfError('MESSAGE_NOT_FOUND');
    if (this.host.settings().download === 'off') {
      const kept = this.find(id);
      if (!kept) throw new WharfError('MEDIA_DOWNLOAD_OFF');
      return kept;
    }
    return this.#download(message);
  }

  /**
   * The media of a stored message, if the library has it.
   *
   * @throws WharfError MESSAGE_NOT_FOUND, MESSAGE_WITHOUT_MEDIA
   */
  find(id: MessageId): DownloadedMedia | undefined {
    const { messages, media } = this.#scoped;
    const message = messages.get(id);
    if (!message) throw new WharfError('MESSAGE_NOT_FOUND');
    const content = withMedia(message);
    const kept = media.get(content.media.sha256 ?? '');
    return kept && described(content, kept);
  }

  /**
   * Reads a file of the library, or its bytes from `start` up to and without `end`.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  read(sha256: string, start?: number, end?: number): AsyncGenerator<Buffer> {
    return this.#files.read(sha256, start, end);
  }

  /** Writes a file of the library to a path. @throws WharfError MEDIA_PATH_UNWRITABLE, MEDIA_NOT_STORED */
  save(sha256: string, path: string): Promise<void> {
    return saveAs(path, this.read(sha256), this.around.storage);
  }

  /** Keeps a file that is to be sent later. @throws WharfError what `DeviceMedia.take` throws */
  store(source: MediaSource, claims?: MediaClaims): Promise<DownloadedMedia> {
    return this.#files.take(source, { owner: 'stored', isHeld: false }, claims);
  }

  /** What the library has under this hash. */
  get(sha256: string): MediaContent | undefined {
    const file = this.#scoped.media.get(sha256);
    return file && { sha256: file.sha256, sizeBytes: file.sizeBytes };
  }

  /** A square JPEG of any picture. @throws WharfError what `DeviceMedia.picture` throws */
  picture(source: MediaSource): Promise<Uint8Array> {
    return this.#files.picture(source);
  }

  close(): void {
    this.#downloads.close();
    this.#files.close();
  }

  async #download(message: Message, maxBytes?: number): Promise<DownloadedMedia> {
    const content = withMedia(message);
    const { id, chat, isFromMe, isGroup, sender } = message;
    const kept = await this.#files.download(
      {
        reference: content.media,
        type: mediaTypes[content.kind],
        message: { id, chat, isFromMe, ...(isGroup ? { sender: sender.jid } : {}) },
      },
      { owner: id, isHeld: false },
      maxBytes,
    );
    return described(content, kept);
  }

  get #scoped(): ScopedStore {
    return this.around.store.forDevice(this.scope);
  }
}

type WithMedia = Extract<Content, { media: unknown }>;

function withMedia({ content }: Message): WithMedia {
  if (!('media' in content)) throw new WharfError('MESSAGE_WITHOUT_MEDIA');
  return content;
}

function described(content: WithMedia, { sha256, sizeBytes }: MediaContent): DownloadedMedia {
  const { fileName } = content.kind === 'document' ? content : {};
  return { sha256, sizeBytes, mimetype: content.media.mimetype, ...(fileName ? { fileName } : {}) };
}
