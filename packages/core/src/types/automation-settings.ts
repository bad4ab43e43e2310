import { z } from 'zod';
import { parseChat } from './ids.js';

const MINUTE_MS = 60_000;

/** Chats and people, as they are typed: numbers with country code, or JIDs. */
const addresses = z
  .array(
    z
      .string()
      .max(100)
      .refine((address) => parseChat(address) !== undefined, 'Give a number or a JID.'),
  )
  .max(1_000);

/** Marks what comes in as read by itself, which those who wrote see as blue ticks. */
export const autoReadSettings = z.strictObject({
  /** In no chats, in all, or in those of some kinds. */
  chats: z
    .union([z.enum(['off', 'all']), z.array(z.enum(['people', 'groups', 'status'])).min(1)])
    .default('off'),
  delayMs: z
    .number()
    .int()
    .min(0)
    .max(60 * MINUTE_MS)
    .default(0),
});

/** Declines calls by itself, on all devices of the account. */
export const callSettings = z.strictObject({
  reject: z.enum(['off', 'all']).default('off'),
  /** These still ring. */
  except: addresses.default([]),
  /** Sent to who has called, unless the call was in a group. */
  message: z.string().min(1).max(4_096).optional(),
});

/** Whether the account shows as online. While it does, WhatsApp does not notify the phone of new messages. */
export const presenceSettings = z.strictObject({
  onConnect: z.enum(['available', 'unavailable']).default('unavailable'),
  /** Shows as online all the time, and says so again and again: WhatsApp forgets it otherwise. */
  isAlwaysOnline: z.boolean().default(false),
  pulseMs: z
    .number()
    .int()
    .min(10_000)
    .max(60 * MINUTE_MS)
    .default(MINUTE_MS),
});

/** What a device does as if it had not come: it is acknowledged, and neither stored nor told to anybody. */
export const ignoreSettings = z.strictObject({
  /** Chats with a person or a group, and what that person writes in groups. */
  chats: addresses.default([]),
  kinds: z
    .array(z.enum(['people', 'groups', 'channels', 'status', 'own']))
    .max(5)
    .default([]),
});

export type AutoReadSettings = z.output<typeof autoReadSettings>;
export type CallSettings = z.output<typeof callSettings>;
export type PresenceSettings = z.output<typeof presenceSettings>;
export type IgnoreSettings = z.output<typeof ignoreSettings>;
