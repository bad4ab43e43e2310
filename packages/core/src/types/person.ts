import { z } from 'zod';
import type { Jid, MessageId } from './ids.js';

/** An address of WhatsApp, as it comes out. */
export const jidSchema = z.string() as unknown as z.ZodType<Jid, string>;

/** The id of a message, as it comes out. */
export const messageIdSchema = z.string() as unknown as z.ZodType<MessageId, string>;

/** Someone on WhatsApp, as much of them as is known: see `Person`. */
export const personSchema = z.object({
  jid: jidSchema.meta({ description: 'PN form where known, else the hidden form (LID).' }),
  lid: jidSchema.exactOptional(),
  phone: z.string().exactOptional().meta({ description: 'Digits only, with country code.' }),
  name: z.string().exactOptional().meta({ description: 'The push name they chose themselves.' }),
  savedName: z.string().exactOptional().meta({ description: "The name in the account's address book." }),
});
