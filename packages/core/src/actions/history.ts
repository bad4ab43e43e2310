import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { defineAction } from './action.js';
import { chatField, messageIdField } from './fields.js';
import { known } from './people.js';

export const historyActions = [
  defineAction({
    name: 'history.request',
    title: 'Request older messages',
    description:
      'Asks the phone of the account for older messages of a chat, and stores them. They are then found by message.list; no event says "message" for them. The phone must be online.',
    needs: 'connected',
    errors: ['HISTORY_ANCHOR_MISSING', 'HISTORY_UNANSWERED', 'HISTORY_UNREADABLE', 'MEDIA_EXPIRED'],
    input: {
      chat: chatField,
      before: messageIdField
        .optional()
        .meta({ description: 'A stored message of the chat. Default: the oldest of those that are stored.' }),
      count: z.number().int().min(1).max(500).default(50).meta({ description: 'How many at the most.' }),
    },
    output: z.object({
      requestId: z.string().meta({ description: 'As in the event history.progress.' }),
      messages: z.number().meta({ description: 'How many came that were not stored before.' }),
    }),
    async run({ stored, queries }, { chat, before, count }) {
      const jid = known(stored, chat);
      const anchor = before ? stored.messages.get(before) : stored.messages.getOldest(jid);
      if (anchor?.chat !== jid) throw new WharfError('HISTORY_ANCHOR_MISSING');
      const { requestId = '', messages } = await queries.history.request(anchor, count);
      return { requestId, messages };
    },
  }),
];
