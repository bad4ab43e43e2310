import type { EventType, WharfEvent } from '../events/events.js';
import type { DeviceId } from '../types/ids.js';

/** A webhook as it is stored. Its secret is for whoever signs what is delivered, and for nobody else. */
export interface WebhookRecord {
  id: string;
  /** Without one it is told of all devices. */
  deviceId?: DeviceId;
  url: string;
  format: 'wharf' | 'gowa';
  types?: EventType[];
  chats?: string[];
  ignoredChats?: string[];
  isEnabled: boolean;
  secret: string;
  createdAt: number;
}

/** A receiver has not taken what it was sent, and not taken anything since. Times are epoch milliseconds. */
export interface WebhookOutage {
  /** The event that was tried last. */
  seq: number;
  since: number;
  attempts: number;
  nextAttemptAt: number;
  /** What the receiver has answered: `HTTP 500`, or the code of an error. */
  error: string;
  /** More than one event was refused: it is not about one that the receiver cannot digest. */
  isGeneral: boolean;
}

/** An event that a webhook was to deliver and did not for a day. */
export interface DeadLetter {
  id: number;
  event: WharfEvent;
  attempts: number;
  error: string;
  diedAt: number;
}

/** Which page of the dead letters, oldest first. */
export interface DeadLetterPage {
  /** The last of the page before. */
  after: number;
  limit: number;
}

/** Who is told of events over HTTP, and what could not be delivered. */
export interface WebhookRepository {
  /** Stores a webhook; one with its ID is replaced, and keeps its outage and dead letters. */
  put(webhook: WebhookRecord): void;
  get(id: string): WebhookRecord | undefined;
  /** The oldest first. */
  getAll(): WebhookRecord[];
  /** With its cursor and its dead letters. */
  delete(id: string): void;
  getOutage(id: string): WebhookOutage | undefined;
  putOutage(id: string, outage: WebhookOutage | undefined): void;
  /** Files an event that was not delivered; once, however often it is called. */
  bury(id: string, letter: Omit<DeadLetter, 'id'>): void;
  getDeadLetters(id: string, page: DeadLetterPage): DeadLetter[];
  countDeadLetters(id: string): number;
  /** Another attempt was in vain. */
  putFailure(letterId: number, error: string): void;
  /** Deletes one, or all of a webhook; how many there were. */
  deleteDeadLetters(id: string, letterId?: number): number;
  /** How many events it has yet to deliver, filters by chat left aside. */
  countWaiting(id: string): number;
}

/** The name under which a webhook reads the log. */
export const webhookConsumer = (id: string): string => `webhook:${id}`;
