import type { Label } from '../types/app-state.js';
import type { Channel, ChannelPost } from '../types/channel.js';
import type { About, BusinessProfile, NumberCheck } from '../types/contact.js';
import type { Group, JoinRequest, MemberOutcome } from '../types/group.js';
import type { HistoryProgress } from '../types/history.js';
import type { Jid } from '../types/ids.js';
import type { Message, Person } from '../types/message.js';
import type { PrivacySettings } from '../types/profile.js';

/**
 * What can be asked of WhatsApp and changed there at once: nothing of it is queued.
 *
 * Every call ends within `bounds.askMs`.
 *
 * @throws WharfError CONNECTION_FAILED, CONNECTION_TIMED_OUT, ANSWER_UNREADABLE, and for a refusal one of ACTION_*
 */
export interface Queries {
  readonly messages: MessageQueries;
  readonly chats: ChatQueries;
  readonly labels: LabelQueries;
  readonly contacts: ContactQueries;
  readonly groups: GroupQueries;
  readonly communities: CommunityQueries;
  readonly profile: ProfileQueries;
  readonly presence: PresenceQueries;
  readonly calls: CallQueries;
  readonly channels: ChannelQueries;
  readonly history: HistoryQueries;
}

export interface HistoryQueries {
  /**
   * Asks the own phone for messages before one that is there, and waits until they are stored.
   *
   * @throws WharfError HISTORY_UNANSWERED, or what the answer was given up for
   */
  request(before: Message, count: number): Promise<HistoryProgress>;
}

export interface MessageQueries {
  /** Receipts to those who wrote; `read` stays among the own devices where the account hides it. */
  confirm(messages: Message[], what: 'read' | 'played'): Promise<void>;
  star(message: Message, isStarred: boolean): Promise<void>;
  /** On the devices of this account alone. */
  deleteForMe(message: Message): Promise<void>;
}

/** `last`: the newest message of the chat, where there is one; what comes later is not meant. */
export interface ChatQueries {
  archive(chat: Jid, isArchived: boolean, last?: Message): Promise<void>;
  pin(chat: Jid, isPinned: boolean): Promise<void>;
  /** Epoch milliseconds, -1 for ever, null for no longer. */
  mute(chat: Jid, until: number | null): Promise<void>;
  markUnread(chat: Jid, isUnread: boolean, last?: Message): Promise<void>;
  clear(chat: Jid, last?: Message): Promise<void>;
  delete(chat: Jid, last?: Message): Promise<void>;
  /** The timer of a chat with one person; 0: messages stay. */
  setEphemeral(chat: Jid, seconds: number): Promise<void>;
}

export interface LabelQueries {
  /** Makes a label or changes it; undefined: deletes it. */
  put(labelId: string, label: Omit<Label, 'id'> | undefined): Promise<void>;
  assign(labelId: string, chat: Jid, messageId: string | undefined, isOn: boolean): Promise<void>;
}

export interface ContactQueries {
  /** Asks for many numbers at once, digits only. One that WhatsApp says nothing about is neither there nor not. */
  check(phones: string[]): Promise<NumberCheck[]>;
  /** Where the picture of a person or a group is; null when there is none. */
  getPicture(jid: Jid, isPreview: boolean): Promise<string | null>;
  getAbout(jid: Jid): Promise<About>;
  /** Undefined for a person. */
  getBusiness(jid: Jid): Promise<BusinessProfile | undefined>;
  getBlocked(): Promise<Person[]>;
  setBlocked(jid: Jid, isBlocked: boolean): Promise<void>;
  /** Puts a name into the address book of the account, or (undefined) takes it out. */
  save(jid: Jid, name: { fullName: string; firstName?: string | undefined } | undefined): Promise<void>;
}

export type GroupSetting =
  | { subject: string }
  | { description: string }
  | { isAnnounce: boolean }
  | { isLocked: boolean }
  | { memberAddMode: 'everybody' | 'admins' }
  | { isJoinApproval: boolean }
  | { ephemeralSeconds: number };

export interface GroupQueries {
  create(subject: string, participants: Jid[]): Promise<Group>;
  get(group: Jid): Promise<Group>;
  getAll(): Promise<Group[]>;
  set(group: Jid, setting: GroupSetting): Promise<void>;
  changeMembers(
    group: Jid,
    people: Jid[],
    change: 'add' | 'remove' | 'promote' | 'demote',
  ): Promise<MemberOutcome[]>;
  leave(group: Jid): Promise<void>;
  /** The code of the link by which one joins; a new one makes the old one useless. */
  getInvite(group: Jid, isNew: boolean): Promise<string>;
  /** The group; undefined when its admins are asked first. */
  join(code: string): Promise<Jid | undefined>;
  inspect(code: string): Promise<Group>;
  getRequests(group: Jid): Promise<JoinRequest[]>;
  answerRequests(group: Jid, people: Jid[], answer: 'approve' | 'reject'): Promise<MemberOutcome[]>;
}

export interface CommunityQueries {
  create(subject: string, description: string): Promise<Group>;
  createGroup(community: Jid, subject: string, participants: Jid[]): Promise<Group>;
  getGroups(community: Jid): Promise<Array<Pick<Group, 'jid' | 'subject' | 'size'>>>;
  link(community: Jid, group: Jid, isLinked: boolean): Promise<void>;
  leave(community: Jid): Promise<void>;
}

export interface ProfileQueries {
  setName(name: string): Promise<void>;
  setAbout(text: string): Promise<void>;
  /** Of the account, or of a group; a square JPEG, or undefined for none. */
  setPicture(jpeg: Uint8Array | undefined, group?: Jid): Promise<void>;
  getPrivacy(): Promise<PrivacySettings>;
  setPrivacy(settings: PrivacySettings): Promise<void>;
}

export interface PresenceQueries {
  set(state: 'available' | 'unavailable'): Promise<void>;
  subscribe(person: Jid): Promise<void>;
  /** Shows in a chat that something is being written, or recorded, or no longer. Nobody confirms it. */
  type(chat: Jid, state: 'composing' | 'recording' | 'paused'): Promise<void>;
}

export interface CallQueries {
  reject(callId: string, caller: Jid): Promise<void>;
}

export interface ChannelQueries {
  create(name: string, description: string | undefined): Promise<Channel>;
  /** By its JID or the code of its link. */
  get(key: { jid: Jid } | { inviteCode: string }): Promise<Channel>;
  /** Those that the account follows or writes. */
  getAll(): Promise<Channel[]>;
  follow(channel: Jid, isFollowed: boolean): Promise<void>;
  mute(channel: Jid, isMuted: boolean): Promise<void>;
  getPosts(channel: Jid, limit: number, before: number | undefined): Promise<ChannelPost[]>;
  /** An empty emoji takes the reaction back. */
  react(channel: Jid, serverId: number, emoji: string): Promise<void>;
}
