import { WharfError } from '../errors/errors.js';
import type { DeviceMedia } from '../media/device-media.js';
import type { PreparedMedia } from '../media/prepare.js';
import type { OutboxEntry, ScopedStore, Store } from '../store/store.js';
import { isChannelJid, type Jid, type MessageId } from '../types/ids.js';
import { mediaTypes } from '../types/media.js';
import type { OutboxState } from '../types/message.js';
import type { OutgoingContent, OutgoingMedia as WithMedia } from '../types/outgoing.js';

/**
 * The files of what is sent: held in the library while their messages are queued, and uploaded when it is their turn.
 *
 * Whatever happens in between, the next attempt finds the file in the library, or the upload in the content.
 */
export class OutgoingMedia {
  /** Uploads outlast the connection under which they began. */
  readonly #underWay = new Map<MessageId, Promise<OutgoingContent>>();

  constructor(
    private readonly files: DeviceMedia,
    private readonly scoped: () => ScopedStore,
    private readonly store: Store,
  ) {}

  /** @throws WharfError MEDIA_NOT_STORED */
  hold({ messageId, chat, content, queuedAt }: OutboxEntry): void {
    if (!hasMedia(content)) return;
    const { sha256 } = content.media;
    const kept = sha256 && this.scoped().media.use(sha256, { owner: messageId, isHeld: true }, queuedAt);
    if (!kept && !isUploaded(content, chat)) throw new WharfError('MEDIA_NOT_STORED');
  }

  async makeReady(entry: OutboxEntry): Promise<OutgoingContent> {
    const { messageId, chat, content } = entry;
    if (!hasMedia(content)) return content;
    const running = this.#underWay.get(messageId);
    if (running) return running;
    const isPublic = isChannelJid(chat);
    const ready = isUploaded(content, chat)
      ? this.#renew(messageId, content)
      : this.#upload(messageId, content, isPublic);
    this.#underWay.set(messageId, ready);
    return ready.finally(() => this.#underWay.delete(messageId));
  }

  settle(id: MessageId, state: OutboxState): void {
    const { media, messages } = this.scoped();
    // What was sent stays as long as its message, within the limits; what was not is of no use to anybody.
    if (state === 'sent' && messages.getDelivery(id) !== undefined) media.unhold(id);
    else media.release(id);
  }

  /** Uploads what the library has and WhatsApp has forgotten. */
  async #renew(id: MessageId, content: WithMedia): Promise<OutgoingContent> {
    const { media, kind } = content;
    // What everybody may read does not go away.
    if (media.handle !== undefined) return content;
    const { media: kept, rawMessages } = this.scoped();
    const file = media.sha256 === undefined ? undefined : kept.get(media.sha256);
    // What was written before is written again as it was.
    if (!file || rawMessages.get(id) || !(await this.files.isGone(media))) return content;
    const { sha256, sizeBytes } = file;
    const { mimetype } = media;
    const uploaded = await this.files.upload({ sha256, sizeBytes, mimetype }, mediaTypes[kind]);
    return this.#put(id, { ...content, media: { ...media, ...uploaded } });
  }

  async #upload(id: MessageId, content: WithMedia, isPublic: boolean): Promise<OutgoingContent> {
    // Those who read a channel have no keys.
    const { mediaKey: _, encSha256: __, mediaKeyAt: ___, ...media } = content.media;
    const { kind } = content;
    const file = this.scoped().media.get(media.sha256 ?? '');
    if (!file) throw new WharfError('MEDIA_NOT_STORED');
    const fileName = kind === 'document' ? content.fileName : undefined;
    const taken = await this.files.examine(file, { mimetype: media.mimetype, fileName });
    const prepared = await this.files.prepare(kind, taken, { owner: id, isHeld: true });
    const { sha256, sizeBytes, mimetype } = prepared;
    const uploaded = await this.files.upload({ sha256, sizeBytes, mimetype }, mediaTypes[kind], isPublic);
    return this.#put(id, described(content, { ...media, ...uploaded }, prepared), file.sha256);
  }

  /** Notes where the file is; what it was made of is not needed any more. */
  #put(id: MessageId, content: WithMedia, original = content.media.sha256): OutgoingContent {
    const { outbox, messages, media } = this.scoped();
    this.store.transaction(() => {
      outbox.putContent(id, content);
      messages.putContent(id, content);
      if (original !== content.media.sha256) media.release(id, original);
    });
    return content;
  }
}

export const hasMedia = (content: OutgoingContent): content is WithMedia => 'media' in content;

/** Whether it is where the recipients in a chat can read it. */
const isUploaded = ({ media }: WithMedia, chat: Jid): boolean =>
  media.directPath !== undefined && (isChannelJid(chat) ? media.handle : media.mediaKey) !== undefined;

/** The content with what was found out of its file; what the sender says of it stays. */
function described(
  content: WithMedia,
  uploaded: WithMedia['media'],
  { width, height, seconds, thumbnail, waveform }: PreparedMedia,
): WithMedia {
  const media = {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(seconds === undefined ? {} : { seconds: Math.max(1, Math.round(seconds)) }),
    ...(thumbnail ? { thumbnail: Buffer.from(thumbnail).toString('base64') } : {}),
    ...uploaded,
  };
  if (content.kind !== 'voice' || content.waveform !== undefined || !waveform) return { ...content, media };
  return { ...content, media, waveform: Buffer.from(waveform).toString('base64') };
}
