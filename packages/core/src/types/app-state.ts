import { z } from 'zod';
import { jidSchema, messageIdSchema } from './content-parts.js';
import type { Jid, MessageId } from './ids.js';
import type { Person } from './message.js';

/** How all devices of an account show a chat, apart from its messages. */
export const chatMarks = z.object({
  isArchived: z.boolean(),
  isPinned: z.boolean(),
  mutedUntil: z
    .number()
    .nullable()
    .meta({ description: 'Epoch milliseconds; -1: for ever; null: it is not muted.' }),
  isMarkedUnread: z.boolean().meta({ description: 'Somebody has marked it as unread by hand.' }),
  ephemeralMs: z.number().meta({ description: 'After how long new messages disappear; 0: they stay.' }),
});
export type ChatMarks = z.output<typeof chatMarks>;

/** A label, with which business accounts sort chats and messages. */
export const label = z.object({
  id: z.string(),
  name: z.string(),
  color: z.number().meta({ description: 'The number of a colour of WhatsApp, from 0 to 19.' }),
});
export type Label = z.output<typeof label>;

/** What a label is on: a chat, or one message of it. */
export const labelUse = z.object({
  labelId: z.string(),
  chat: jidSchema,
  messageId: messageIdSchema.optional(),
});
export type LabelUse = z.output<typeof labelUse>;

/** A change of what the devices of an account share beside messages, whichever of them made it. */
export type AppStateChange =
  | { about: 'chat'; chat: Jid; marks: Partial<ChatMarks> }
  | { about: 'contact'; contact: Person }
  | { about: 'read'; messageIds: MessageId[] }
  | { about: 'label'; label: Label; isDeleted: boolean }
  | { about: 'label_use'; use: LabelUse; isOn: boolean }
  | { about: 'star'; messageId: MessageId; isStarred: boolean }
  | { about: 'deleted_message'; messageId: MessageId }
  | { about: 'deleted_chat'; chat: Jid };
