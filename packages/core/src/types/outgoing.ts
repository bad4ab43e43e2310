import { z } from 'zod';
import {
  base64Schema,
  linkPreviewSchema,
  type MediaReference,
  mediaReferenceSchema,
  placeSchema,
} from './content-parts.js';
import { isPersonJid, type Jid, type MessageId, parseChat, parseRecipient } from './ids.js';
import { type MediaClaims, type MediaSource, mediaSourceSchema } from './media.js';

/** As many characters as WhatsApp takes. */
export const LONGEST_TEXT = 65_536;

const text = z.string().min(1).max(LONGEST_TEXT);
const caption = z.string().max(LONGEST_TEXT).optional();
const label = z.string().min(1).max(1_024);
const note = z.string().max(1_024).optional();
const moment = z.number().int().positive();
const spanMs = z.number().int().nonnegative();

const addressed = (parse: (text: string) => Jid | undefined, message: string) =>
  z.string().transform((value, context): Jid => {
    const jid = parse(value);
    if (jid) return jid;
    context.issues.push({ code: 'custom', input: value, message });
    return z.NEVER;
  });

/** A phone number as people write it, or a JID. */
const person = addressed((value) => {
  const jid = parseRecipient(value);
  return jid && isPersonJid(jid) ? jid : undefined;
}, 'Give a phone number with country code, or the JID of a person.');
const chat = addressed(parseChat, 'Give the JID of a chat.');

const messageId = z
  .string()
  .min(1)
  .max(128)
  .transform((id) => id as MessageId);
const ref = z.object({ id: messageId, isFromMe: z.boolean().optional(), sender: person.optional() });
const refOrId = z.union([messageId.transform((id) => ({ id }) as z.output<typeof ref>), ref]);
const quotedRef = ref.extend({ kind: note, text: caption, chat: chat.optional() });

/** What any message may carry besides its content. */
const annotations = {
  /** The message that is replied to: its ID, or as it was received. */
  quoted: z
    .union([messageId.transform((id) => ({ id }) as z.output<typeof quotedRef>), quotedRef])
    .optional(),
  /** Who is named in the text, which must have `@` and their number: `hello @491701234567`. */
  mentions: z.array(person).max(1_024).optional(),
  mentionsEveryone: z.boolean().optional(),
  isForwarded: z.boolean().optional(),
  isViewOnce: z.boolean().optional(),
  ephemeralMs: spanMs.optional(),
  album: ref.optional(),
};

const mimetype = z.string().min(1).max(256);

/** A file that is on WhatsApp's servers already, such as one that was received. */
const uploaded = mediaReferenceSchema.extend({
  mimetype,
  directPath: z.string().min(1).max(4_096),
  mediaKey: base64Schema.min(1).max(64),
});

/** A file of the device's media library, by its hash. */
const kept = mediaReferenceSchema
  .omit({ directPath: true, url: true, mediaKey: true, handle: true, encSha256: true, mediaKeyAt: true })
  .extend({ sha256: base64Schema.length(44), mimetype: mimetype.default('application/octet-stream') });

/** Bytes and streams go with TypeScript alone: they are in the library before anything is checked against this schema. */
type MediaInput =
  | z.input<typeof uploaded>
  | z.input<typeof kept>
  | z.input<typeof mediaSourceSchema>
  | (MediaSource & MediaClaims);

/** What a message is queued with is uploaded or kept: a source has become a file of the library by then. */
const media = z.union(
  [uploaded, kept, mediaSourceSchema],
  'Give one of path, url, base64; or the media of a message that was received, with its directPath and mediaKey or its sha256.',
) as unknown as z.ZodType<MediaReference, MediaInput>;
const file = { media, ...annotations };

const standing = [
  z.object({ kind: z.literal('text'), text, preview: linkPreviewSchema.optional(), ...annotations }),
  z.object({ kind: z.literal('image'), caption, ...file }),
  z.object({ kind: z.literal('video'), caption, ...file }),
  z.object({ kind: z.literal('gif'), caption, ...file }),
  z.object({ kind: z.literal('video_note'), ...file }),
  z.object({ kind: z.literal('audio'), ...file }),
  z.object({ kind: z.literal('voice'), waveform: base64Schema.optional(), ...file }),
  z.object({
    kind: z.literal('document'),
    fileName: note,
    caption,
    pageCount: spanMs.optional(),
    ...file,
  }),
  z.object({ kind: z.literal('sticker'), isAnimated: z.boolean().optional(), ...file }),
  z.object({
    kind: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: note,
    address: note,
    url: note,
    ...annotations,
  }),
  /** Each with a `vcard`, or with `phones` of which one is made. */
  z.object({
    kind: z.literal('contacts'),
    contacts: z
      .array(
        z
          .object({
            name: label,
            phones: z.array(z.string().min(1).max(64)).max(32).default([]),
            vcard: z.string().max(LONGEST_TEXT).optional(),
          })
          .refine(({ phones, vcard }) => vcard || phones.length > 0, 'Give a phone number or a vcard.'),
      )
      .min(1)
      .max(257),
    ...annotations,
  }),
  z
    .object({
      kind: z.literal('poll'),
      name: label,
      options: z.array(label).min(2).max(12),
      selectableCount: z.number().int().min(0).max(12).default(1),
      ...annotations,
    })
    .refine(({ options }) => new Set(options).size === options.length, {
      path: ['options'],
      message: 'Give each option once.',
    })
    .refine(({ options, selectableCount }) => selectableCount <= options.length, {
      path: ['selectableCount'],
      message: 'Let no more options be chosen than there are.',
    }),
  z.object({
    kind: z.literal('event'),
    name: label,
    description: caption,
    startAt: moment,
    endAt: moment.optional(),
    location: placeSchema.optional(),
    joinLink: note,
    isCancelled: z.boolean().optional(),
    ...annotations,
  }),
  z.object({
    kind: z.literal('group_invite'),
    group: chat,
    groupName: z.string().max(1_024),
    code: label,
    expiresAt: moment.optional(),
    text: caption,
    ...annotations,
  }),
] as const;

const target = refOrId;
const about = [
  z.object({ kind: z.literal('reaction'), target, emoji: z.string().max(64) }),
  z.object({ kind: z.literal('poll_vote'), target, options: z.array(label).max(12) }),
  z.object({
    kind: z.literal('event_response'),
    target,
    response: z.enum(['going', 'not_going', 'maybe']),
    extraGuests: z.number().int().min(0).max(100).optional(),
  }),
  z.object({ kind: z.literal('edit'), target, text }),
  z.object({ kind: z.literal('revoke'), target }),
  z.object({
    kind: z.literal('pin'),
    target,
    isPinned: z.boolean().default(true),
    durationMs: spanMs.optional(),
  }),
  z.object({ kind: z.literal('keep'), target, isKept: z.boolean().default(true) }),
] as const;

/** What can be sent; a content of such a kind as it was received is one. */
export const outgoingContentSchema = z.discriminatedUnion('kind', [...standing, ...about]);
/** As callers write it: defaults may be left out, people be named by phone number, messages by ID. */
export type OutgoingContentInput = z.input<typeof outgoingContentSchema>;
export type OutgoingContent = z.output<typeof outgoingContentSchema>;
export type OutgoingKind = OutgoingContent['kind'];

/** What has a file. */
export type OutgoingMedia = Extract<OutgoingContent, { media: MediaReference }>;

/** What is said to another message, or changes it. */
export type OutgoingAbout = Extract<OutgoingContent, { target: unknown }>;

export const outgoingKinds = outgoingContentSchema.options.map(
  ({ shape }) => shape.kind.value,
) as OutgoingKind[];

/** Who gets to see a status: phone numbers or JIDs. */
export const audienceSchema = z.array(person).min(1).max(10_000);
