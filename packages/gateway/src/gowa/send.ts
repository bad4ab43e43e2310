import { type OutboxItem, type OutgoingContentInput, WharfError } from '@wharf/core';
import { z } from 'zod';
import { settled } from '../http/sending.js';
import { file, flag, nothing, optionalText, recipient, texts, timer } from './fields.js';
import { type GowaContext, gowaRoute } from './route.js';

/** What is answered for all that is queued. */
export const sent = z.object({
  message_id: z.string(),
  status: z
    .enum(['queued', 'sending', 'sent', 'cancelled'])
    .meta({ description: 'How far it is; `sent`: the server has it.' }),
  delivery: z.string().optional().meta({ description: 'How far the recipient has it, when that is known.' }),
});

/** @throws WharfError with which the message came to nothing */
export function viewSent(item: OutboxItem): { message: string; results: z.output<typeof sent> } {
  const { messageId, state, delivery } = settled(item);
  return {
    message: state === 'sent' ? 'Message sent' : 'Message queued',
    results: {
      message_id: messageId,
      status: state as z.output<typeof sent>['status'],
      ...(delivery === undefined ? {} : { delivery }),
    },
  };
}

const STATUS = 'status@broadcast';
const EVERYONE = '@everyone';

/** What may be said of every message. */
const common = {
  phone: recipient,
  duration: timer.optional(),
  is_forwarded: flag.optional(),
  reply_message_id: optionalText,
  mentions: texts.optional(),
  audience: texts
    .optional()
    .meta({ description: 'Who gets to see a status; else whoever is in the address book.' }),
};
type Common = z.output<z.ZodObject<typeof common>>;

async function send(context: GowaContext<Common>, content: OutgoingContentInput) {
  const { phone, duration, is_forwarded, reply_message_id, mentions, audience } = context.input;
  const people = mentions?.filter((name) => name !== EVERYONE) ?? [];
  const annotated = {
    ...content,
    ...(duration === undefined ? {} : { ephemeralMs: duration * 1_000 }),
    ...(is_forwarded ? { isForwarded: true } : {}),
    ...(reply_message_id === undefined ? {} : { quoted: reply_message_id }),
    ...(people.length > 0 ? { mentions: people } : {}),
    ...(mentions?.includes(EVERYONE) ? { mentionsEveryone: true } : {}),
  } as OutgoingContentInput;
  const seenBy = phone === STATUS ? { audience: audience ?? (await addressBook(context)) } : {};
  const item = await context.act('message.send', {
    to: phone,
    content: annotated,
    ...seenBy,
    ...context.sending,
  });
  return viewSent(item);
}

async function addressBook({ act }: GowaContext<unknown>): Promise<string[]> {
  const people = await act('contact.list', {});
  return people.filter(({ savedName }) => savedName !== undefined).map(({ jid }) => jid);
}

/** A file of the form, or one by its hash or its address. @throws WharfError OPTION_INVALID when there is neither */
function media(option: string, given: z.output<typeof file>, url: string | undefined) {
  if (given) return given;
  if (url === undefined) throw new WharfError('OPTION_INVALID', { details: { option } });
  return { url };
}

const sendRoute = <Shape extends z.ZodRawShape>(
  name: string,
  summary: string,
  shape: Shape,
  compose: (input: z.output<z.ZodObject<typeof common & Shape>>) => OutgoingContentInput,
) => {
  const input = z.object({ ...common, ...shape });
  return gowaRoute({
    method: 'POST',
    path: `/send/${name}`,
    summary,
    input,
    ...(name in shape ? { file: { field: name, to: 'library' } as const } : {}),
    isSend: true,
    results: sent,
    run: (context) =>
      send(
        context as unknown as GowaContext<Common>,
        compose(context.input as z.output<z.ZodObject<typeof common & Shape>>),
      ),
  });
};

const caption = optionalText;
const once = (view_once: boolean | undefined) => (view_once ? { isViewOnce: true } : {});
const titled = (text: string | undefined) => (text === undefined ? {} : { caption: text });

/** Everything that can be sent, as GOWA has it. */
export const sendRoutes = [
  sendRoute('message', 'Send a text', { message: z.string().min(1).max(65_536) }, ({ message }) => ({
    kind: 'text',
    text: message,
  })),
  sendRoute(
    'image',
    'Send a picture',
    {
      image: file,
      image_url: optionalText,
      caption,
      view_once: flag.optional(),
      compress: flag.optional(),
      hd: flag.optional(),
    },
    (input) => ({
      kind: 'image',
      media: media('image', input.image, input.image_url),
      ...titled(input.caption),
      ...once(input.view_once),
    }),
  ),
  sendRoute(
    'video',
    'Send a video, or one that plays by itself',
    {
      video: file,
      video_url: optionalText,
      caption,
      view_once: flag.optional(),
      compress: flag.optional(),
      hd: flag.optional(),
      gif_playback: flag.optional(),
    },
    (input) => ({
      kind: input.gif_playback ? 'gif' : 'video',
      media: media('video', input.video, input.video_url),
      ...titled(input.caption),
      ...once(input.view_once),
    }),
  ),
  sendRoute(
    'audio',
    'Send a sound, or a voice message',
    { audio: file, audio_url: optionalText, ptt: flag.optional() },
    (input) => ({
      kind: input.ptt ? 'voice' : 'audio',
      media: media('audio', input.audio, input.audio_url),
    }),
  ),
  sendRoute('file', 'Send a document', { file, file_url: optionalText, caption }, (input) => ({
    kind: 'document',
    media: media('file', input.file, input.file_url),
    ...(input.file?.fileName ? { fileName: input.file.fileName } : {}),
    ...titled(input.caption),
  })),
  sendRoute('sticker', 'Send a sticker', { sticker: file, sticker_url: optionalText }, (input) => ({
    kind: 'sticker',
    media: media('sticker', input.sticker, input.sticker_url),
  })),
  sendRoute(
    'contact',
    'Send a contact',
    { contact_name: z.string(), contact_phone: z.string() },
    ({ contact_name, contact_phone }) => ({
      kind: 'contacts',
      contacts: [{ name: contact_name, phones: [contact_phone] }],
    }),
  ),
  sendRoute('link', 'Send a link', { link: z.url(), caption }, (input) => ({
    kind: 'text',
    text: input.caption === undefined ? input.link : `${input.caption}\n${input.link}`,
  })),
  sendRoute(
    'location',
    'Send a place',
    {
      latitude: z.coerce.number(),
      longitude: z.coerce.number(),
      name: optionalText,
      address: optionalText,
    },
    ({ latitude, longitude, name, address }) => ({
      kind: 'location',
      latitude,
      longitude,
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
    }),
  ),
  sendRoute(
    'poll',
    'Send a poll',
    { question: z.string(), options: texts, max_answer: z.coerce.number().int() },
    ({ question, options, max_answer }) => ({
      kind: 'poll',
      name: question,
      options,
      selectableCount: max_answer,
    }),
  ),
  gowaRoute({
    method: 'POST',
    path: '/send/presence',
    summary: 'Show the account as online, or no longer',
    input: z.object({ type: z.enum(['available', 'unavailable']), is_forwarded: flag.optional() }),
    results: nothing,
    async run({ act, input }) {
      await act('presence.set', { state: input.type });
      return { message: 'Presence set', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/send/chat-presence',
    summary: 'Show that something is being written, or no longer',
    input: z.object({ phone: recipient, action: z.enum(['start', 'stop', 'recording']) }),
    results: nothing,
    async run({ act, input: { phone, action } }) {
      const state = ({ start: 'composing', stop: 'paused', recording: 'recording' } as const)[action];
      await act('chat.type', { chat: phone, state });
      return { message: 'Chat presence set', results: null };
    },
  }),
];
