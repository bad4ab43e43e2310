import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import { findChat } from '../messages/chat.js';
import { type Attachment, type AttachmentKind, attachmentMessage, blobTokenOf } from './attachment.js';
import type { GoneStatus } from './blob-store.js';
import { decryptMedia, encryptMedia } from './cipher.js';
import type { MediaHost } from './media-host.js';

/** A file to send. */
export interface OutgoingAttachment {
  kind: AttachmentKind;
  /** The content, in memory or as a stream; a stream is never held in memory as a whole. */
  data: Uint8Array | AsyncIterable<Uint8Array>;
  /** Guessed from the kind if it is missing. */
  mimetype?: string;
  caption?: string;
  fileName?: string;
  /** Length of audio or video. */
  seconds?: number;
  width?: number;
  height?: number;
  /** A small JPEG that is shown until the content has been fetched. */
  thumbnail?: Uint8Array;
}

const MIMETYPES: Record<AttachmentKind, string> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};

/** The attachments in the chats of one virtual phone: it sends, fetches, loses and uploads them again. */
export class Attachments {
  readonly #account: Account;

  /** @internal Use `contact.attachments`. */
  constructor(account: Account) {
    this.#account = account;
  }

  /**
   * Encrypts a file, uploads it and sends it to a person or a group.
   *
   * @returns the id of the message.
   * @throws SimulatorError 404 if nobody has that address.
   */
  async send(to: string, attachment: OutgoingAttachment): Promise<{ id: string }> {
    // Before anything is uploaded.
    findChat(this.#account, to);
    const { data, kind } = attachment;
    const { ciphertext, secrets } = encryptMedia(data instanceof Uint8Array ? [data] : data, kind);
    const token = await this.#host.blobs.put(ciphertext);
    if (!token) throw new Error('Nothing was encrypted.');
    const directPath = this.#host.blobs.path(token);
    const content = attachmentMessage(
      { mimetype: MIMETYPES[kind], ...attachment },
      {
        ...secrets(),
        directPath,
        url: this.#host.url(directPath),
        fileEncSha256: Buffer.from(token, 'base64url'),
      },
    );
    return this.#account.phoneDevice.sendMessage(to, content);
  }

  /** What a message says about its attachment. @throws SimulatorError 404 if it has none. */
  describe(messageId: string): Attachment {
    const message = this.#account.state.messages.find(({ id }) => id === messageId);
    if (!message?.media)
      throw new SimulatorError(
        'ATTACHMENT_NOT_FOUND',
        404,
        `${this.#account.phone} shows no message ${messageId} with an attachment: list its messages to see what it has.`,
      );
    return message.media;
  }

  /**
   * Fetches and decrypts the attachment of a message, as a stream.
   *
   * @throws SimulatorError 404 if there is none, 410 if it has expired; Error at the end of the stream if it was
   * tampered with.
   */
  download(messageId: string): AsyncIterable<Buffer> {
    const { directPath, mediaKey, kind } = this.describe(messageId);
    const blob = this.#host.blobs.find(directPath);
    if (typeof blob === 'number')
      throw new SimulatorError(
        'ATTACHMENT_GONE',
        blob,
        'The media host no longer has that attachment: ask the sender for it again.',
      );
    return decryptMedia(blob.read(0, blob.byteLength - 1), Buffer.from(mediaKey, 'base64'), kind);
  }

  /**
   * Lets the media host forget an attachment: whoever fetches it sees 404 or 410 until the phone uploads it again.
   *
   * @param isLost whether the phone has lost it too, so that a request to upload it again fails.
   */
  async expire(messageId: string, { status = 410, isLost = false }: ExpireOptions = {}): Promise<void> {
    const token = blobTokenOf(this.describe(messageId));
    this.#host.blobs.expire(token, status);
    if (isLost) await this.#host.blobs.forget(token);
  }

  get #host(): MediaHost {
    const { media } = this.#account.directory;
    if (!media) throw new SimulatorError('NO_MEDIA', 503, 'This simulator has no media host.');
    return media;
  }
}

/** How an attachment disappears; see {@link Attachments.expire}. */
export interface ExpireOptions {
  status?: GoneStatus;
  isLost?: boolean;
}
