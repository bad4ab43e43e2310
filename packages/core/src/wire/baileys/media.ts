import type { AuthenticationCreds, BaileysEventMap, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../bounds.js';
import { WharfError } from '../../errors/errors.js';
import type { Clock } from '../../util/clock.js';
import { withDeadline } from '../../util/deadline.js';
import type { MediaHosts, MediaMessage, MediaWire } from '../media.js';
import type { Baileys } from './load.js';

type MediaUpdate = BaileysEventMap['messages.media-update'][number];

/** What the phone answers when it has lost the media, too: as Baileys puts `NOT_FOUND` of a mediaretry. */
const NOT_FOUND = 404;

/** Media by way of a Baileys socket. */
export class BaileysMedia implements MediaWire {
  #hosts: { found: MediaHosts; until: number } | undefined;

  constructor(
    private readonly baileys: Baileys,
    private readonly socket: WASocket,
    private readonly creds: AuthenticationCreds,
    private readonly clock: Clock,
  ) {}

  /** Not by `refreshMediaConn`: once a query has failed, it gives that failure for ever. */
  async hosts(isAnew = false): Promise<MediaHosts> {
    const known = this.#hosts;
    if (known && !isAnew && this.clock.now() < known.until) return known.found;
    const answer = await this.socket.query({
      tag: 'iq',
      attrs: { type: 'set', xmlns: 'w:m', to: '@s.whatsapp.net' },
      content: [{ tag: 'media_conn', attrs: {} }],
    });
    const { getBinaryNodeChild, getBinaryNodeChildren } = this.baileys;
    const node = getBinaryNodeChild(answer, 'media_conn');
    const hosts = getBinaryNodeChildren(node, 'host').flatMap(
      ({ attrs: { hostname, maxContentLengthBytes } }) =>
        hostname ? [{ hostname, maxBytes: Number(maxContentLengthBytes) || Number.POSITIVE_INFINITY }] : [],
    );
    const found = { hosts, auth: node?.attrs.auth ?? '' };
    this.#hosts = { found, until: this.clock.now() + (Number(node?.attrs.ttl) || 0) * 1_000 };
    return found;
  }

  /** Not by `updateMediaMessage`: it waits for a phone that is switched off until the connection ends. */
  async requestUpload({ id, chat, isFromMe, sender }: MediaMessage, mediaKey: Uint8Array): Promise<string> {
    const key = { id, remoteJid: chat, fromMe: isFromMe, ...(sender ? { participant: sender } : {}) };
    const request = this.baileys.encryptMediaRetryRequest(
      key,
      Buffer.from(mediaKey),
      this.creds.me?.id ?? '',
    );
    const { ev } = this.socket;
    let hear: (updates: MediaUpdate[]) => void = () => undefined;
    const answered = new Promise<MediaUpdate>((resolve) => {
      hear = (updates) => {
        const update = updates.find((candidate) => candidate.key.id === id);
        if (update) resolve(update);
      };
    });
    ev.on('messages.media-update', hear);
    try {
      await this.socket.sendNode(request);
      const update = await withDeadline(answered, bounds.mediaReuploadMs, () => {
        throw new WharfError('MEDIA_DOWNLOAD_FAILED', { details: { reason: 'phone_silent' } });
      });
      return this.#readAnswer(update, mediaKey, id);
    } finally {
      ev.off('messages.media-update', hear);
    }
  }

  #readAnswer({ media, error }: MediaUpdate, mediaKey: Uint8Array, id: string): string {
    const status = error?.output.statusCode;
    if (status === NOT_FOUND) throw new WharfError('MEDIA_EXPIRED', { cause: error });
    if (!media) throw new WharfError('MEDIA_DOWNLOAD_FAILED', { cause: error, details: { status } });
    const { SUCCESS, NOT_FOUND: LOST } = this.baileys.proto.MediaRetryNotification.ResultType;
    const { result, directPath } = this.baileys.decryptMediaRetryData(media, mediaKey, id);
    if (result === SUCCESS && directPath) return directPath;
    if (result === LOST) throw new WharfError('MEDIA_EXPIRED');
    throw new WharfError('MEDIA_DOWNLOAD_FAILED', { details: { reason: 'phone_failed' } });
  }
}
