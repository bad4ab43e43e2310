import type { Chat, Contact, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import type { AppStateChange, ChatMarks } from '../../types/app-state.js';
import { bareJid, isLid, type Jid, type MessageId } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import { listenToReads } from './read-elsewhere.js';
import { readPerson } from './read-message.js';

/** Reads from Baileys' events what the devices of the account share beside messages; some of them come with every message. */
export function listenToAppState(
  socket: WASocket,
  lids: LidRepository,
  own: () => Person,
  emit: (change: AppStateChange) => void,
): void {
  const chatOf = (address: string): Jid => {
    const jid = bareJid(address);
    const pn = isLid(jid) ? lids.getPn(jid.slice(0, jid.indexOf('@'))) : undefined;
    return pn === undefined ? jid : (`${pn}@s.whatsapp.net` as Jid);
  };
  const { ev } = socket;
  listenToReads(socket, own, (messageIds) => emit({ about: 'read', messageIds }));
  ev.on('chats.update', (chats) => {
    for (const chat of chats) {
      const marks = readMarks(chat);
      if (chat.id && Object.keys(marks).length > 0) emit({ about: 'chat', chat: chatOf(chat.id), marks });
    }
  });
  ev.on('contacts.upsert', (contacts) => {
    for (const raw of contacts) {
      const contact = readContact(raw);
      if (contact) emit({ about: 'contact', contact: { ...contact, jid: chatOf(contact.jid) } });
    }
  });
  ev.on('labels.edit', ({ id, name, color, deleted }) =>
    emit({ about: 'label', label: { id, name, color }, isDeleted: deleted === true }),
  );
  ev.on('labels.association', ({ type, association }) => {
    const { labelId, chatId } = association;
    const message = 'messageId' in association ? { messageId: association.messageId as MessageId } : {};
    emit({ about: 'label_use', use: { labelId, chat: chatOf(chatId), ...message }, isOn: type === 'add' });
  });
  ev.on('messages.update', (updates) => {
    for (const { key, update } of updates) {
      const { starred } = update;
      if (key.id && typeof starred === 'boolean')
        emit({ about: 'star', messageId: key.id as MessageId, isStarred: starred });
    }
  });
  ev.on('messages.delete', (deleted) => {
    for (const { id } of 'keys' in deleted ? deleted.keys : [])
      if (id) emit({ about: 'deleted_message', messageId: id as MessageId });
  });
  ev.on('chats.delete', (chats) => {
    for (const chat of chats) emit({ about: 'deleted_chat', chat: chatOf(chat) });
  });
}

/** Only what the app state says: a new message changes the number of unread ones, too. */
function readMarks({ archived, pinned, muteEndTime, unreadCount }: Partial<Chat>): Partial<ChatMarks> {
  const marks: Partial<ChatMarks> = {};
  if (typeof archived === 'boolean') marks.isArchived = archived;
  if (pinned !== undefined) marks.isPinned = pinned !== null;
  if (muteEndTime !== undefined) marks.mutedUntil = muteEndTime === null ? null : Number(muteEndTime);
  if (unreadCount === -1) marks.isMarkedUnread = true;
  if (unreadCount === 0) marks.isMarkedUnread = false;
  return marks;
}

/** An entry of the address book. */
function readContact({ id, name, lid, phoneNumber }: Contact) {
  const person = readPerson(id, phoneNumber && phoneNumber !== id ? phoneNumber : lid);
  return name ? { ...person, savedName: name } : undefined;
}
