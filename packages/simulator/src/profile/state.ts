import { z } from 'zod';

/** The privacy settings there are, each with its values; the first is what a new account has. */
export const privacyValues = {
  readreceipts: ['all', 'none'],
  profile: ['all', 'contacts', 'contact_blacklist', 'none'],
  status: ['all', 'contacts', 'contact_blacklist', 'none'],
  online: ['all', 'match_last_seen'],
  last: ['all', 'contacts', 'contact_blacklist', 'none'],
  groupadd: ['all', 'contacts', 'contact_blacklist', 'none'],
  calladd: ['all', 'known'],
  messages: ['all', 'contacts'],
  defense: ['off', 'on_standard'],
  stickers: ['contacts', 'contact_allowlist', 'none'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type PrivacyCategory = keyof typeof privacyValues;

/** What a business says about itself. */
export const businessProfile = z.object({
  description: z.string().max(512).optional(),
  address: z.string().max(256).optional(),
  email: z.string().max(128).optional(),
  website: z.string().max(256).optional(),
  category: z.string().max(64).optional(),
});
export type BusinessProfile = z.infer<typeof businessProfile>;

/** What an account shows of itself, and to whom. */
export const profileState = z.object({
  pictureId: z.string().optional(),
  about: z.object({ text: z.string(), setAt: z.number() }),
  privacy: z.map(z.string(), z.string()),
  /** LIDs of the people it has blocked. */
  blocked: z.set(z.string()),
  /** For how long messages of new chats are kept; 0 for ever. */
  disappearing: z.object({ seconds: z.number(), setAt: z.number() }),
  business: businessProfile.optional(),
  /** When a device of it was last online, epoch milliseconds. */
  lastSeenAt: z.number().optional(),
});
export type ProfileState = z.infer<typeof profileState>;

/** The profile of a new account. */
export function createProfile(): ProfileState {
  return {
    about: { text: 'Hey there! I am using WhatsApp.', setAt: Date.now() },
    privacy: new Map(),
    blocked: new Set(),
    disappearing: { seconds: 0, setAt: 0 },
  };
}

/** The value of a privacy setting of an account. */
export function privacyOf(profile: ProfileState, category: PrivacyCategory): string {
  return profile.privacy.get(category) ?? privacyValues[category][0];
}
