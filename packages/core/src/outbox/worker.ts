import { bounds } from '../bounds.js';
import type { ErrorCode } from '../errors/codes.js';
import { isWharfError } from '../errors/errors.js';
import type { OutboxEntry, OutboxRepository } from '../store/store.js';
import type { MessageId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { Wire } from '../wire/wire.js';
import { refusalCode } from './refusal.js';

/** A message the server has not acknowledged is written this often in all, each time under the same id. */
const ATTEMPTS = 3;

/** Before a message whose writing failed at once is written again. */
const PAUSE_MS = 2_000;

interface Surroundings {
  repository: OutboxRepository;
  clock: Clock;
  logger: Logger;
  /** The server has the message, or nobody will ever write it again. */
  onEnd(id: MessageId, end: 'sent' | { failed: ErrorCode }): void;
}

/** Writes what is queued over the wire there is: first in, first out within a chat, chats side by side. */
export class OutboxWorker {
  #wire: Wire | undefined;
  /** What is under way, with what calls off its next attempt. */
  readonly #underWay = new Map<MessageId, () => void>();

  constructor(private readonly around: Surroundings) {}

  /** Begins to send over a wire whose backlog is in; first what an earlier process had under way. */
  attach(wire: Wire): void {
    this.detach();
    this.around.repository.requeue();
    this.#wire = wire;
    this.drain();
  }

  /** Stops sending; what was under way is queued again. */
  detach(): void {
    if (!this.#wire) return;
    this.#wire = undefined;
    for (const callOff of this.#underWay.values()) callOff();
    this.#underWay.clear();
    this.around.repository.requeue();
  }

  /** Takes up whatever may be sent now. */
  drain(): void {
    const { repository, clock } = this.around;
    while (this.#wire) {
      const entry = repository.claim(clock.now());
      if (!entry) return;
      this.#write(this.#wire, entry, 1);
    }
  }

  /** The server's word on a message. */
  acknowledge(id: MessageId, refusal: number | undefined): void {
    this.#end(id, refusal === undefined ? 'sent' : { failed: refusalCode(refusal) });
  }

  #write(wire: Wire, entry: OutboxEntry, attempt: number): void {
    const { messageId: id, chat, text } = entry;
    const { clock, logger } = this.around;
    const isCurrent = () => this.#wire === wire && this.#underWay.has(id);
    const again = () => {
      if (!isCurrent()) return;
      if (attempt >= ATTEMPTS) this.#end(id, { failed: 'CONNECTION_TIMED_OUT' });
      else this.#write(wire, entry, attempt + 1);
    };
    this.#underWay.set(id, clock.after(bounds.acknowledgeMs, again));
    const failed = (error: unknown) => {
      if (!isCurrent()) return;
      // The wire knows that another attempt would not help; what could not be stored is sent again over the next one.
      if (isWharfError(error) && error.kind !== 'storage') return this.#end(id, { failed: error.code });
      const name = error instanceof Error ? error.name : 'a thrown value';
      logger.warn(`A message could not be written (${name}); attempt ${attempt} of ${ATTEMPTS}.`);
      this.#underWay.get(id)?.();
      this.#underWay.set(id, clock.after(PAUSE_MS, again));
    };
    wire
      .sendText(id, chat, text)
      .catch(failed)
      // Whoever gave us the clock hears of what goes wrong under it, and nobody of what does in a promise.
      .catch(
        (error: unknown) =>
          void clock.after(0, () => {
            throw error;
          }),
      );
  }

  #end(id: MessageId, end: 'sent' | { failed: ErrorCode }): void {
    this.#underWay.get(id)?.();
    this.#underWay.delete(id);
    this.around.onEnd(id, end);
    this.drain();
  }
}
