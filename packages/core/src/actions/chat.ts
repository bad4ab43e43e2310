import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { ScopedStore } from '../store/store.js';
import { chatMarks } from '../types/app-state.js';
import { jidSchema } from '../types/content-parts.js';
import type { Jid } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { type ConnectedContext, defineAction, done } from './action.js';
import { confirm } from './confirm.js';
import { chatField, ephemeralField, pageFields, recipientField } from './fields.js';
import { known } from './people.js';

const chatView = z
  .object({
    jid: jidSchema,
    name: z.string().optional(),
    lastMessageAt: z.number().meta({ description: 'Epoch milliseconds.' }),
    unreadCount: z.number().meta({
      description: 'How many messages have come in that no device of the account has read or written behind.',
    }),
    labelIds: z.array(z.string()),
  })
  .extend(chatMarks.shape);
type ChatView = z.output<typeof chatView>;

/** How many messages are confirmed at the most when a chat is marked as read. */
const READ_AT_ONCE = 100;

/** What all devices of the account share about a chat needs the key the phone gives them. */
const shared = ['APP_STATE_KEY_MISSING'] as const;

export const chatActions = [
  defineAction({
    name: 'chat.list',
    title: 'List chats',
    description: 'Lists the chats of the account, the latest first.',
    needs: 'device',
    input: {
      isArchived: z.boolean().optional().meta({ description: 'Only those of a page that are, or are not.' }),
      ...pageFields,
    },
    output: z.array(chatView),
    async run({ manager, deviceId, stored }, { isArchived, limit, before }) {
      const chats = await manager.listChats(deviceId, { limit, ...(before === undefined ? {} : { before }) });
      const views = chats.flatMap(({ jid }) => (stored && view(stored, jid)) ?? []);
      return views.filter((chat) => isArchived === undefined || chat.isArchived === isArchived);
    },
  }),
  defineAction({
    name: 'chat.get',
    title: 'Get a chat',
    description:
      'Tells how a chat is shown: archived, pinned, muted, what is unread in it, its disappearing timer and its labels.',
    needs: 'device',
    errors: ['CHAT_NOT_FOUND'],
    input: { chat: chatField },
    output: chatView,
    async run({ stored }, { chat }) {
      const found = stored && view(stored, known(stored, chat));
      if (!found) throw new WharfError('CHAT_NOT_FOUND');
      return found;
    },
  }),
  defineAction({
    name: 'chat.archive',
    title: 'Archive a chat',
    description: 'Archives a chat on all devices of the account, or takes it out of the archive.',
    needs: 'connected',
    errors: shared,
    input: { chat: chatField, isArchived: z.boolean().default(true) },
    output: done,
    run: (context, { chat, isArchived }) =>
      mark(context, chat, { isArchived }, (jid, last) =>
        context.queries.chats.archive(jid, isArchived, last),
      ),
  }),
  defineAction({
    name: 'chat.pin',
    title: 'Pin a chat',
    description: 'Pins a chat to the top on all devices of the account, or takes the pin away.',
    needs: 'connected',
    errors: shared,
    input: { chat: chatField, isPinned: z.boolean().default(true) },
    output: done,
    run: (context, { chat, isPinned }) =>
      mark(context, chat, { isPinned }, (jid) => context.queries.chats.pin(jid, isPinned)),
  }),
  defineAction({
    name: 'chat.mute',
    title: 'Mute a chat',
    description: 'Mutes a chat on all devices of the account for some time or for ever, or no longer.',
    needs: 'connected',
    errors: shared,
    input: {
      chat: chatField,
      forMs: z
        .number()
        .int()
        .positive()
        .nullable()
        .optional()
        .meta({ description: 'For how long, in milliseconds; null for no longer. Left out: for ever.' }),
    },
    output: done,
    run(context, { chat, forMs }) {
      const mutedUntil = forMs === undefined ? -1 : forMs === null ? null : context.clock.now() + forMs;
      return mark(context, chat, { mutedUntil }, (jid) => context.queries.chats.mute(jid, mutedUntil));
    },
  }),
  defineAction({
    name: 'chat.markRead',
    title: 'Mark a chat as read',
    description: `Takes the mark of being unread from a chat, and tells those who wrote that they were read, of its last ${READ_AT_ONCE} messages those that were not confirmed yet, as far as the privacy settings of the account let them know.`,
    needs: 'connected',
    errors: shared,
    input: { chat: chatField },
    output: done,
    async run(context, { chat }) {
      const { stored, queries } = context;
      const unread = stored.messages
        .getOfChat(known(stored, chat), READ_AT_ONCE)
        .filter(({ isFromMe, id }) => !isFromMe && !stored.messages.getDelivery(id));
      await confirm(context, unread, 'read');
      stored.chats.putUnread(known(stored, chat), 0);
      return mark(context, chat, { isMarkedUnread: false }, (jid, last) =>
        queries.chats.markUnread(jid, false, last),
      );
    },
  }),
  defineAction({
    name: 'chat.markUnread',
    title: 'Mark a chat as unread',
    description: 'Marks a chat as unread on all devices of the account. Nobody else learns of it.',
    needs: 'connected',
    errors: shared,
    input: { chat: chatField },
    output: done,
    run: (context, { chat }) =>
      mark(context, chat, { isMarkedUnread: true }, (jid, last) =>
        context.queries.chats.markUnread(jid, true, last),
      ),
  }),
  defineAction({
    name: 'chat.clear',
    title: 'Clear a chat',
    description:
      'Deletes all messages of a chat, here and on all devices of the account. The others keep theirs.',
    needs: 'connected',
    errors: shared,
    input: { chat: chatField },
    output: done,
    async run(context, { chat }) {
      await empty(context, chat, 'clear');
      return {};
    },
  }),
  defineAction({
    name: 'chat.delete',
    title: 'Delete a chat',
    description:
      'Deletes a chat with its messages, here and on all devices of the account. In a group one stays a member.',
    needs: 'connected',
    errors: shared,
    input: { chat: chatField },
    output: done,
    async run(context, { chat }) {
      const { stored } = context;
      const jid = await empty(context, chat, 'delete');
      stored.appState.deleteMarks(jid);
      stored.chats.delete(jid);
      return {};
    },
  }),
  defineAction({
    name: 'chat.setEphemeral',
    title: 'Set the disappearing timer',
    description: 'Sets after how long new messages of a chat disappear, for everybody in it.',
    needs: 'connected',
    input: { chat: recipientField, ephemeralMs: ephemeralField },
    output: done,
    async run({ stored, queries }, { chat, ephemeralMs }) {
      const jid = known(stored, chat);
      await queries.chats.setEphemeral(jid, ephemeralMs / 1000);
      stored.appState.putMarks(jid, { ephemeralMs });
      return {};
    },
  }),
  defineAction({
    name: 'chat.type',
    title: 'Show typing or recording',
    description:
      'Shows in a chat that something is being written or recorded, or no longer. Phones stop showing it by themselves after some seconds; nobody confirms it.',
    needs: 'connected',
    input: { chat: recipientField, state: z.enum(['composing', 'recording', 'paused']) },
    output: done,
    async run({ stored, queries }, { chat, state }) {
      await queries.presence.type(known(stored, chat), state);
      return {};
    },
  }),
];

function view({ chats, appState }: ScopedStore, jid: Jid): ChatView | undefined {
  const chat = chats.get(jid);
  if (!chat) return undefined;
  const uses = appState.getLabelUses().filter((use) => use.chat === jid && use.messageId === undefined);
  return { ...chat, ...appState.getMarks(jid), labelIds: uses.map(({ labelId }) => labelId) };
}

const lastOf = ({ messages }: ScopedStore, jid: Jid): Message | undefined => messages.getOfChat(jid, 1)[0];

/** Deletes the messages of a chat, there and here. */
async function empty(
  { stored, queries }: ConnectedContext,
  chat: Jid,
  how: 'clear' | 'delete',
): Promise<Jid> {
  const jid = known(stored, chat);
  await queries.chats[how](jid, lastOf(stored, jid));
  stored.messages.clear(jid);
  stored.chats.putUnread(jid, 0);
  return jid;
}

/** Changes how a chat is shown, there and here. */
async function mark(
  { stored }: ConnectedContext,
  chat: Jid,
  marks: Partial<z.output<typeof chatMarks>>,
  change: (jid: Jid, last: Message | undefined) => Promise<void>,
): Promise<z.output<typeof done>> {
  const jid = known(stored, chat);
  await change(jid, lastOf(stored, jid));
  stored.appState.putMarks(jid, marks);
  return {};
}
