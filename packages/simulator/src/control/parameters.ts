import { z } from 'zod';

/** A phone number as people write it, reduced to its digits. */
export const phone = z
  .string()
  .transform((text) => text.replace(/[\s()+-]/g, ''))
  .pipe(z.string().regex(/^[1-9]\d{5,14}$/, 'a phone number has 6 to 15 digits, country code first'));

/** The name of a person. */
export const name = z.string().trim().min(1, 'a name has at least one character').max(60);

/** The `:address` of a path: a phone number, a PN JID or a LID JID. */
export const address = z.object({ address: z.string().min(1) });
