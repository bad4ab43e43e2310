import { isGroupJid } from '../../../types/ids.js';
import type { Message } from '../../../types/message.js';
import type { ChatQueries, LabelQueries, MessageQueries } from '../../queries.js';
import { changeAppState } from './app-state-key.js';
import type { Asking } from './asking.js';

/** How WhatsApp names a message; `participant` as the group addresses its members. */
function keyOf({ id, chat, isFromMe, isGroup, sender }: Message, participant: string = sender.jid) {
  return { remoteJid: chat, id, fromMe: isFromMe, ...(isGroup && !isFromMe ? { participant } : {}) };
}

const lastOf = (last: Message | undefined) =>
  last ? [{ key: keyOf(last), messageTimestamp: Math.floor(last.at / 1000) }] : [];

export function messageQueries({ socket }: Asking): MessageQueries {
  /** Asked once for each group: it hardly ever changes. */
  const isHidden = new Map<string, Promise<boolean>>();
  const isAddressedByLid = (group: string): Promise<boolean> => {
    const known = isHidden.get(group);
    if (known) return known;
    const asked = socket.groupMetadata(group).then(({ addressingMode }) => addressingMode === 'lid');
    isHidden.set(group, asked);
    asked.catch(() => isHidden.delete(group));
    return asked;
  };
  const wireKey = async (message: Message) => {
    const { sender } = message;
    const isByLid = message.isGroup && sender.lid !== undefined && (await isAddressedByLid(message.chat));
    return keyOf(message, isByLid ? sender.lid : sender.jid);
  };
  return {
    async confirm(messages, what) {
      const keys = await Promise.all(messages.map(wireKey));
      await (what === 'read' ? socket.readMessages(keys) : socket.sendReceipts(keys, 'played'));
    },
    async star(message, isStarred) {
      await changeAppState(socket, () =>
        socket.star(message.chat, [{ id: message.id, fromMe: message.isFromMe }], isStarred),
      );
    },
    async deleteForMe(message) {
      const timestamp = Math.floor(message.at / 1000);
      const key = keyOf(message);
      await changeAppState(socket, () =>
        socket.chatModify({ deleteForMe: { key, timestamp, deleteMedia: true } }, message.chat),
      );
    },
  };
}

export function chatQueries({ socket }: Asking): ChatQueries {
  return {
    async archive(chat, archive, last) {
      await changeAppState(socket, () => socket.chatModify({ archive, lastMessages: lastOf(last) }, chat));
    },
    async pin(chat, pin) {
      await changeAppState(socket, () => socket.chatModify({ pin }, chat));
    },
    async mute(chat, mute) {
      await changeAppState(socket, () => socket.chatModify({ mute }, chat));
    },
    async markUnread(chat, isUnread, last) {
      await changeAppState(socket, () =>
        socket.chatModify({ markRead: !isUnread, lastMessages: lastOf(last) }, chat),
      );
    },
    async clear(chat, last) {
      await changeAppState(socket, () =>
        socket.chatModify({ clear: true, lastMessages: lastOf(last) }, chat),
      );
    },
    async delete(chat, last) {
      await changeAppState(socket, () =>
        socket.chatModify({ delete: true, lastMessages: lastOf(last) }, chat),
      );
    },
    async setEphemeral(chat, seconds) {
      if (isGroupJid(chat)) await socket.groupToggleEphemeral(chat, seconds);
      else await socket.sendMessage(chat, { disappearingMessagesInChat: seconds });
    },
  };
}

export function labelQueries({ socket }: Asking): LabelQueries {
  return {
    async put(id, label) {
      const action = label ? { id, ...label, deleted: false } : { id, deleted: true };
      await changeAppState(socket, () => socket.addLabel('', action));
    },
    async assign(labelId, chat, messageId, isOn) {
      await changeAppState(socket, () => {
        if (messageId === undefined)
          return isOn ? socket.addChatLabel(chat, labelId) : socket.removeChatLabel(chat, labelId);
        return isOn
          ? socket.addMessageLabel(chat, messageId, labelId)
          : socket.removeMessageLabel(chat, messageId, labelId);
      });
    },
  };
}
