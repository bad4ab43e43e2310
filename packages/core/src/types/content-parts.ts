import { z } from 'zod';
import type { Jid, MessageId } from './ids.js';

/** WhatsApp's address of somebody or of a chat. */
export const jidSchema = z.string().meta({ description: 'A JID.' }) as unknown as z.ZodType<Jid, string>;
export const messageIdSchema = z.string() as unknown as z.ZodType<MessageId, string>;

/** Bytes, in base64. */
export const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
/** Epoch milliseconds. */
export const momentSchema = z.number().int();
export const countSchema = z.number().int().nonnegative();

/** Another message of the same chat. */
export const messageRefSchema = z.object({
  id: messageIdSchema,
  /** Whether the account itself wrote it. */
  isFromMe: z.boolean().optional(),
  /** Who wrote it, as the message that names it says. */
  sender: jidSchema.optional(),
});
export type MessageRef = z.output<typeof messageRefSchema>;

/** The message that one answers, with as much of it as is shown above the answer. */
export const quotedSchema = messageRefSchema.extend({
  /** What kind of content it has. */
  kind: z.string().optional(),
  /** Its text or caption. */
  text: z.string().optional(),
  /** The chat it is in, if that is another one: a status, or a group that is answered in private. */
  chat: jidSchema.optional(),
});
export type Quoted = z.output<typeof quotedSchema>;

/** What any content may carry besides itself. */
export const annotations = {
  /** The message that this one replies to. */
  quoted: quotedSchema.optional(),
  /** Who is named in the text, which has `@` and the user part of each JID. */
  mentions: z.array(jidSchema).optional(),
  /** Everybody in the group is named. */
  mentionsEveryone: z.boolean().optional(),
  isForwarded: z.boolean().optional(),
  /** It can be opened once. */
  isViewOnce: z.boolean().optional(),
  /** After this time it disappears from the chat. */
  ephemeralMs: countSchema.optional(),
  /** The album it belongs to. */
  album: messageRefSchema.optional(),
};

/** The card of a link in a text. */
export const linkPreviewSchema = z.object({
  url: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  /** A small JPEG. */
  thumbnail: base64Schema.optional(),
});

export const placeSchema = z.object({
  name: z.string().optional(),
  address: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
});

/** What there is to come to. */
export const eventSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  startAt: momentSchema,
  endAt: momentSchema.optional(),
  location: placeSchema.optional(),
  joinLink: z.string().optional(),
  isCancelled: z.boolean().optional(),
});
export type EventDetails = z.output<typeof eventSchema>;

/** A file on WhatsApp's media servers: what it is, where it is, and the keys that open it. It is gone from there after some weeks. */
export const mediaReferenceSchema = z.object({
  mimetype: z.string(),
  sizeBytes: countSchema.optional(),
  /** Of the file itself. */
  sha256: base64Schema.optional(),
  width: countSchema.optional(),
  height: countSchema.optional(),
  /** How long audio or video plays. */
  seconds: countSchema.optional(),
  directPath: z.string().optional(),
  url: z.string().optional(),
  mediaKey: base64Schema.optional(),
  /** What the server of channels knows it by, for all to read. */
  handle: z.string().optional(),
  /** Of the encrypted file. */
  encSha256: base64Schema.optional(),
  /** When it was uploaded. */
  mediaKeyAt: momentSchema.optional(),
  /** A small JPEG, shown until the file has been fetched. */
  thumbnail: base64Schema.optional(),
});
export type MediaReference = z.output<typeof mediaReferenceSchema>;

/** A button below a message. One with a `url` or a `phone` opens that; any other answers with its `id`. */
export const buttonSchema = z.object({
  id: z.string(),
  text: z.string(),
  url: z.string().optional(),
  phone: z.string().optional(),
});

/** In thousandths of a currency's unit, as WhatsApp counts. */
export const amount1000Schema = z.number().int();
