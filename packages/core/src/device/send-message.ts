import { WharfError } from '../errors/errors.js';
import type { Outbox } from '../outbox/outbox.js';
import type { OutboxItem, OutgoingMessage } from '../types/message.js';
import { collected } from '../util/collected.js';
import type { Device } from './device.js';

/** Queues a message of a device, with its file if it has one. @throws WharfError what `TakenInTurn.enqueue` throws */
export function sendMessage(device: Device, message: OutgoingMessage): Promise<OutboxItem> {
  // Refuses in the states in which nothing may be queued; it may be in another one when a file has been fetched.
  const { outbox, account } = device;
  if (!account) return outbox.enqueue(message);
  return account.media.intake.enqueue(message, outbox, () => device.outbox);
}

/** What a device owes to WhatsApp and has sent. @throws WharfError MESSAGE_NOT_FOUND */
export function outboxOf({ account }: Device): Outbox {
  if (!account) throw new WharfError('MESSAGE_NOT_FOUND');
  return account.outbox;
}

/** Reads a file that the account of a device has. @throws WharfError MEDIA_NOT_STORED */
export function readMedia(device: Device, sha256: string, start?: number, end?: number) {
  if (!device.account) throw new WharfError('MEDIA_NOT_STORED');
  return collected(device.account.media.read(sha256, start, end));
}
