import { errorCodes } from '../errors/codes.js';
import { isWharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { EventOf } from '../events/events.js';
import type { EventLog } from '../events/log.js';
import { retryMs } from '../outbox/retry.js';
import type { Scope, ScopedStore, Store } from '../store/store.js';
import type { MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { DownloadedMedia } from './account-media.js';

/** How many are on their way at once: one slot of a device is left to whoever asks for something. */
const AT_ONCE = 2;

/** So many attempts, and it is given up: the last ones come five minutes apart. */
const MOST_ATTEMPTS = 12;

interface Surroundings {
  store: Store;
  log: EventLog;
  clock: Clock;
  random(): number;
  logger: Logger;
  isConnected(): boolean;
  fetch(message: Message): Promise<DownloadedMedia>;
}

/** Fetches the media that the settings have a device fetch by itself. What is still to be fetched is in the store, so it outlasts the process. */
export class AutomaticDownloads {
  readonly #underWay = new Set<MessageId>();
  #cancelTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(
    private readonly scope: Scope,
    private readonly around: Surroundings,
  ) {}

  /** There is a new connection: whatever waits for another attempt waits no longer. */
  resume(): void {
    this.#isClosed = false;
    this.#scoped.wantedMedia.hurry();
    this.wake();
  }

  /** Takes up what is due, and comes back when the next one is. */
  wake(): void {
    this.#cancelTimer();
    if (this.#isClosed || !this.around.isConnected()) return;
    const { wantedMedia } = this.#scoped;
    const now = this.around.clock.now();
    for (const { id, attempts } of wantedMedia.getDue(now, AT_ONCE + this.#underWay.size)) {
      if (this.#underWay.size >= AT_ONCE) return;
      if (this.#underWay.has(id)) continue;
      this.#underWay.add(id);
      void this.#fetch(id, attempts).finally(() => {
        this.#underWay.delete(id);
        this.#wakeSafely();
      });
    }
    const nextAt = wantedMedia.nextAt(now);
    if (nextAt !== undefined)
      this.#cancelTimer = this.around.clock.after(nextAt - now, () => this.#wakeSafely());
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
  }

  async #fetch(id: MessageId, attempts: number): Promise<void> {
    try {
      const message = this.#scoped.messages.get(id);
      // Deleted meanwhile.
      if (!message || !('media' in message.content)) return this.#scoped.wantedMedia.delete(id);
      const outcome = await this.#attempt(message, attempts);
      if (outcome) this.#settle(message, outcome);
    } catch (error) {
      // Nobody waits for it; what could not be noted is found again with the next connection.
      this.#isClosed = true;
      this.around.logger.error(`Media could not be fetched: ${loggable(error)}`);
    }
  }

  /** What has become of it; undefined when there will be another attempt. */
  async #attempt(message: Message, attempts: number): Promise<Outcome | undefined> {
    try {
      return await this.around.fetch(message);
    } catch (error) {
      const { code: errorCode } = isWharfError(error) ? error : { code: 'MEDIA_DOWNLOAD_FAILED' as const };
      const { clock, random } = this.around;
      // The next connection takes it up.
      if (this.#isClosed || !this.around.isConnected()) return undefined;
      const { kind, retry } = errorCodes[errorCode];
      const isRepeated = kind === 'storage' || retry === 'later';
      if (!isRepeated || attempts + 1 >= MOST_ATTEMPTS) return { errorCode };
      this.#scoped.wantedMedia.putBack(message.id, clock.now() + retryMs(attempts + 1, random()));
      return undefined;
    }
  }

  #settle({ id, chat }: Message, outcome: Outcome): void {
    const { store, log } = this.around;
    store.transaction(() => {
      this.#scoped.wantedMedia.delete(id);
      log.append({ type: 'message.media', ...this.scope, payload: { messageId: id, chat, ...outcome } });
    });
  }

  #wakeSafely(): void {
    try {
      this.wake();
    } catch (error) {
      this.around.logger.error(`Media could not be fetched: ${loggable(error)}`);
    }
  }

  get #scoped(): ScopedStore {
    return this.around.store.forDevice(this.scope);
  }
}

type Payload = EventOf<'message.media'>['payload'];
type Outcome = Payload extends infer P ? (P extends unknown ? Omit<P, 'messageId' | 'chat'> : never) : never;
