import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import { findChat } from '../messages/chat.js';
import { type ComposeContext, compose, withOptions } from '../messages/compose.js';
import { composeContext } from '../messages/compose-context.js';
import { type ContentInput, type MessageOptions, parseContent } from '../messages/content.js';
import {
  type Attachment,
  type AttachmentKind,
  attachmentMessage,
  blobTokenOf,
  illustrate,
} from './attachment.js';
import type { GoneStatus } from './blob-store.js';
import { decryptMedia, encryptMedia } from './cipher.js';
import type { MediaHost } from './media-host.js';

/** A file to send; like any message it may quote another, name people, disappear, or be seen once. */
export interface OutgoingAttachment extends MessageOptions {
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
  /** The album that it belongs to: the id of a message of the kind `album` in the same chat. */
  album?: string;
  /** What the file is a picture of: a product (`image`), or a text with the card of a link (`thumbnail-link`). */
  content?: ContentInput;
}

const MIMETYPES: Record<AttachmentKind, string> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  ptv: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
  'thumbnail-link': 'image/jpeg',
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
   * @throws SimulatorError 400 for a picture of a content that shows none, 404 if nobody has that address or if the
   * chat has no message that it quotes or whose album it belongs to.
   */
  async send(to: string, attachment: OutgoingAttachment): Promise<{ id: string }> {
    // Before anything is uploaded.
    const chat = findChat(this.#account, to);
    const context = composeContext(this.#account, chat);
    const frame = frameOf(attachment, context);
    const { data, kind, album } = attachment;
    const { ciphertext, secrets } = encryptMedia(data instanceof Uint8Array ? [data] : data, kind);
    const token = await this.#host.blobs.put(ciphertext);
    if (!token) throw new Error('Nothing was encrypted.');
    const directPath = this.#host.blobs.path(token);
    const file = { mimetype: MIMETYPES[kind], ...attachment };
    const uploaded = {
      ...secrets(),
      directPath,
      url: this.#host.url(directPath),
      fileEncSha256: Buffer.from(token, 'base64url'),
    };
    const message = frame ? illustrate(frame, file, uploaded) : attachmentMessage(file, uploaded);
    const whole = withOptions(message, attachment, context);
    const messageContextInfo = album === undefined ? undefined : inAlbum(context.keyOf(album));
    return this.#account.phoneDevice.sendMessage(
      to,
      messageContextInfo ? { ...whole, messageContextInfo } : whole,
    );
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

/** The message that a picture goes into; undefined for a file that stands by itself. */
function frameOf({ content, kind }: OutgoingAttachment, context: ComposeContext): proto.IMessage | undefined {
  const parsed = content === undefined ? undefined : parseContent(content);
  const isFit =
    kind === 'thumbnail-link'
      ? parsed?.kind === 'text' && parsed.preview !== undefined
      : parsed === undefined || (parsed.kind === 'product' && kind === 'image');
  if (!isFit)
    throw new SimulatorError(
      'CONTENT_INVALID',
      400,
      'Only a product has an image, and only a text with a preview a thumbnail-link: give that as the content.',
    );
  return parsed && compose(parsed, context);
}

function inAlbum(parentMessageKey: proto.IMessageKey): proto.IMessageContextInfo {
  const { MEDIA_ALBUM } = proto.MessageAssociation.AssociationType;
  return { messageAssociation: { associationType: MEDIA_ALBUM, parentMessageKey } };
}
