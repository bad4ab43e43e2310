import { z } from 'zod';

/** A text that may be left out; an empty one is as good as none. */
export const optionalText = z
  .string()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

/** True or false, in a form as a word. */
export const flag = z.union([z.boolean(), z.stringbool()]);

/** GOWA writes groups by their bare number, which is longer than any phone's. */
export const recipient = z
  .string()
  .min(1)
  .transform((text) => (/^\d{16,}$/.test(text.trim()) ? `${text.trim()}@g.us` : text.replace(/^ /, '+')))
  .meta({ description: 'A phone number with country code, or the JID of a person, a group or a list.' });

/** A group by its JID, or by its bare number. */
export const groupId = z
  .string()
  .min(1)
  .transform((text) => (/^[\d-]+$/.test(text.trim()) ? `${text.trim()}@g.us` : text));

/** Several texts; in a form also one alone. */
export const texts = z.union([z.array(z.string()), z.string().transform((text) => [text])]);

/** Seconds after which messages disappear, as WhatsApp offers them. */
export const timer = z.coerce
  .number()
  .pipe(z.union([0, 86_400, 604_800, 7_776_000].map((seconds) => z.literal(seconds))))
  .meta({ description: 'Seconds: 0, 86400, 604800 or 7776000.' });

/** A file: in a form as it is; in JSON by its hash in the media library. */
export const file = z
  .union([
    z.object({
      sha256: z.string(),
      mimetype: z.string().optional(),
      fileName: z.string().optional(),
      sizeBytes: z.number().optional(),
    }),
    z.literal('').transform(() => undefined),
  ])
  .optional();

/** An answer that has nothing to tell. */
export const nothing = z.null();

export const isoTime = (at: number): string => new Date(at).toISOString();
