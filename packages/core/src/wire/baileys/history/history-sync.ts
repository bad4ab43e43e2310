import { pipeline } from 'node:stream';
import { createInflate } from 'node:zlib';
import type { proto, SignalKeyStore, WAMessage, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../../bounds.js';
import { isWharfError, WharfError } from '../../../errors/errors.js';
import type { SessionStore } from '../../../store/store.js';
import type { HistoryProgress, HistorySyncType } from '../../../types/history.js';
import type { HistorySettings } from '../../../types/history-settings.js';
import { bareJid, isLid } from '../../../types/ids.js';
import type { Person } from '../../../types/message.js';
import type { Clock } from '../../../util/clock.js';
import { withDeadline } from '../../../util/deadline.js';
import type { HistorySink } from '../../history.js';
import type { MediaWire } from '../../media.js';
import type { Baileys } from '../load.js';
import type { HistoryNotices } from './notices.js';
import { type PendingChunk, PendingChunks } from './pending-chunks.js';
import { otherAddress, readHistory } from './read-history.js';

const DAY_MS = 24 * 3_600_000;

/** How long a chunk that could not be fetched waits each time; then it is given up. Others wait behind it. */
const RETRY_MS = [1_000, 5_000];

interface Surroundings {
  baileys: Baileys;
  socket: WASocket;
  keys: SignalKeyStore;
  session: SessionStore;
  clock: Clock;
  media: MediaWire;
  sink: HistorySink;
  notices: HistoryNotices;
  own(): Person;
  /** What has come could not be stored. */
  onNotStored(error: unknown): void;
}

/** Nothing is taken where nobody takes it. */
export function openHistorySync({
  history,
  ...around
}: Omit<Surroundings, 'sink'> & { history?: HistorySink }): HistorySync | undefined {
  return history && new HistorySync({ ...around, sink: history });
}

/** Takes in what was before the device was linked: one chunk after the other, each until it is stored or given up. */
export class HistorySync {
  readonly #pending: PendingChunks;
  readonly #closing = new AbortController();
  readonly #asked = new Map<string, (progress: HistoryProgress) => void>();
  #isWorking = false;

  constructor(private readonly around: Surroundings) {
    this.#pending = new PendingChunks(around.session);
  }

  /** Keeps a message for later if it is a notice of history that is wanted. Then it may be confirmed. */
  take(raw: WAMessage): void {
    const { notices, sink, baileys } = this.around;
    const notice = notices.read(raw);
    if (!notice || !raw.key.id || !isWanted(syncTypeOf(notice), sink.settings)) return;
    const encoded = baileys.proto.Message.HistorySyncNotification.encode(notice).finish();
    this.#pending.put({
      id: raw.key.id,
      notice: Buffer.from(encoded).toString('base64'),
      failures: 0,
    });
    this.start();
  }

  /** Goes on where the last connection or process stopped. */
  start(): void {
    if (this.#isWorking || this.#closing.signal.aborted) return;
    this.#isWorking = true;
    this.#work()
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.around.onNotStored(error);
      })
      .finally(() => {
        this.#isWorking = false;
      });
  }

  /** The connection is over: what is left waits for the next one. */
  close(): void {
    this.#closing.abort();
  }

  /** Resolves when the answer to a request is stored. @throws WharfError HISTORY_UNANSWERED */
  answered(requestId: string): Promise<HistoryProgress> {
    const answer = new Promise<HistoryProgress>((resolve) => this.#asked.set(requestId, resolve));
    const late = () => {
      this.#asked.delete(requestId);
      throw new WharfError('HISTORY_UNANSWERED', { details: { requestId } });
    };
    return withDeadline(answer, bounds.historyAnswerMs, late, this.around.clock);
  }

  async #work(): Promise<void> {
    for (;;) {
      const chunk = this.#closing.signal.aborted ? undefined : this.#pending.next;
      if (!chunk) return;
      const notice = this.around.baileys.proto.Message.HistorySyncNotification.decode(
        Buffer.from(chunk.notice, 'base64'),
      );
      if (!isWanted(syncTypeOf(notice), this.around.sink.settings)) {
        this.#pending.delete(chunk.id);
        continue;
      }
      const counts = { chats: 0, messages: 0 };
      try {
        await this.#ingest(notice, counts);
      } catch (error) {
        this.#closing.signal.throwIfAborted();
        if (isWharfError(error) && error.kind === 'storage') throw error;
        await this.#fail(chunk, notice, counts, error);
        continue;
      }
      this.#tell(progressOf(notice, counts));
      this.#pending.delete(chunk.id);
    }
  }

  async #ingest(
    notice: proto.Message.IHistorySyncNotification,
    counts: { chats: number; messages: number },
  ): Promise<void> {
    const { baileys, clock, own, session, sink } = this.around;
    const { maxDays } = sink.settings;
    const parts = readHistory(this.#bytesOf(notice), {
      baileys,
      own: own(),
      pnOf: (lid) => session.signal.lids.getPn(lid),
      since: maxDays === undefined ? 0 : clock.now() - maxDays * DAY_MS,
      isFirst: syncTypeOf(notice) === 'initial',
      onChat: (chat) => this.#learn(chat),
      onAlias: (pn, lid) => this.#learnAlias(pn, lid),
    });
    for await (const part of parts) {
      this.#closing.signal.throwIfAborted();
      counts.messages += sink.store(part);
      counts.chats += part.chats.length;
      // Everybody else first: nobody waits for the past.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The history as it comes: fetched, decrypted and inflated on the way, so that it is never on disk in the clear. */
  async *#bytesOf(notice: proto.Message.IHistorySyncNotification): AsyncGenerator<Uint8Array> {
    const { sink, media } = this.around;
    const { signal } = this.#closing;
    const inline = notice.initialHistBootstrapInlinePayload;
    const base64 = (bytes: Uint8Array | null | undefined) =>
      bytes?.length ? Buffer.from(bytes).toString('base64') : undefined;
    const [mediaKey, encSha256, sha256] = [notice.mediaKey, notice.fileEncSha256, notice.fileSha256].map(
      base64,
    );
    const reference = {
      mimetype: 'application/octet-stream',
      directPath: notice.directPath ?? '',
      ...(mediaKey ? { mediaKey } : {}),
      ...(encSha256 ? { encSha256 } : {}),
      ...(sha256 ? { sha256 } : {}),
    };
    const compressed = inline?.length ? [inline] : copied(sink.fetch(reference, media, signal));
    const inflate = createInflate();
    let failure: unknown;
    pipeline(compressed, inflate, (error) => {
      failure = error;
    });
    try {
      yield* inflate as AsyncIterable<Buffer>;
    } catch (error) {
      signal.throwIfAborted();
      const cause = failure ?? error;
      throw isWharfError(cause) ? cause : new WharfError('HISTORY_UNREADABLE', { cause });
    }
  }

  async #fail(
    chunk: PendingChunk,
    notice: proto.Message.IHistorySyncNotification,
    counts: { chats: number; messages: number },
    error: unknown,
  ): Promise<void> {
    const code = isWharfError(error) ? error.code : 'HISTORY_UNREADABLE';
    // What came with the notice itself, and what is nowhere any more, will not be another one the next time.
    const isFinal = code === 'MEDIA_EXPIRED' || Boolean(notice.initialHistBootstrapInlinePayload?.length);
    const waitMs = isFinal ? undefined : RETRY_MS[chunk.failures];
    if (waitMs !== undefined) {
      this.#pending.put({ ...chunk, failures: chunk.failures + 1 });
      return this.#pause(waitMs);
    }
    this.#tell({ ...progressOf(notice, counts), errorCode: code });
    this.#pending.delete(chunk.id);
  }

  /** Ends early when the connection does. */
  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const cancel = this.around.clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  #tell(progress: HistoryProgress): void {
    this.around.sink.tell(progress);
    const { requestId } = progress;
    if (requestId === undefined) return;
    this.#asked.get(requestId)?.(progress);
    this.#asked.delete(requestId);
  }

  /** What a chat tells besides: the other address of the person, and the token without which WhatsApp may refuse to deliver to them. */
  async #learn(chat: proto.Conversation): Promise<void> {
    const other = otherAddress(chat);
    if (other) await this.#learnAlias(chat.id, other);
    const { tcToken, tcTokenTimestamp, tcTokenSenderTimestamp } = chat;
    if (!tcToken?.length || !tcTokenTimestamp) return;
    const { keys } = this.around;
    const jid = [chat.id, other]
      .map((address) => address && bareJid(address))
      .find((address) => address && isLid(address));
    const id = jid ?? bareJid(chat.id);
    const { [id]: known } = await keys.get('tctoken', [id]);
    if (Number(known?.timestamp ?? 0) >= Number(tcTokenTimestamp)) return;
    const sender = tcTokenSenderTimestamp ? { senderTimestamp: Number(tcTokenSenderTimestamp) } : {};
    const token = { ...known, token: Buffer.from(tcToken), timestamp: String(tcTokenTimestamp), ...sender };
    await keys.set({ tctoken: { [id]: token } });
  }

  async #learnAlias(one: string, other: string): Promise<void> {
    await this.around.socket.signalRepository.lidMapping.storeLIDPNMappings([{ pn: one, lid: other }]);
  }
}

/** What is fetched is there until more is asked for, and inflating asks for more while it still reads. */
async function* copied(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const bytes of content) yield Buffer.from(bytes);
}

/** By the number of WhatsApp's `HistorySyncType`. */
const SYNC_TYPES: HistorySyncType[] = ['initial', 'other', 'full', 'recent', 'names', 'other', 'on_demand'];

function syncTypeOf({ syncType }: proto.Message.IHistorySyncNotification): HistorySyncType {
  return SYNC_TYPES[syncType ?? 0] ?? 'other';
}

/** What was asked for is always wanted. */
function isWanted(type: HistorySyncType, { sync }: HistorySettings): boolean {
  if (type === 'on_demand') return true;
  if (type === 'other' || sync === 'off') return false;
  return type !== 'full' || sync === 'full';
}

function progressOf(
  notice: proto.Message.IHistorySyncNotification,
  counts: { chats: number; messages: number },
): HistoryProgress {
  const { progress, peerDataRequestSessionId: requestId } = notice;
  const syncType = syncTypeOf(notice);
  const isOnDemand = syncType === 'on_demand';
  return {
    syncType,
    ...(isOnDemand ? {} : { progress: progress ?? 0 }),
    ...counts,
    isDone: isOnDemand || (progress ?? 0) >= 100,
    ...(requestId ? { requestId } : {}),
  };
}
