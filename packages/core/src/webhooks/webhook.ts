import { z } from 'zod';
import { eventTypes } from '../events/events.js';
import type { WebhookOutage, WebhookRecord } from '../store/webhooks.js';
import { isDeviceId, parseChat } from '../types/ids.js';

const SERVER = /^@(s\.whatsapp\.net|lid|g\.us|newsletter|broadcast)$/;

const chat = z.string().transform((text, context): string => {
  const read = SERVER.test(text) ? text : parseChat(text);
  if (read) return read;
  context.issues.push({ code: 'custom', input: text, message: 'Give a JID, a phone number, or @g.us.' });
  return z.NEVER;
});
const chats = z.array(chat).min(1).max(1_000);

/** What would be read back with the webhook must hold no secret: a password has no place in the URL. */
const url = z
  .string()
  .max(2_048)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && !username && !password;
  }, 'Give an http or https URL without a password in it.');

const fields = {
  url,
  /** `wharf`: the event as it is in the log. `gowa`: as GOWA would say it. */
  format: z.enum(['wharf', 'gowa']),
  /** Only these events. */
  types: z.array(z.enum(eventTypes)).min(1),
  /** Only these chats, by JID or phone number; `@g.us` stands for all groups. What is about no chat passes. */
  chats,
  /** All but these chats. */
  ignoredChats: chats,
  isEnabled: z.boolean(),
  /** What deliveries are signed with. Without one it is made, and shown once. */
  secret: z.string().min(16).max(256),
};

/** What a webhook is made from. */
export const webhookRequest = z.strictObject({
  /** Without one it is told of all devices, also of those that are yet to come. */
  deviceId: z.string().refine(isDeviceId).optional(),
  url,
  format: fields.format.default('wharf'),
  types: fields.types.optional(),
  chats: fields.chats.optional(),
  ignoredChats: fields.ignoredChats.optional(),
  isEnabled: fields.isEnabled.default(true),
  secret: fields.secret.optional(),
});

/** What may be changed of a webhook; `null` takes a filter away. */
export const webhookPatch = z.strictObject({
  url: fields.url.optional(),
  format: fields.format.optional(),
  types: fields.types.nullable().optional(),
  chats: fields.chats.nullable().optional(),
  ignoredChats: fields.ignoredChats.nullable().optional(),
  isEnabled: fields.isEnabled.optional(),
  secret: fields.secret.optional(),
});

/** Which page of the dead letters: after the last one of the page before. */
export const deadLetterPage = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export type WebhookRequest = z.input<typeof webhookRequest>;
export type WebhookPatch = z.input<typeof webhookPatch>;

/** A webhook as the outside sees it: without its secret. */
export interface Webhook extends Omit<WebhookRecord, 'secret'> {
  /** Events that are still to be delivered, filters by chat left aside. */
  waiting: number;
  /** Events that were not delivered for a day. */
  deadLetters: number;
  /** The receiver takes nothing just now. */
  outage?: Omit<WebhookOutage, 'seq' | 'isGeneral'>;
}
