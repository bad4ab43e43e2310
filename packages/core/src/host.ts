import type { ActionInput, ActionName, ActionOutput } from './actions/catalogue.js';
import type { EventHandler } from './events/consumer.js';
import type { ConsumerRequest } from './events/events.js';
import type { WaitOptions } from './outbox/options.js';
import type { OutboxItem, OutgoingMessage } from './types/message.js';

/** A reader of the log that runs. */
export interface Reading {
  readonly name: string;
  /** Stops reading; the cursor stays. Resolves when the handler that runs has returned, within a bound. */
  stop(): Promise<void>;
}

/**
 * What an adapter asks of devices, wherever they run: a `Manager` in this process, or a gateway by way of `@wharf/client`.
 *
 * Both give the same answers and the same errors, so that what is built on it is built once.
 */
export interface DeviceHost {
  /** Runs an action of the catalogue: see docs/actions.md. */
  act<Name extends ActionName>(name: Name, input: ActionInput<Name>): Promise<ActionOutput<Name>>;
  /** Queues a message, with media as a path, bytes, a stream, base64, a data URL or a URL; resolves when it is durable. */
  send(deviceId: string, message: OutgoingMessage): Promise<OutboxItem>;
  /** Waits until a message is sent, delivered or read, or the time is over. */
  waitForSend(deviceId: string, messageId: string, options?: WaitOptions): Promise<OutboxItem>;
  /** Reads a file of the media library, or its bytes from `start` up to and without `end`, as they are asked for. */
  readMedia(
    deviceId: string,
    sha256: string,
    range?: { start?: number; end?: number },
  ): AsyncIterable<Uint8Array>;
  /** Reads the durable log under a name: at least once, in order. The cursor moves on when the handler has returned. */
  consume(request: ConsumerRequest, handler: EventHandler): Reading;
  /** Stops a reader and forgets how far it has read. */
  deleteConsumer(name: string): Promise<void>;
  /** Lets go of what is held; devices stay linked. */
  close(): Promise<void>;
}
