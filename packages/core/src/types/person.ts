import { z } from 'zod';
import { jidSchema } from './content-parts.js';

/** Someone on WhatsApp, as much of them as is known: see `Person`. */
export const personSchema = z.object({
  jid: jidSchema.meta({ description: 'PN form where known, else the hidden form (LID).' }),
  lid: jidSchema.exactOptional(),
  phone: z.string().exactOptional().meta({ description: 'Digits only, with country code.' }),
  name: z.string().exactOptional().meta({ description: 'The push name they chose themselves.' }),
  savedName: z.string().exactOptional().meta({ description: "The name in the account's address book." }),
});
