import { z } from 'zod';
import { errorCodes } from '../errors/codes.js';
import { countSchema, jidSchema, messageIdSchema, momentSchema } from '../types/content-parts.js';
import { deliverySchema, messageSchema } from '../types/json-schemas.js';
import { personSchema } from '../types/person.js';
import { type EventOf, type EventType, eventTypes } from './events.js';

const errorCode = z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes]);
const jid = jidSchema;
const chat = jidSchema.meta({
  description: 'The conversation: the JID of the partner (PN form where known), or of the group.',
});
const at = momentSchema.meta({ description: 'Epoch milliseconds.' });

const deviceState = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('disconnected'),
    reason: z.enum([
      'created',
      'stopped',
      'pairing_expired',
      'replaced',
      'banned',
      'outdated',
      'passkey_required',
      'rejected',
      'login_cancelled',
      'login_failed',
      'storage_damaged',
    ]),
    expiresAt: at.exactOptional(),
  }),
  z.object({ name: z.literal('connecting'), step: z.enum(['dialing', 'pairing', 'restarting']) }),
  z.object({ name: z.literal('connected'), isSyncing: z.boolean() }),
  z.object({
    name: z.literal('reconnecting'),
    reason: z.enum([
      'starting',
      'connection_lost',
      'server_error',
      'restart_required',
      'broken_frame',
      'deaf',
      'silent',
      'storage_failed',
      'in_use',
      'handed_over',
      'unattended',
    ]),
    attempt: countSchema,
    retryAt: at.exactOptional(),
  }),
  z.object({
    name: z.literal('logged_out'),
    reason: z.enum(['logged_out_here', 'unlinked_from_phone', 'account_refused']),
  }),
]);

const mediaOutcome = z.union([
  z.object({
    sha256: z.string(),
    sizeBytes: countSchema,
    mimetype: z.string(),
    fileName: z.string().exactOptional(),
  }),
  z.object({ errorCode }),
]);

/** What the events of each type carry. */
const payloads = {
  message: messageSchema,
  'message.undecryptable': messageSchema.omit({ content: true, isOffline: true }).extend({
    reason: z.enum(['keys_missing', 'unreadable', 'unavailable', 'malformed']),
  }),
  'message.delivery': z.object({ messageId: messageIdSchema, chat, delivery: deliverySchema }),
  'message.media': z.intersection(z.object({ messageId: messageIdSchema, chat }), mediaOutcome),
  call: z.object({
    id: z.string(),
    step: z.enum(['offered', 'accepted', 'rejected', 'missed', 'ended']),
    chat,
    caller: personSchema,
    isGroup: z.boolean(),
    isVideo: z.boolean(),
    at,
    isOffline: z.boolean(),
  }),
  'contact.identity_changed': z.object({ contact: personSchema, device: countSchema }),
  'device.state': z.object({ state: deviceState, previous: deviceState }),
  'history.progress': z.object({
    syncType: z.enum(['initial', 'recent', 'full', 'names', 'on_demand', 'other']),
    progress: countSchema.exactOptional(),
    chats: countSchema,
    messages: countSchema,
    isDone: z.boolean(),
    requestId: z.string().exactOptional(),
    errorCode: z.string().exactOptional(),
  }),
  'session.restored': z.object({ retired: countSchema }),
  'automation.replied': z.object({
    chat,
    replyId: messageIdSchema,
    rule: z.string().exactOptional(),
    messageId: messageIdSchema.exactOptional(),
    callId: z.string().exactOptional(),
  }),
  'automation.budget_exhausted': z.object({ chat, replies: countSchema, endsAt: at }),
  presence: z.object({
    chat,
    contact: personSchema,
    state: z.enum(['available', 'unavailable', 'composing', 'recording', 'paused']),
    lastSeenAt: at.exactOptional(),
  }),
  'events.missed': z.object({ fromSeq: countSchema, toSeq: countSchema }),
} satisfies { [T in EventType]: z.ZodType<EventOf<T>['payload']> };

type Whole = {
  [T in EventType]: EventOf<T>['payload'] extends z.output<(typeof payloads)[T]> ? unknown : never;
};
/** Does not compile when an event may carry what its schema does not know. */
payloads satisfies Whole;

const header = {
  seq: countSchema.meta({ description: 'Increases from event to event, over all devices.' }),
  id: z.string().meta({ description: 'Unique for ever.' }),
  deviceId: z.string().meta({ description: 'Which device it is about; * for the log itself.' }),
  jid: jid.exactOptional().meta({ description: 'The account the device was linked to.' }),
  at,
  chatId: jid.exactOptional().meta({ description: 'The chat it is about.' }),
  phone: z.string().exactOptional().meta({
    description:
      'Of the person it is about: who wrote, calls or is seen; for what the account itself wrote, whom it wrote to. Digits only.',
  }),
  lid: jid.exactOptional().meta({ description: 'The hidden address of that person.' }),
};

/** Every event of the log, by its type. */
export const eventSchemas = Object.fromEntries(
  eventTypes.map((type) => [type, z.object({ ...header, type: z.literal(type), payload: payloads[type] })]),
) as unknown as { readonly [T in EventType]: z.ZodType<EventOf<T>> };

/** The JSON Schemas of events, for adapters, by the type of the event. */
export function eventJsonSchemas(): Record<EventType, object> {
  return Object.fromEntries(eventTypes.map((type) => [type, z.toJSONSchema(eventSchemas[type])])) as Record<
    EventType,
    object
  >;
}
