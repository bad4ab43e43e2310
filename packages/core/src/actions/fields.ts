import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import {
  isGroupJid,
  isPersonJid,
  type Jid,
  type MessageId,
  parseChat,
  parseRecipient,
} from '../types/ids.js';
import { type MediaSource, mediaSourceSchema } from '../types/media.js';

/** A field whose text is read; what cannot be read ends in the error with this code. */
function readAs<T>(read: (text: string) => T | undefined, code: ErrorCode, description: string) {
  return z
    .string()
    .min(1)
    .max(500)
    .transform((text, context): T => {
      const value = read(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: description, params: { code } });
      return z.NEVER;
    })
    .meta({ description });
}

const only = (isMeant: (jid: Jid) => boolean) => (text: string) => {
  const jid = parseRecipient(text);
  return jid && isMeant(jid) ? jid : undefined;
};

/** A chat of any kind. */
export const chatField = readAs(
  parseChat,
  'RECIPIENT_INVALID',
  'A phone number with country code, or the JID of a person, a group or a list.',
);

/** A chat in which one can write. */
export const recipientField = readAs(
  parseRecipient,
  'RECIPIENT_INVALID',
  'A phone number with country code, or the JID of a person or a group.',
);

/** One person. */
export const personField = readAs(
  only(isPersonJid),
  'RECIPIENT_INVALID',
  'A phone number with country code (+49 170 1234567), or a JID in PN or LID form.',
);

/** A group, by its JID: names are not guessed. */
export const groupField = readAs(
  only(isGroupJid),
  'RECIPIENT_INVALID',
  'The JID of a group, which ends in @g.us.',
);

const CHANNEL = /^\d{1,25}@newsletter$/;

export const channelField = readAs(
  (text) => (CHANNEL.test(text.trim()) ? (text.trim() as Jid) : undefined),
  'RECIPIENT_INVALID',
  'The JID of a channel, which ends in @newsletter.',
);

/** The code at the end of a link such as `https://chat.whatsapp.com/CODE`, or the code alone. */
const codeOf = (link: RegExp) => (text: string) => {
  const code = text
    .trim()
    .replace(link, '')
    .replace(/[/?#].*$/, '');
  return /^[A-Za-z0-9_-]{6,64}$/.test(code) ? code : undefined;
};

export const groupInviteField = readAs(
  codeOf(/^(?:https?:\/\/)?chat\.whatsapp\.com\/(?:invite\/)?/i),
  'OPTION_INVALID',
  'An invite link, https://chat.whatsapp.com/…, or its code.',
);

/** A channel by its JID, or by its link. */
export const channelKeyField = readAs(
  (text): { jid: Jid } | { inviteCode: string } | undefined => {
    const trimmed = text.trim();
    if (CHANNEL.test(trimmed)) return { jid: trimmed as Jid };
    const inviteCode = codeOf(/^(?:https?:\/\/)?(?:www\.)?whatsapp\.com\/channel\//i)(trimmed);
    return inviteCode === undefined ? undefined : { inviteCode };
  },
  'RECIPIENT_INVALID',
  'The JID of a channel, its link https://whatsapp.com/channel/…, or the code of that.',
);

export const messageIdField = z
  .string()
  .min(1)
  .max(128)
  .transform((id) => id as MessageId)
  .meta({ description: 'The id of a message.' });

export const messageIdsField = z.array(messageIdField).min(1).max(1_000);

/** Somebody, or several people. */
export const peopleField = z.array(personField).min(1).max(1_024);

/** Page fields of every list: see `Page`. */
export const pageFields = {
  limit: z.number().int().min(1).max(1_000).default(100),
  before: z
    .union([z.number(), z.string().min(1)])
    .optional()
    .meta({
      description:
        'Only what is older: the id of the last entry of the page before, or a time in epoch milliseconds.',
    }),
};

/** After how long messages disappear; the values that WhatsApp offers. */
export const ephemeralField = z
  .union([0, 86_400_000, 604_800_000, 7_776_000_000].map((ms) => z.literal(ms)))
  .meta({ description: 'In milliseconds: 0 for never, or a day, 7 days, 90 days.' });

/** A picture to be made a square JPEG of: a source, or a text that is a URL or base64. */
export const pictureField = z
  .union([
    z
      .string()
      .min(1)
      .transform((text) => (/^(https?|data):/i.test(text) ? { url: text } : { base64: text })),
    mediaSourceSchema.transform(({ fileName: _, mimetype: __, ...source }) => source),
  ])
  .meta({
    description:
      'A picture of any usual format: a URL (http, https or data), base64, or an object with one of path, url, base64. Its middle becomes a square JPEG.',
  }) as unknown as z.ZodType<MediaSource, string | z.input<typeof mediaSourceSchema>>;
