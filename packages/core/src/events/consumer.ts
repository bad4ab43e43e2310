import { bounds } from '../bounds.js';
import { isWharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import { FairTurns } from '../util/event-loop.js';
import type { Logger } from '../util/logger.js';
import { ALL_DEVICES, type ConsumerOptions, type WharfEvent } from './events.js';

const turns = new FairTurns();

/** Takes one event. When it has returned (or its promise has resolved), the event counts as handed over. */
export type EventHandler = (event: WharfEvent) => void | Promise<void>;

const BATCH = 100;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** A cursor that skips events it does not want is written down at least this often. */
const WRITE_SKIPPED_EVERY = 1_000;

/** A cursor that moves within one turn of the event loop is written down at its end, and after so many events. */
const WRITE_EVERY = 100;

interface Surroundings {
  name: string;
  store: Pick<Store, 'events' | 'cursors'>;
  clock: Clock;
  logger: Logger;
  onStopped(): void;
}

/**
 * Reads the log in order under a name and hands each event over at least once.
 *
 * A handler that throws gets the same event again, after a pause that doubles up to half a minute. The cursor is written down
 * when the handler has returned, by the end of the turn of the event loop: a crash in between repeats what was handed over in it.
 */
export class Consumer {
  readonly name: string;
  #position = 0;
  #confirmed = 0;
  #batch: WharfEvent[] = [];
  #isStopping = false;
  #wake: () => void = () => undefined;
  #writing: NodeJS.Immediate | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ConsumerOptions,
    private readonly handler: EventHandler,
    private readonly surroundings: Surroundings,
  ) {
    this.name = surroundings.name;
  }

  /** Begins to read, after `before` has settled. Called by the log. */
  start(before: Promise<void> = Promise.resolve()): void {
    this.#running = before.then(() => this.#run());
  }

  reads(deviceId: DeviceId): boolean {
    return this.options.deviceId === undefined || this.options.deviceId === deviceId;
  }

  wants({ deviceId, type }: Pick<WharfEvent, 'deviceId' | 'type'>): boolean {
    const { types } = this.options;
    return this.reads(deviceId) && (types === undefined || types.includes(type));
  }

  /** Looks into the log again. Called by the log. */
  wake(): void {
    this.#wake();
  }

  /** Stops reading; the cursor stays. Resolves when the handler that runs has returned, within the bound. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await withDeadline(this.#running, bounds.stopConsumerMs, () => undefined);
    this.surroundings.onStopped();
  }

  async #run(): Promise<void> {
    this.#begin();
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#isStopping) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const event = this.#next();
      if (!event) {
        await woken;
        continue;
      }
      try {
        await this.handler(event);
        this.#moveTo(event.seq);
        pauseMs = FIRST_PAUSE_MS;
        await turns.giveWay();
      } catch (error) {
        // A handler that gives up because its reader stops: the event is the first one of the next reader.
        if (this.#isStopping) break;
        this.surroundings.logger.warn(
          `A consumer could not take an event (${loggable(error)}); it is offered again in ${pauseMs} ms.`,
        );
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
    if (this.#position > this.#confirmed) this.#noteSkipped();
  }

  #begin(): void {
    const { cursors, events } = this.surroundings.store;
    const stored = cursors.get(this.name);
    this.#confirmed = stored ?? this.#start(events.range().lastSeq);
    this.#position = this.#confirmed;
    if (stored === undefined) this.#noteSkipped();
  }

  /** A number beyond the last one is of another storage. */
  #start(lastSeq: number): number {
    const { startAt = 'now' } = this.options;
    if (typeof startAt === 'number') return Math.min(startAt, lastSeq);
    return startAt === 'beginning' ? 0 : lastSeq;
  }

  #next(): WharfEvent | undefined {
    const { events } = this.surroundings.store;
    while (this.#batch[0] && this.#batch[0].seq <= this.#position) this.#batch.shift();
    if (this.#batch[0]) return this.#batch[0];

    const { prunedSeq, lastSeq } = events.range();
    if (this.#position < prunedSeq) return this.#missed(prunedSeq);
    this.#batch = events.getAfter(this.#position, this.options, BATCH);
    if (this.#batch[0]) return this.#batch[0];

    this.#position = Math.max(this.#position, lastSeq);
    if (this.#position - this.#confirmed >= WRITE_SKIPPED_EVERY) this.#noteSkipped();
    return undefined;
  }

  #missed(prunedSeq: number): WharfEvent {
    const fromSeq = this.#position + 1;
    return {
      seq: prunedSeq,
      id: `missed-${fromSeq}-${prunedSeq}`,
      deviceId: this.options.deviceId ?? ALL_DEVICES,
      at: this.surroundings.clock.now(),
      type: 'events.missed',
      payload: { fromSeq, toSeq: prunedSeq },
    };
  }

  #moveTo(seq: number): void {
    this.#position = seq;
    if (seq - this.#confirmed >= WRITE_EVERY) this.#confirm(seq);
    else this.#writing ??= setImmediate(() => this.#write());
  }

  #write(): void {
    this.#writing = undefined;
    if (this.#position === this.#confirmed) return;
    try {
      this.#confirm(this.#position);
    } catch (error) {
      // The next event tries again.
      this.surroundings.logger.warn(`A cursor could not be written down (${loggable(error)}).`);
    }
  }

  #confirm(seq: number): void {
    const { store, clock } = this.surroundings;
    clearImmediate(this.#writing);
    this.#writing = undefined;
    store.cursors.put(this.name, seq, clock.now());
    this.#position = seq;
    this.#confirmed = seq;
  }

  /** Where no event was handed over, nothing is lost when the disk is full. */
  #noteSkipped(): void {
    try {
      this.#confirm(this.#position);
    } catch (error) {
      if (!isWharfError(error)) throw error;
      this.surroundings.logger.warn(`A cursor could not be stored: ${error.code}`);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.surroundings.clock.after(ms, resolve);
      this.#wake = () => {
        if (!this.#isStopping) return;
        cancel();
        resolve();
      };
    });
  }
}
