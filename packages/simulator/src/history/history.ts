import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import type { ChatMessage } from '../accounts/state.js';
import { PhoneSettings } from '../appstate/phone-settings.js';
import { webMessage } from './web-message.js';

const { COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY, COMPLETE_BUT_MORE_MESSAGES_REMAIN_ON_PRIMARY } =
  proto.Conversation.EndOfHistoryTransferType;

/** Messages of one chat of a phone that go into a history, oldest first. */
export interface ChatPortion {
  chat: string;
  messages: ChatMessage[];
  /** Whether the phone has older ones. */
  hasOlder: boolean;
}

/** The chats of a phone with their messages, the most recent chat first. */
export function chatsOf(account: Account): ChatPortion[] {
  const chats = new Map<string, ChatMessage[]>();
  for (const message of account.state.messages) {
    const messages = chats.get(message.chat) ?? [];
    messages.push(message);
    chats.delete(message.chat);
    chats.set(message.chat, messages);
  }
  return [...chats].reverse().map(([chat, messages]) => ({ chat, messages, hasOlder: false }));
}

/** A history with these messages: chats with their settings, newest message first, and who is who. */
export function historyOf(account: Account, portions: ChatPortion[]): proto.IHistorySync {
  const settings = new PhoneSettings(account).get();
  const starred = new Set(settings.starred);
  const partners = portions.flatMap(({ chat }) => account.directory.find(chat) ?? []);
  return {
    conversations: portions.map((portion) => {
      const { chat, messages, hasOlder } = portion;
      const partner = account.directory.find(chat);
      const space = (partner && account.state.addressSpaces.get(partner.lid)) ?? 'lid';
      const id = partner ? addressIn(partner, space) : chat;
      const set = settings.chats.find((known) => known.chat === chat);
      const lastAt = Math.floor((messages.at(-1)?.at ?? 0) / 1000);
      const saved = settings.contacts.find(({ jid }) => account.directory.find(jid) === partner);
      return {
        id,
        ...(partner ? { pnJid: partner.pnJid, lidJid: partner.lidJid } : {}),
        name: saved?.fullName ?? partner?.name ?? groupName(account, chat),
        conversationTimestamp: lastAt,
        lastMsgTimestamp: lastAt,
        unreadCount: messages.filter(({ fromMe, delivery }) => !fromMe && delivery === 'delivered').length,
        archived: set?.isArchived ?? false,
        ephemeralExpiration: expirationOf(account, chat),
        ...(set?.isPinned ? { pinned: lastAt } : {}),
        ...(set?.mutedUntil === undefined ? {} : { muteEndTime: set.mutedUntil }),
        endOfHistoryTransferType: hasOlder
          ? COMPLETE_BUT_MORE_MESSAGES_REMAIN_ON_PRIMARY
          : COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY,
        messages: messages.toReversed().map((message, index) => ({
          message: webMessage(account, id, message, starred.has(message.id)),
          msgOrderId: messages.length - index,
        })),
      };
    }),
    phoneNumberToLidMappings: [...new Set([...partners, ...peopleOf(account, portions)])].map(
      ({ pnJid, lidJid }) => ({ pnJid, lidJid }),
    ),
  } as proto.IHistorySync;
}

/** The names that the people of these chats gave themselves. */
export function pushNamesOf(account: Account, portions: ChatPortion[]): proto.IPushname[] {
  return peopleOf(account, portions).map(({ lidJid, name }) => ({ id: lidJid, pushname: name }));
}

/** Whoever has a part in these chats, but for the account itself. */
function peopleOf(account: Account, portions: ChatPortion[]): Account[] {
  const addresses = portions.flatMap(({ chat, messages }) => [
    chat,
    ...messages.flatMap(({ author, reactions = [], votes = [], responses = [] }) => [
      author,
      ...[...reactions, ...votes, ...responses].map(({ from }) => from),
    ]),
  ]);
  const people = new Set(addresses.map((address) => account.directory.find(address)));
  return [...people].filter((person) => person !== undefined && person !== account) as Account[];
}

function expirationOf({ directory, state }: Account, chat: string): number {
  return directory.groups.find(chat)?.state.expiration ?? state.expirations.get(chat) ?? 0;
}

function groupName(account: Account, chat: string): string {
  return account.directory.groups.find(chat)?.state.subject ?? chat;
}
