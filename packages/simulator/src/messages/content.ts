import { z } from 'zod';
import { SimulatorError } from '../errors.js';
import { businessContents, paymentReplies } from './business-content.js';
import { linkPreview } from './link-preview.js';

const text = z.string().min(1).max(65_536);
const label = z.string().min(1).max(1_024);
const messageId = z.string().min(1).max(128);
/** Empty in what a client sent that did not say what it answers. */
const answeredId = z.string().max(128);
/** Epoch milliseconds. */
const moment = z.number().int().positive();

/** What any content, and any attachment, may carry besides itself. */
export const messageOptions = {
  /** The id of a message of the same chat that this one answers. */
  quote: messageId.optional(),
  /** People named in the text, by phone number or JID. */
  mentions: z.array(z.string()).max(1_024).optional(),
  /** After how many seconds the message disappears. */
  expiresIn: z.number().int().positive().optional(),
  viewOnce: z.boolean().optional(),
  forwarded: z.boolean().optional(),
};

/** How a call can have ended, in WhatsApp's order. */
export const callOutcomes = ['connected', 'missed', 'failed', 'rejected'] as const;

const place = z.object({
  name: z.string().max(1_024).optional(),
  address: z.string().max(1_024).optional(),
});

const simple = [
  z.object({ kind: z.literal('text'), text, preview: linkPreview.optional(), ...messageOptions }),
  place.extend({
    kind: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    live: z.boolean().optional(),
    ...messageOptions,
  }),
  z.object({
    kind: z.literal('contacts'),
    contacts: z
      .array(z.object({ name: label, phone: z.string().max(30) }))
      .min(1)
      .max(257),
    ...messageOptions,
  }),
  z.object({
    kind: z.literal('groupInvite'),
    group: z.string().max(64),
    groupName: z.string().max(1_024),
    code: z.string().max(64),
    expiresAt: z.number().int().nonnegative(),
    text: z.string().max(65_536).optional(),
    ...messageOptions,
  }),
  /** Pictures and videos follow, each saying that it belongs here: see `album` of an attachment. */
  z.object({
    kind: z.literal('album'),
    images: z.number().int().nonnegative(),
    videos: z.number().int().nonnegative(),
    ...messageOptions,
  }),
  /** A call, as the chat remembers it. */
  z.object({
    kind: z.literal('callLog'),
    video: z.boolean().default(false),
    outcome: z.enum(callOutcomes),
    seconds: z.number().int().nonnegative().default(0),
  }),
  z.object({ kind: z.literal('phoneRequest') }),
  z.object({ kind: z.literal('phoneShare') }),
  /** Messages of this chat written from now on disappear after so many seconds; 0: they stay. */
  z.object({ kind: z.literal('expiration'), seconds: z.number().int().nonnegative() }),
] as const;

const asking = [
  z.object({
    kind: z.literal('poll'),
    name: label,
    options: z.array(label).min(1).max(12),
    /** How many options may be chosen; 0: any number. */
    selectable: z.number().int().min(0).max(12).default(0),
    ...messageOptions,
  }),
  z.object({
    kind: z.literal('event'),
    name: label,
    description: z.string().max(65_536).optional(),
    startAt: moment,
    endAt: moment.optional(),
    location: place.optional(),
    canceled: z.boolean().optional(),
    ...messageOptions,
  }),
  z.object({
    kind: z.literal('buttons'),
    text,
    footer: z.string().max(1_024).optional(),
    buttons: z
      .array(z.object({ id: label, text: label }))
      .min(1)
      .max(10),
    /** As which message a business sends them; left out: the plain one. */
    as: z.enum(['template', 'interactive']).optional(),
    ...messageOptions,
  }),
  z.object({
    kind: z.literal('list'),
    title: z.string().max(1_024).optional(),
    text,
    footer: z.string().max(1_024).optional(),
    button: label,
    rows: z
      .array(z.object({ id: label, title: label, description: z.string().max(1_024).optional() }))
      .min(1)
      .max(100),
    ...messageOptions,
  }),
] as const;

/** Contents that change or answer another message of the chat, `of` being its id. */
const addOns = [
  /** An empty emoji takes the reaction back. */
  z.object({ kind: z.literal('reaction'), of: messageId, emoji: z.string().max(64) }),
  z.object({ kind: z.literal('edit'), of: messageId, text }),
  z.object({ kind: z.literal('revoke'), of: messageId }),
  z.object({ kind: z.literal('vote'), of: messageId, options: z.array(label).max(12) }),
  z.object({
    kind: z.literal('eventResponse'),
    of: messageId,
    response: z.enum(['going', 'not_going', 'maybe']),
  }),
  /** What is written below an announcement, encrypted with the secret of that; so are the edits of polls and events. */
  z.object({ kind: z.literal('comment'), of: messageId, text }),
  z.object({ kind: z.literal('pollEdit'), of: messageId, name: label }),
  z.object({
    kind: z.literal('eventEdit'),
    of: messageId,
    name: label,
    description: z.string().max(65_536).optional(),
    startAt: moment,
  }),
  z.object({ kind: z.literal('buttonReply'), of: answeredId, id: label, text: z.string().max(1_024) }),
  z.object({ kind: z.literal('listReply'), of: answeredId, id: label, text: z.string().max(1_024) }),
  /** What somebody has entered into a form of a business; `parameters` is JSON of its own. */
  z.object({
    kind: z.literal('flowReply'),
    of: answeredId,
    name: label,
    text: z.string().max(1_024),
    parameters: z.string().max(65_536),
  }),
  /** `seconds` 0 takes the pin off. */
  z.object({ kind: z.literal('pin'), of: messageId, seconds: z.number().int().nonnegative() }),
  /** Keeps a disappearing message in the chat, or lets go of it again. */
  z.object({ kind: z.literal('keep'), of: messageId, kept: z.boolean() }),
] as const;

/** What a message says, as JSON: the same for what is to be sent and for what was received. */
export const contentSchema = z.discriminatedUnion('kind', [
  ...simple,
  ...asking,
  ...businessContents,
  ...addOns,
  ...paymentReplies,
]);
export type Content = z.infer<typeof contentSchema>;
/** A content as a caller writes it, where defaults may be left out. */
export type ContentInput = z.input<typeof contentSchema>;
const messageOptionsSchema = z.object(messageOptions);
export type MessageOptions = z.infer<typeof messageOptionsSchema>;
export type ContentOf<K extends Content['kind']> = Extract<Content, { kind: K }>;

/** Checks what a caller wrote; a text alone is a content, too. @throws SimulatorError 400 that says what is wrong */
export function parseContent(what: string | ContentInput): Content {
  const parsed = contentSchema.safeParse(typeof what === 'string' ? { kind: 'text', text: what } : what);
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error);
  throw new SimulatorError('CONTENT_INVALID', 400, `That is no content that can be sent: ${reason}`);
}
