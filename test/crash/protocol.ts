import type { DeviceState, Durability, Endpoint, ErrorCode, WharfEvent } from '@wharf/core';

/** The one device that is killed again and again. */
export const DEVICE = 'shop';

/** How a process of the device is started; its only argument, as JSON. */
export interface ProcessOptions {
  storage: string;
  endpoint: Endpoint;
  durability: Durability;
  threads: number;
}

/** What a process is told to do. */
export type Command =
  | { type: 'login' }
  | { type: 'send'; key: string; to: string; text: string }
  | { type: 'close' };

/**
 * What a process tells.
 *
 * - `ready`: the storage is open; commands are taken from here on
 * - `accepted`: `send` has returned: from now on the message must not get lost
 * - `refused`: `send` has thrown
 * - `event`: an entry of the log, handed over to the consumer
 */
export type Word =
  | { type: 'ready' }
  | { type: 'qr'; qr: string }
  | { type: 'state'; state: DeviceState }
  | { type: 'accepted'; key: string; messageId: string }
  | { type: 'refused'; key: string; code: ErrorCode }
  | { type: 'event'; event: WharfEvent };
