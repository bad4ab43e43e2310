import type { Chat, Manager } from '@wharf/core';
import { z } from 'zod';
import { readChatMessages } from './chat-messages.js';
import { flag, isoTime, optionalText, timer } from './fields.js';
import { type GowaContext, gowaRoute } from './route.js';
import { mediaTypeOf, messageView } from './views.js';

const page = (limit: number) => ({
  limit: z.coerce.number().int().min(1).max(100).default(limit),
  offset: z.coerce.number().int().min(0).max(10_000).default(0),
});
const pagination = z.object({ limit: z.number(), offset: z.number(), total: z.number() });

const chatView = z.object({
  jid: z.string(),
  name: z.string(),
  last_message_time: z.string(),
  ephemeral_expiration: z.number().nullable().meta({ description: 'null: not known.' }),
  archived: z.boolean(),
  pinned: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});

const changed = z.object({ status: z.literal('success'), message: z.string(), chat_jid: z.string() });
const change = (message: string, chat_jid: string) => ({ status: 'success' as const, message, chat_jid });

/** How many chats are looked through, the latest first. */
const MOST_CHATS = 10_000;
const PAGE = 1_000;

const chatsInput = z.object({
  ...page(25),
  search: optionalText,
  has_media: flag.optional(),
  archived: flag.optional(),
});

/** Chats, as GOWA has them. */
export const chatRoutes = [
  gowaRoute({
    method: 'GET',
    path: '/chats',
    summary: 'List chats, the latest first',
    input: chatsInput,
    results: z.object({ data: z.array(chatView), pagination }),
    async run(context) {
      const { limit, offset } = context.input;
      const chats = await filtered(context);
      const shown = chats.slice(offset, offset + limit).map((chat) => view(context, chat));
      return {
        message: 'Chats',
        results: { data: await Promise.all(shown), pagination: { limit, offset, total: chats.length } },
      };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/chat/:jid/messages',
    summary: 'List the messages of a chat, the newest first',
    input: z.object({
      ...page(50),
      start_time: z.iso.datetime({ offset: true }).optional(),
      end_time: z.iso.datetime({ offset: true }).optional(),
      media_only: flag.optional(),
      is_from_me: flag.optional(),
      search: optionalText,
    }),
    results: z.object({ data: z.array(messageView), pagination, chat_info: chatView }),
    async run(context) {
      const { params, input, act } = context;
      const { limit, offset } = input;
      const { jid, name, lastMessageAt } = await act('chat.get', { chat: params.jid ?? '' });
      const { data, total } = await readChatMessages(context, jid);
      const chat: Chat = { jid, lastMessageAt, ...(name === undefined ? {} : { name }) };
      return {
        message: 'Messages',
        results: { data, pagination: { limit, offset, total }, chat_info: await view(context, chat) },
      };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/chat/:jid/pin',
    summary: 'Pin a chat, or take the pin away',
    input: z.object({ pinned: flag }),
    results: changed.extend({ pinned: z.boolean() }),
    async run({ act, params: { jid = '' }, input: { pinned } }) {
      await act('chat.pin', { chat: jid, isPinned: pinned });
      const message = pinned ? 'Chat pinned' : 'Chat no longer pinned';
      return { message, results: { ...change(message, jid), pinned } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/chat/:jid/archive',
    summary: 'Archive a chat, or take it out of the archive',
    input: z.object({ archived: flag }),
    results: changed.extend({ archived: z.boolean() }),
    async run({ act, params: { jid = '' }, input: { archived } }) {
      await act('chat.archive', { chat: jid, isArchived: archived });
      const message = archived ? 'Chat archived' : 'Chat no longer archived';
      return { message, results: { ...change(message, jid), archived } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/chat/:jid/disappearing',
    summary: 'Set after how long messages disappear',
    input: z.object({ timer_seconds: timer }),
    results: changed.extend({ timer_seconds: z.number() }),
    async run({ act, params: { jid = '' }, input: { timer_seconds } }) {
      await act('chat.setEphemeral', { chat: jid, ephemeralMs: timer_seconds * 1_000 });
      const message = 'Disappearing timer set';
      return { message, results: { ...change(message, jid), timer_seconds } };
    },
  }),
];

/** The chats that the filters leave. */
async function filtered(context: GowaContext<z.output<typeof chatsInput>>): Promise<Chat[]> {
  const { input, manager, deviceId, act } = context;
  const wanted = input.search?.toLowerCase();
  const found: Chat[] = [];
  for (const chat of await allChats(manager, deviceId)) {
    const { jid, name = '' } = chat;
    if (wanted !== undefined && !`${name} ${jid}`.toLowerCase().includes(wanted)) continue;
    if (input.archived !== undefined) {
      const { isArchived } = await act('chat.get', { chat: jid });
      if (isArchived !== input.archived) continue;
    }
    if (input.has_media !== undefined) {
      const last = await manager.listMessages(deviceId, jid, { limit: 100 });
      if (last.some(({ content }) => mediaTypeOf(content)) !== input.has_media) continue;
    }
    found.push(chat);
  }
  return found;
}

async function allChats(manager: Manager, deviceId: string): Promise<Chat[]> {
  const chats: Chat[] = [];
  while (chats.length < MOST_CHATS) {
    const before = chats.at(-1)?.jid;
    const next = await manager.listChats(deviceId, { limit: PAGE, ...(before ? { before } : {}) });
    chats.push(...next);
    if (next.length < PAGE) break;
    // Others have their turn between the pages.
    await new Promise(setImmediate);
  }
  return chats;
}

async function view({ act }: GowaContext<unknown>, { jid, name, lastMessageAt }: Chat) {
  const { isArchived, isPinned } = await act('chat.get', { chat: jid });
  const at = isoTime(lastMessageAt);
  return {
    jid,
    name: name ?? '',
    last_message_time: at,
    ephemeral_expiration: null,
    archived: isArchived,
    pinned: isPinned,
    created_at: at,
    updated_at: at,
  };
}
