import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import type { Call } from '../types/call.js';
import type { DeviceState } from '../types/device.js';
import type { HistoryProgress } from '../types/history.js';
import { type DeviceId, isDeviceId, type Jid, type MessageId } from '../types/ids.js';
import type { MediaContent } from '../types/media.js';
import type { Delivery, Message, Person, UndecryptableMessage } from '../types/message.js';
import type { Presence } from '../types/presence.js';
import type { EventAddress } from './addressing.js';

/** The `deviceId` of events that are about the log itself. */
export const ALL_DEVICES = '*' as DeviceId;

/** Emitted when a message was received and stored, also one written on the account's own phone. Not for our own sends. */
export interface MessageEvent {
  type: 'message';
  payload: Message;
}

/**
 * Emitted once for a message that has come and cannot be read. When the sender or the phone sends it again in a form that can,
 * `message` follows with the same id.
 */
export interface MessageUndecryptableEvent {
  type: 'message.undecryptable';
  payload: UndecryptableMessage;
}

/**
 * Emitted when the media of a message, which the settings of the device have it fetch by itself, is in the library; or when it
 * never will be, with the code of what is wrong.
 */
export interface MessageMediaEvent {
  type: 'message.media';
  payload: { messageId: MessageId; chat: Jid } & (
    | (MediaContent & { mimetype: string; fileName?: string })
    | { errorCode: ErrorCode }
  );
}

/** Emitted when somebody calls the account, and when that call is taken, declined, or over; once for each step. */
export interface CallEvent {
  type: 'call';
  payload: Call;
}

/** Emitted when a device of somebody has another identity key than before: WhatsApp was installed anew, or it is somebody else. */
export interface ContactIdentityChangedEvent {
  type: 'contact.identity_changed';
  /** `device` is 0 for the phone, else the number of a linked device. */
  payload: { contact: Person; device: number };
}

/** Emitted when a device goes from one state to another, or its reason or step changes. */
export interface DeviceStateEvent {
  type: 'device.state';
  payload: { state: DeviceState; previous: DeviceState };
}

/** Emitted when a message of ours got further: to the server, to the recipient, read, played; or `error`, when it never will. */
export interface MessageDeliveryEvent {
  type: 'message.delivery';
  payload: { messageId: MessageId; chat: Jid; delivery: Delivery };
}

/** Emitted when a session turned out to be older than when it was last used, as from a backup; so many Signal sessions begin anew. */
export interface SessionRestoredEvent {
  type: 'session.restored';
  payload: { retired: number };
}

/** Emitted when a device has answered by itself; `messageId` or `callId` is what it answered, `replyId` what it sent. */
export interface AutomationRepliedEvent {
  type: 'automation.replied';
  /** `rule` is the id of the rule; absent for the message to who was declined a call. */
  payload: { chat: Jid; replyId: MessageId; rule?: string; messageId?: MessageId; callId?: string };
}

/** Emitted when a device would have answered by itself and has said enough in that chat; once for each window, until `endsAt`. */
export interface AutomationBudgetExhaustedEvent {
  type: 'automation.budget_exhausted';
  payload: { chat: Jid; replies: number; endsAt: number };
}

/** Emitted when somebody who is watched (`presence.subscribe`) comes, goes, writes or records; not each time when that is often. */
export interface PresenceEvent {
  type: 'presence';
  payload: Presence;
}

/** Emitted when a chunk of what was before the device was linked has been stored, or given up. Its messages are no `message` events. */
export interface HistoryProgressEvent {
  type: 'history.progress';
  payload: HistoryProgress;
}

/** Emitted to a consumer that was away so long that the events from `fromSeq` to `toSeq` are no longer kept. */
export interface EventsMissedEvent {
  type: 'events.missed';
  payload: { fromSeq: number; toSeq: number };
}

/** What can happen: one entry of the durable log. */
export type WharfEvent = EventHeader & (RecordedEvent | EventsMissedEvent);

type RecordedEvent =
  | MessageEvent
  | MessageUndecryptableEvent
  | MessageDeliveryEvent
  | MessageMediaEvent
  | CallEvent
  | ContactIdentityChangedEvent
  | DeviceStateEvent
  | HistoryProgressEvent
  | SessionRestoredEvent
  | AutomationRepliedEvent
  | AutomationBudgetExhaustedEvent
  | PresenceEvent;

export type EventType = WharfEvent['type'];
export type EventOf<T extends EventType> = Extract<WharfEvent, { type: T }>;

/** What every event carries. */
export interface EventHeader extends EventAddress {
  /** Increases by at least one from event to event, over all devices. */
  seq: number;
  /** Unique for ever: fit to recognise an event that is handed over a second time after a crash. */
  id: string;
  /** Which device it is about; `*` for an event about the log itself. */
  deviceId: DeviceId;
  /** The account the device was linked to, in PN form. */
  jid?: Jid;
  /** When it was recorded. Epoch milliseconds. */
  at: number;
}

/** An event before the log has numbered it. */
export type NewEvent = Pick<EventHeader, 'deviceId' | 'jid'> & RecordedEvent;

export const eventTypes = [
  'message',
  'message.undecryptable',
  'message.delivery',
  'message.media',
  'call',
  'contact.identity_changed',
  'device.state',
  'history.progress',
  'session.restored',
  'automation.replied',
  'automation.budget_exhausted',
  'presence',
  'events.missed',
] as const satisfies EventType[];

/** Which events a consumer reads, and where it begins when it has never read before. */
export const consumerOptions = z.object({
  /** Identifies the cursor: the same name goes on where it stopped. Without a name no cursor is kept. */
  name: z.string().min(1).max(200).optional(),
  deviceId: z.custom<DeviceId>((value) => typeof value === 'string' && isDeviceId(value)).optional(),
  types: z.array(z.enum(eventTypes)).min(1).optional(),
  /** Only where there is no cursor yet: a number is the `seq` of the last event that is known. Default `now`. */
  startAt: z.union([z.enum(['now', 'beginning']), z.int().min(0)]).optional(),
});

/** As callers write it: device IDs are plain text until they have been checked. */
export type ConsumerRequest = Omit<z.input<typeof consumerOptions>, 'deviceId'> & { deviceId?: string };
export type ConsumerOptions = z.output<typeof consumerOptions>;
