import { z } from 'zod';
import { jidSchema } from './content-parts.js';

/** What WhatsApp says about a phone number. */
export const numberCheck = z.object({
  phone: z.string().meta({ description: 'Digits only, with country code, as it was asked for.' }),
  isOnWhatsApp: z
    .boolean()
    .nullable()
    .meta({ description: 'null: WhatsApp has not said; ask again later. Never a guess.' }),
  jid: jidSchema
    .optional()
    .meta({ description: 'The address of the account; its number may be another one.' }),
  lid: jidSchema.optional(),
});
export type NumberCheck = z.output<typeof numberCheck>;

/** A picture of a person or a group. */
export const picture = z.object({
  url: z.string().nullable().meta({ description: 'Good for some hours; null: there is none.' }),
});
export type Picture = z.output<typeof picture>;

/** The text somebody shows below the name. */
export const about = z.object({
  text: z
    .string()
    .nullable()
    .meta({ description: 'null: there is none, or it is not shown to this account.' }),
  setAt: z.number().optional().meta({ description: 'Epoch milliseconds.' }),
});
export type About = z.output<typeof about>;

/** What a business says about itself. */
export const businessProfile = z.object({
  jid: jidSchema,
  description: z.string().optional(),
  address: z.string().optional(),
  email: z.string().optional(),
  websites: z.array(z.string()),
  category: z.string().optional(),
  timeZone: z.string().optional(),
});
export type BusinessProfile = z.output<typeof businessProfile>;
