import { WharfError } from '../errors/errors.js';
import type { DeviceMedia } from '../media/device-media.js';
import type { TakenMedia } from '../media/prepare.js';
import { newMessageId } from '../outbox/message-id.js';
import type { Outbox } from '../outbox/outbox.js';
import { readOutgoing } from '../outbox/read-outgoing.js';
import { type MessageId, parseChat } from '../types/ids.js';
import { type MediaClaims, type MediaSource, sourceKeys } from '../types/media.js';
import type { OutboxItem, OutgoingMessage } from '../types/message.js';

/** In the place of a source, while all else of a message is checked. */
const ANY_FILE = { sha256: `${'A'.repeat(43)}=`, mimetype: 'application/octet-stream' };

/**
 * Has what is to be sent in the library before its message is queued: then it outlasts whatever it came from.
 *
 * Messages of one chat are queued in the order in which they were given, however long it takes to get their files.
 */
export class TakenInTurn {
  /** By chat: when the message before is queued, or never will be. */
  readonly #before = new Map<string, Promise<void>>();

  constructor(private readonly files: DeviceMedia) {}

  /** @throws WharfError what `Outbox.enqueue` throws; of the kind media, what is wrong with the source */
  enqueue(message: OutgoingMessage, now: Outbox, outbox: () => Outbox): Promise<OutboxItem> {
    const source = sourceIn(message);
    if (!source && this.#before.size === 0) return now.enqueue(message);
    const chat = parseChat(String(message.to ?? message.chat ?? ''));
    if (!chat) return Promise.reject(new WharfError('RECIPIENT_INVALID'));
    const queued = this.#enqueue(message, source, outbox, this.#before.get(chat));
    const ended = queued.then(
      () => undefined,
      () => undefined,
    );
    this.#before.set(chat, ended);
    void ended.then(() => this.#before.get(chat) === ended && this.#before.delete(chat));
    return queued;
  }

  async #enqueue(
    message: OutgoingMessage,
    source: Source | undefined,
    outbox: () => Outbox,
    before: Promise<void> | undefined,
  ): Promise<OutboxItem> {
    if (!source) {
      await before;
      return outbox().enqueue(message);
    }
    const known = message.idempotencyKey && outbox().findByKey(message.idempotencyKey);
    if (known) return known;
    // What is wrong with the rest is said before anything is fetched.
    readOutgoing({ content: { ...source.content, media: ANY_FILE } });
    const id = newMessageId();
    try {
      const taken = await this.files.take(source.from, { owner: id, isHeld: false }, source.claims);
      await before;
      const item = await outbox().enqueue(withFile(message, source.content, taken), id);
      // The same key was used meanwhile.
      if (item.messageId !== id) this.files.release(id);
      return item;
    } catch (error) {
      this.#release(id);
      throw error;
    }
  }

  #release(id: MessageId): void {
    try {
      this.files.release(id);
    } catch {
      // A storage that takes nothing: the limits take the file.
    }
  }
}

interface Source {
  content: { kind?: unknown };
  from: MediaSource;
  claims: MediaClaims;
}

/** Where the file of a message is to come from; undefined when it has none, or has it already. */
function sourceIn(message: OutgoingMessage): Source | undefined {
  const content = 'content' in message ? message.content : undefined;
  const media: unknown = content && typeof content === 'object' && 'media' in content && content.media;
  if (!content || !media || typeof media !== 'object') return undefined;
  if ('directPath' in media || 'sha256' in media || !sourceKeys.some((key) => key in media)) return undefined;
  const { fileName, mimetype, ...from } = media as MediaSource & MediaClaims;
  return { content, from: from as MediaSource, claims: { fileName, mimetype } };
}

function withFile(
  message: OutgoingMessage,
  content: Source['content'],
  { sha256, sizeBytes, mimetype, fileName }: TakenMedia,
): OutgoingMessage {
  const name = content.kind === 'document' && !('fileName' in content) && fileName ? { fileName } : {};
  const file = { ...content, ...name, media: { sha256, sizeBytes, mimetype } };
  return { ...message, content: file } as OutgoingMessage;
}
