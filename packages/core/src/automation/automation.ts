import { isDeepStrictEqual } from 'node:util';
import { isWharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { WharfEvent } from '../events/events.js';
import { type EventLog, INTERNAL } from '../events/log.js';
import type { Outbox } from '../outbox/outbox.js';
import { noteRead } from '../store/read.js';
import type { Scope, Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { DeviceSettings } from '../types/settings.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { Wire, WireEvent } from '../wire/wire.js';
import { AutoRead } from './auto-read.js';
import { AutoReply } from './auto-reply.js';
import { CallRejection } from './call-rejection.js';
import { type IgnoreList, ignoreList } from './ignore-list.js';
import { Online } from './online.js';
import { Presences } from './presences.js';
import { ReplyBudget } from './reply-budget.js';

/** The device that is automated. */
export interface AutomationHost {
  readonly id: DeviceId;
  /** As long as this process runs the device for an account. */
  scope(): Scope | undefined;
  /** The connection, while the device is connected. */
  wire(): Wire | undefined;
  settings(): DeviceSettings;
  outbox(): Outbox;
}

interface Surroundings {
  store: Store;
  log: EventLog;
  clock: Clock;
  logger: Logger;
}

/** What acts on messages and calls, made for the settings as they are. */
interface Reader {
  consumer: string;
  stop(): void;
}

/**
 * What a device does by itself, as its settings say.
 *
 * Messages and calls are read from the log under a name of its own, so that nothing is lost or done twice over a crash, and
 * nothing holds up what comes in. A device that does nothing by itself reads nothing.
 */
export class Automation {
  readonly presences: Presences;
  readonly #online: Online;
  #settings: DeviceSettings | undefined;
  #ignores: IgnoreList | undefined;
  #acting: unknown;
  #reader: Reader | undefined;
  /** Outlives a change of other settings: what it has waiting is still to be read. */
  #reads: { of: unknown; reads: AutoRead } | undefined;
  #wire: Wire | undefined;

  constructor(
    private readonly host: AutomationHost,
    private readonly around: Surroundings,
  ) {
    const onFailure = (error: unknown) => this.#warn(error);
    this.#online = new Online(around.clock, onFailure);
    this.presences = new Presences({ ...around, onFailure });
  }

  /** Takes up the state and the settings of the device, which may have changed. */
  look(): void {
    const { host } = this;
    const wire = host.wire();
    const scope = host.scope();
    const settings = scope && host.settings();
    if (settings !== this.#settings) this.#change(scope, settings);
    this.#online.follow(settings && wire, settings?.presence ?? AWAY);
    if (wire === this.#wire) return;
    this.#wire = wire;
    if (!wire) return;
    this.presences.renew(wire.queries.presence);
    this.#reads?.reads.resume();
  }

  /** Whether what has come is to be treated as if it had not. */
  ignores(event: WireEvent, scope: Scope): boolean {
    return this.#ignores?.(event, this.around.store.forDevice(scope)) ?? false;
  }

  #change(scope: Scope | undefined, settings: DeviceSettings | undefined): void {
    this.#settings = settings;
    this.#ignores = settings && ignoreList(settings.ignore);
    const reading = scope && settings && [scope.jid, settings.autoRead];
    if (!isDeepStrictEqual(reading, this.#reads?.of)) {
      this.#reads?.reads.close();
      this.#reads = reading && { of: reading, reads: this.#autoRead(scope, settings) };
    }
    const acting = settings && [settings.autoReply, settings.autoRead, settings.calls];
    if (isDeepStrictEqual(acting, this.#acting)) return;
    this.#acting = acting;
    const before = this.#reader;
    before?.stop();
    this.#reader = undefined;
    const isActing =
      settings &&
      (settings.autoReply.rules.length > 0 ||
        settings.autoRead.chats !== 'off' ||
        settings.calls.reject !== 'off');
    if (scope && isActing) this.#reader = this.#read(scope, settings);
    // Switched on again, it begins with what comes then.
    else if (before && settings) void this.around.log.deleteConsumer(before.consumer);
  }

  #autoRead(scope: Scope, { autoRead }: DeviceSettings): AutoRead {
    const { store, clock } = this.around;
    return new AutoRead(autoRead, {
      clock,
      queries: () => this.host.wire()?.queries,
      onRead: (messages: Message[]) =>
        noteRead(
          store.forDevice(scope),
          messages.map(({ id }) => id),
          'read',
        ),
      onFailure: (error: unknown) => this.#warn(error),
    });
  }

  #read(scope: Scope, settings: DeviceSettings): Reader {
    const { store, log, clock } = this.around;
    const budget = new ReplyBudget({
      store,
      log,
      clock,
      enqueue: (message) => this.host.outbox().enqueue(message),
    });
    const replies = new AutoReply(settings.autoReply, budget);
    const calls = new CallRejection(settings.calls, settings.autoReply, {
      clock,
      budget,
      queries: () => this.host.wire()?.queries,
      onFailure: (error: unknown) => this.#warn(error),
    });
    const take = async (event: WharfEvent): Promise<void> => {
      if (event.jid !== scope.jid) return;
      if (event.type === 'message') {
        this.#reads?.reads.take(event.payload);
        await replies.take(scope, event.payload);
      } else if (event.type === 'call' && settings.calls.reject === 'all')
        await calls.take(scope, event.payload);
    };
    const name = `${INTERNAL}automation:${this.host.id}`;
    const consumer = log.consume(
      { name, deviceId: this.host.id, types: ['message', 'call'] },
      async (event) => {
        // What cannot be answered is not tried again for ever; what only could not be stored is.
        try {
          await take(event);
        } catch (error) {
          if (isWharfError(error) && error.kind === 'storage') throw error;
          this.#warn(error);
        }
      },
    );
    return {
      consumer: name,
      stop: () => void consumer.stop(),
    };
  }

  #warn(error: unknown): void {
    this.around.logger.warn(`Device ${this.host.id} could not do something by itself: ${loggable(error)}`);
  }
}

/** What holds of a device that nothing is known of. */
const AWAY = { onConnect: 'unavailable', isAlwaysOnline: false, pulseMs: 60_000 } as const;
