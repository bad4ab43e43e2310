import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { readContent } from '../accounts/content.js';
import type { ChatMessage } from '../accounts/state.js';
import type { Change } from './change.js';
import { openEventResponse, openVote, optionHash, type SecretContext, type SecretPayload } from './secret.js';
import { understand } from './understand.js';

const { EventResponseType } = proto.Message.EventResponseMessage;
const RESPONSES = {
  [EventResponseType.GOING]: 'going',
  [EventResponseType.NOT_GOING]: 'not_going',
  [EventResponseType.MAYBE]: 'maybe',
} as const;

/**
 * Applies a change to the message it is about, as the phone of `owner` shows it.
 *
 * @returns whether anything changed: not when `author` may not do that, or when a vote cannot be decrypted.
 */
export function applyChange(target: ChatMessage, change: Change, author: Account, owner: Account): boolean {
  switch (change.kind) {
    case 'reaction':
      target.reactions = replaceBy(target.reactions, author, change.emoji && { emoji: change.emoji });
      return true;
    case 'edit':
      return edit(target, change.message, author);
    case 'revoke':
      return revoke(target, author, owner);
    case 'pin':
      target.pinned = change.isPinned;
      return true;
    case 'keep':
      target.kept = change.isKept;
      return true;
    case 'vote': {
      const options = readVote(target, change.sealed, author, owner);
      if (options) target.votes = replaceBy(target.votes, author, options.length > 0 && { options });
      return options !== undefined;
    }
    case 'eventResponse': {
      const answer = unseal(target, change.sealed, author, owner, openEventResponse);
      const response = RESPONSES[answer as keyof typeof RESPONSES];
      if (response) target.responses = replaceBy(target.responses, author, { response });
      return response !== undefined;
    }
  }
}

function edit(target: ChatMessage, message: proto.IMessage, author: Account): boolean {
  const shown = readContent(message);
  if (!shown || author.pnJid !== target.author || target.revoked) return false;
  target.text = shown.text;
  const content = understand(message);
  if (content) target.content = content;
  target.edited = true;
  return true;
}

/** Authors take back what they wrote; in a group its admins may do so for anybody. */
function revoke(target: ChatMessage, author: Account, { directory }: Account): boolean {
  const isAdmin = directory.groups.find(target.chat)?.isAdmin(author) ?? false;
  if (author.pnJid !== target.author && !isAdmin) return false;
  target.revoked = true;
  target.text = '';
  delete target.content;
  delete target.media;
  return true;
}

/** One entry per person: a new one takes the place of the old one, and nothing takes it away. */
function replaceBy<T extends object>(
  entries: ({ from: string; at: number } & T)[] | undefined,
  { pnJid }: Account,
  entry: T | '' | false,
): ({ from: string; at: number } & T)[] {
  const others = (entries ?? []).filter(({ from }) => from !== pnJid);
  return entry ? [...others, { from: pnJid, at: Date.now(), ...entry }] : others;
}

function readVote(
  target: ChatMessage,
  sealed: SecretPayload,
  author: Account,
  owner: Account,
): string[] | undefined {
  if (target.content?.kind !== 'poll') return undefined;
  const { options } = target.content;
  const hashes = unseal(target, sealed, author, owner, openVote);
  return hashes?.flatMap((hash) => options.find((option) => optionHash(option).equals(hash)) ?? []);
}

/** Clients do not agree on whether PN or LID goes into the key, so each is tried. */
function unseal<T>(
  target: ChatMessage,
  sealed: SecretPayload,
  answerer: Account,
  owner: Account,
  open: (context: SecretContext, payload: SecretPayload) => T,
): T | undefined {
  const secret = owner.state.secrets.get(target.id);
  const author = owner.directory.find(target.author);
  if (!secret || !author) return undefined;
  for (const authorJid of [author.lidJid, author.pnJid]) {
    for (const answererJid of [answerer.lidJid, answerer.pnJid]) {
      try {
        return open({ secret, id: target.id, author: authorJid, answerer: answererJid }, sealed);
      } catch {
        // Not these two.
      }
    }
  }
  return undefined;
}
