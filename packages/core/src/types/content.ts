import { z } from 'zod';
import {
  amount1000Schema,
  annotations,
  base64Schema,
  buttonSchema,
  countSchema,
  eventSchema,
  jidSchema,
  linkPreviewSchema,
  mediaReferenceSchema,
  messageRefSchema,
  momentSchema,
} from './content-parts.js';

const media = mediaReferenceSchema;
const caption = z.string().optional();

/** Texts and files. */
const shown = [
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    preview: linkPreviewSchema.optional(),
    ...annotations,
  }),
  z.object({ kind: z.literal('image'), media, caption, ...annotations }),
  z.object({ kind: z.literal('video'), media, caption, ...annotations }),
  /** A video without sound that plays again and again. */
  z.object({ kind: z.literal('gif'), media, caption, ...annotations }),
  /** A round video. */
  z.object({ kind: z.literal('video_note'), media, ...annotations }),
  z.object({ kind: z.literal('audio'), media, ...annotations }),
  /** A recording; `waveform` has a byte from 0 to 100 for each of its bars. */
  z.object({ kind: z.literal('voice'), media, waveform: base64Schema.optional(), ...annotations }),
  z.object({
    kind: z.literal('document'),
    media,
    fileName: z.string().optional(),
    caption,
    pageCount: countSchema.optional(),
    ...annotations,
  }),
  z.object({ kind: z.literal('sticker'), media, isAnimated: z.boolean().optional(), ...annotations }),
  /** Announces pictures and videos, which follow as messages that name it as their `album`. */
  z.object({ kind: z.literal('album'), imageCount: countSchema, videoCount: countSchema, ...annotations }),
  z.object({
    kind: z.literal('location'),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
    url: z.string().optional(),
    ...annotations,
  }),
  /** Where somebody is who shares it for a while; `sequence` grows from one to the next. */
  z.object({
    kind: z.literal('live_location'),
    latitude: z.number(),
    longitude: z.number(),
    accuracyM: z.number().optional(),
    speedMps: z.number().optional(),
    headingDegrees: z.number().optional(),
    caption,
    sequence: z.number().int().optional(),
    ...annotations,
  }),
  z.object({
    kind: z.literal('contacts'),
    contacts: z.array(
      z.object({
        name: z.string(),
        /** As they are written on the card. */
        phones: z.array(z.string()),
        vcard: z.string().optional(),
      }),
    ),
    ...annotations,
  }),
] as const;

/** What asks for an answer. */
const asking = [
  /** `selectableCount` says how many options may be chosen: 1, or 0 for any number. */
  z.object({
    kind: z.literal('poll'),
    name: z.string(),
    options: z.array(z.string()),
    selectableCount: countSchema,
    ...annotations,
  }),
  z.object({ kind: z.literal('event'), ...eventSchema.shape, ...annotations }),
  z.object({
    kind: z.literal('buttons'),
    text: z.string(),
    title: z.string().optional(),
    footer: z.string().optional(),
    buttons: z.array(buttonSchema),
    ...annotations,
  }),
  z.object({
    kind: z.literal('list'),
    title: z.string().optional(),
    text: z.string(),
    footer: z.string().optional(),
    button: z.string(),
    sections: z.array(
      z.object({
        title: z.string().optional(),
        rows: z.array(z.object({ id: z.string(), title: z.string(), description: z.string().optional() })),
      }),
    ),
    ...annotations,
  }),
  z.object({
    kind: z.literal('group_invite'),
    group: jidSchema,
    groupName: z.string(),
    code: z.string(),
    expiresAt: momentSchema.optional(),
    text: z.string().optional(),
    ...annotations,
  }),
  z.object({
    kind: z.literal('product'),
    productId: z.string(),
    title: z.string(),
    description: z.string().optional(),
    amount1000: amount1000Schema.optional(),
    currency: z.string().optional(),
    url: z.string().optional(),
    owner: jidSchema.optional(),
    text: z.string().optional(),
    footer: z.string().optional(),
    image: mediaReferenceSchema.optional(),
    ...annotations,
  }),
  z.object({
    kind: z.literal('order'),
    orderId: z.string(),
    title: z.string(),
    itemCount: countSchema,
    amount1000: amount1000Schema.optional(),
    currency: z.string().optional(),
    seller: jidSchema.optional(),
    status: z.enum(['inquiry', 'accepted', 'declined']).optional(),
    text: z.string().optional(),
    token: z.string().optional(),
    ...annotations,
  }),
] as const;

/** What is said to another message, or changes it. */
const about = [
  /** An empty `emoji` takes the reaction back. */
  z.object({ kind: z.literal('reaction'), target: messageRefSchema, emoji: z.string() }),
  /** The options that somebody chooses now, all of them; none takes the vote back. Absent when it cannot be decrypted: the poll is not known. */
  z.object({
    kind: z.literal('poll_vote'),
    target: messageRefSchema,
    options: z.array(z.string()).optional(),
  }),
  /** Whether somebody comes. Absent when it cannot be decrypted: the event is not known. */
  z.object({
    kind: z.literal('event_response'),
    target: messageRefSchema,
    response: z.enum(['going', 'not_going', 'maybe']).optional(),
    extraGuests: countSchema.optional(),
  }),
  /** Somebody has pressed a button of the message that is `quoted`. */
  z.object({
    kind: z.literal('button_response'),
    id: z.string(),
    text: z.string(),
    ...annotations,
  }),
  z.object({
    kind: z.literal('list_response'),
    id: z.string(),
    text: z.string(),
    description: z.string().optional(),
    ...annotations,
  }),
  /** The answer to an interactive message of a business: `parameters` is JSON of its own. */
  z.object({
    kind: z.literal('flow_response'),
    name: z.string(),
    text: z.string(),
    parameters: z.string(),
    ...annotations,
  }),
  /** The new text of a message, its new caption, or the new question of a poll; of an event its new name, and all of the `event`. */
  z.object({
    kind: z.literal('edit'),
    target: messageRefSchema,
    text: z.string(),
    event: eventSchema.optional(),
  }),
  /** What somebody writes below a post, in the announcements of a community. */
  z.object({ kind: z.literal('comment'), target: messageRefSchema, text: z.string() }),
  /** The message is taken back: by who wrote it, or in a group by an admin. */
  z.object({ kind: z.literal('revoke'), target: messageRefSchema }),
  z.object({
    kind: z.literal('pin'),
    target: messageRefSchema,
    isPinned: z.boolean(),
    durationMs: countSchema.optional(),
  }),
  /** A message that would disappear stays in the chat, or no longer. */
  z.object({ kind: z.literal('keep'), target: messageRefSchema, isKept: z.boolean() }),
] as const;

/** What tells of something. */
const telling = [
  /** Messages of this chat disappear after so long from now on; 0: they stay. */
  z.object({ kind: z.literal('ephemeral_setting'), ephemeralMs: countSchema }),
  /** A call, as the chat remembers it. */
  z.object({
    kind: z.literal('call'),
    isVideo: z.boolean(),
    outcome: z.enum(['connected', 'missed', 'failed', 'rejected', 'elsewhere', 'ongoing', 'silenced']),
    durationMs: countSchema.optional(),
    ...annotations,
  }),
  /** Anything else; `type` is WhatsApp's name for it. */
  z.object({ kind: z.literal('unsupported'), type: z.string(), ...annotations }),
] as const;

/** What a message says: plain, JSON-safe data. An unknown kind becomes `unsupported` with WhatsApp's name for it, never a gap. */
export const contentSchema = z.discriminatedUnion('kind', [...shown, ...asking, ...about, ...telling]);
export type Content = z.output<typeof contentSchema>;
export type ContentKind = Content['kind'];
export type ContentOf<K extends ContentKind> = Extract<Content, { kind: K }>;

/** Every kind of content, in the order of the documentation. */
export const contentKinds = contentSchema.options.map(({ shape }) => shape.kind.value) as ContentKind[];

/** The words of a content: what a chat shows of it in one line, and what it is found by. Empty for one without. */
export function textOf(content: Content): string {
  switch (content.kind) {
    case 'poll':
      return [content.name, ...content.options].join('\n');
    case 'event':
      return [content.name, content.description].filter(Boolean).join('\n');
    case 'location':
      return [content.name, content.address].filter(Boolean).join('\n');
    case 'contacts':
      return content.contacts.map(({ name }) => name).join('\n');
    case 'product':
    case 'order':
      return [content.title, content.text].filter(Boolean).join('\n');
    case 'document':
      return [content.fileName, content.caption].filter(Boolean).join('\n');
    default:
      if ('text' in content) return content.text ?? '';
      return 'caption' in content ? (content.caption ?? '') : '';
  }
}
