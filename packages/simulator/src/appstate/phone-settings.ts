import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { SimulatorError } from '../errors.js';
import { REMOVE, SET } from './keys.js';
import type { Mutation } from './mutation.js';
import { PhoneAppState } from './phone-app-state.js';
import type { CollectionName } from './state.js';

/** How the phone shows a chat, apart from its messages. */
export interface ChatSettings {
  /** The PN JID of the other person, or the JID of the group. */
  chat: string;
  isPinned: boolean;
  isArchived: boolean;
  /** Marked as unread by hand. */
  isMarkedUnread: boolean;
  /** Epoch milliseconds; -1 for ever; undefined if it is not muted. */
  mutedUntil?: number;
  labels: string[];
}

/** An entry of the address book. */
export interface SavedContact {
  jid: string;
  fullName: string;
  firstName?: string;
}

/** A label, with which business accounts sort chats and messages. */
export interface Label {
  id: string;
  name: string;
  color: number;
}

/** Everything the devices of an account share about chats, contacts and labels. */
export interface SharedSettings {
  chats: ChatSettings[];
  contacts: SavedContact[];
  labels: Label[];
  /** Ids of starred messages. */
  starred: string[];
  /** Ids of labelled messages with their labels. */
  labelledMessages: { id: string; label: string }[];
}

/** The settings that the phone shares with its linked devices: it reads what they change, and changes them itself. */
export class PhoneSettings {
  readonly #account: Account;
  readonly #appState: PhoneAppState;

  /** @internal Use `contact.settings`. */
  constructor(account: Account) {
    this.#account = account;
    this.#appState = new PhoneAppState(account);
  }

  /** What is set now, as the phone shows it. */
  get(): SharedSettings {
    const chats = new Map<string, ChatSettings>();
    const settings: SharedSettings = {
      chats: [],
      contacts: [],
      labels: [],
      starred: [],
      labelledMessages: [],
    };
    for (const mutation of this.#appState.mutations()) this.#apply(mutation, settings, chats);
    settings.chats = [...chats.values()];
    return settings;
  }

  /** How one chat is shown. */
  chat(address: string): ChatSettings {
    const chat = this.#chatOf(address);
    return this.get().chats.find((known) => known.chat === chat) ?? emptyChat(chat);
  }

  pin(chat: string, pinned = true): void {
    this.#set('regular_low', ['pin_v1', this.#address(chat)], { pinAction: { pinned } }, 5);
  }

  archive(chat: string, archived = true): void {
    const archiveChatAction = { archived, messageRange: this.#messageRange(chat) };
    this.#set('regular_low', ['archive', this.#address(chat)], { archiveChatAction }, 3);
  }

  /** Mutes a chat until a time (epoch milliseconds), for ever (-1), or not at all (undefined). */
  mute(chat: string, until?: number): void {
    const muteAction = until === undefined ? { muted: false } : { muted: true, muteEndTimestamp: until };
    this.#set('regular_high', ['mute', this.#address(chat)], { muteAction }, 2);
  }

  markRead(chat: string, read = true): void {
    const markChatAsReadAction = { read, messageRange: this.#messageRange(chat) };
    this.#set('regular_low', ['markChatAsRead', this.#address(chat)], { markChatAsReadAction }, 3);
  }

  star(messageId: string, starred = true): void {
    this.#set('regular_low', ['star', ...this.#messageIndex(messageId)], { starAction: { starred } }, 2);
  }

  /** Deletes a message on all devices of this account, and on no other phone. */
  deleteForMe(messageId: string): void {
    const message = this.#message(messageId);
    const deleteMessageForMeAction = {
      deleteMedia: true,
      messageTimestamp: Math.floor(message.at / 1000),
    };
    const index = ['deleteMessageForMe', ...this.#messageIndex(messageId)];
    this.#set('regular_high', index, { deleteMessageForMeAction }, 3);
  }

  /** Saves somebody in the address book; without names the entry is removed. */
  saveContact(address: string, names?: { fullName: string; firstName?: string }): void {
    const account = this.#account.directory.find(address);
    const index = ['contact', account?.pnJid ?? address];
    if (!names)
      return this.#appState.change('critical_unblock_low', [
        { operation: REMOVE, index, value: {}, version: 2 },
      ]);
    const contactAction = {
      ...names,
      ...(account ? { lidJid: account.lidJid } : {}),
      saveOnPrimaryAddressbook: true,
    };
    this.#set('critical_unblock_low', index, { contactAction }, 2);
  }

  saveLabel({ id, name, color }: Label): void {
    this.#set('regular', ['label_edit', id], { labelEditAction: { name, color, deleted: false } }, 3);
  }

  labelChat(chat: string, labelId: string, labeled = true): void {
    const index = ['label_jid', labelId, this.#address(chat)];
    this.#set('regular', index, { labelAssociationAction: { labeled } }, 3);
  }

  /** Changes the name that others see. */
  setPushName(name: string): void {
    this.#set('critical_block', ['setting_pushName'], { pushNameSetting: { name } }, 1);
  }

  #set(collection: CollectionName, index: string[], action: proto.ISyncActionValue, version: number): void {
    const value = { ...action, timestamp: Date.now() };
    this.#appState.change(collection, [{ operation: SET, index, value, version }]);
  }

  #apply({ index, value }: Mutation, settings: SharedSettings, chats: Map<string, ChatSettings>): void {
    const [action, subject = '', object = ''] = index;
    const chat = (address: string) => {
      const name = this.#chatOf(address);
      const known = chats.get(name) ?? emptyChat(name);
      chats.set(name, known);
      return known;
    };
    if (value.pinAction) chat(subject).isPinned = value.pinAction.pinned ?? false;
    if (value.archiveChatAction) chat(subject).isArchived = value.archiveChatAction.archived ?? false;
    if (value.markChatAsReadAction) chat(subject).isMarkedUnread = !value.markChatAsReadAction.read;
    if (value.muteAction?.muted) chat(subject).mutedUntil = Number(value.muteAction.muteEndTimestamp ?? -1);
    if (value.starAction?.starred) settings.starred.push(object);
    if (value.contactAction) {
      const { fullName, firstName } = value.contactAction;
      settings.contacts.push({ jid: subject, fullName: fullName ?? '', ...(firstName ? { firstName } : {}) });
    }
    if (value.labelEditAction && !value.labelEditAction.deleted)
      settings.labels.push({
        id: subject,
        name: value.labelEditAction.name ?? '',
        color: value.labelEditAction.color ?? 0,
      });
    if (action === 'label_jid' && value.labelAssociationAction?.labeled) chat(object).labels.push(subject);
    if (action === 'label_message' && value.labelAssociationAction?.labeled)
      settings.labelledMessages.push({ id: index[3] ?? '', label: subject });
  }

  /** The name of a chat on the phone, whichever address a device used for it. */
  #chatOf(address: string): string {
    return this.#account.directory.find(address)?.pnJid ?? address;
  }

  /** The address of a chat as the linked devices know it. */
  #address(chat: string): string {
    const partner = this.#account.directory.find(chat);
    if (!partner) return chat;
    return addressIn(partner, this.#account.state.addressSpaces.get(partner.lid) ?? 'lid');
  }

  #message(messageId: string) {
    const message = this.#account.state.messages.find(({ id }) => id === messageId);
    if (!message)
      throw new SimulatorError(
        'MESSAGE_NOT_FOUND',
        404,
        `${this.#account.phone} shows no message ${messageId}: list its messages to see what it has.`,
      );
    return message;
  }

  /** How an action names a message: chat, id, whether it is ours, and in groups who wrote it. */
  #messageIndex(messageId: string): string[] {
    const { chat, id, fromMe } = this.#message(messageId);
    return [this.#address(chat), id, fromMe ? '1' : '0', '0'];
  }

  /** The last message that the action takes into account: later ones undo it. */
  #messageRange(chat: string): proto.SyncActionValue.ISyncActionMessageRange {
    const name = this.#chatOf(chat);
    const last = this.#account.state.messages.findLast((message) => message.chat === name);
    if (!last) return {};
    const timestamp = Math.floor(last.at / 1000);
    const key = { remoteJid: this.#address(chat), id: last.id, fromMe: last.fromMe };
    return { lastMessageTimestamp: timestamp, messages: [{ key, timestamp }] };
  }
}

function emptyChat(chat: string): ChatSettings {
  return { chat, isPinned: false, isArchived: false, isMarkedUnread: false, labels: [] };
}
