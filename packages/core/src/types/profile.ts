import { z } from 'zod';

const audience = z.enum(['all', 'contacts', 'contact_blacklist', 'none']);

/** Who sees and may do what, in WhatsApp's own words. What WhatsApp does not know is left out. */
export const privacySettings = z.object({
  lastSeen: audience.optional(),
  online: z.enum(['all', 'match_last_seen']).optional(),
  picture: audience.optional(),
  about: audience.optional(),
  readReceipts: z.enum(['all', 'none']).optional(),
  groupAdd: audience.optional().meta({ description: 'Who may add the account to groups.' }),
  calls: z.enum(['all', 'known']).optional(),
  messages: z.enum(['all', 'contacts']).optional(),
});
export type PrivacySettings = z.output<typeof privacySettings>;
