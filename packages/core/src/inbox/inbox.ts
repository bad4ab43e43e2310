import { isWharfError, type WharfError } from '../errors/errors.js';
import type { EventLog } from '../events/log.js';
import type { Scope, Store } from '../store/store.js';
import type { Logger } from '../util/logger.js';
import type { WireEvent } from '../wire/wire.js';
import { type Received, store as storeReceived } from './ingest.js';

/** Stored at a time, so that others get their turn: some 5 ms. */
const BATCH = 32;

interface Entry {
  scope: Scope;
  received: Received;
  settle(isStored: boolean): void;
}

interface Surroundings {
  store: Store;
  log: EventLog;
  logger: Logger;
  /** The storage takes nothing now: the disk is full, say. */
  onStorageFailure(error: WharfError): void;
}

/**
 * What has come in and is not stored yet: stores all that came within one turn of the event loop in one transaction.
 *
 * Nothing is lost when it is: whoever has it keeps it until it is settled.
 */
export class Inbox {
  #entries: Entry[] = [];
  #timer: NodeJS.Immediate | undefined;

  constructor(private readonly around: Surroundings) {}

  take(scope: Scope, event: WireEvent & { type: Received['type'] }): void {
    // Known to the store before a transaction that may fail.
    this.around.store.forDevice(scope);
    const settle = 'settle' in event ? event.settle : () => undefined;
    this.#entries.push({ scope, received: event, settle });
    this.#timer ??= setImmediate(() => this.#storeNext());
  }

  /** Stores everything now. */
  flush(): void {
    while (this.#entries.length > 0) this.#storeNext();
  }

  #storeNext(): void {
    clearImmediate(this.#timer);
    const batch = this.#entries.splice(0, BATCH);
    this.#timer = this.#entries.length > 0 ? setImmediate(() => this.#storeNext()) : undefined;
    const failure = this.#attempt(batch);
    const isOver = isWharfError(failure) && failure.kind === 'storage';
    if (isOver) this.around.onStorageFailure(failure);
    for (const entry of batch) entry.settle(!failure || (!isOver && this.#storeAlone(entry)));
  }

  /** What went wrong, if anything did. */
  #attempt(batch: Entry[]): unknown {
    const { store, log } = this.around;
    try {
      store.transaction(() => {
        for (const { scope, received } of batch) storeReceived(store, log, scope, received);
      });
      return undefined;
    } catch (error) {
      return error ?? new Error('Nothing was stored.');
    }
  }

  /** One that cannot be stored must not keep the others out, nor come again for ever. */
  #storeAlone(entry: Entry): boolean {
    if (!this.#attempt([entry])) return true;
    const { received, scope } = entry;
    this.around.logger.error('Something that came in could not be stored as it is.');
    if (received.type !== 'message') return false;
    const { content: _, isOffline: __, ...envelope } = received.message;
    const message = { ...envelope, reason: 'malformed' as const };
    return !this.#attempt([{ scope, received: { type: 'undecryptable', message }, settle: entry.settle }]);
  }
}
