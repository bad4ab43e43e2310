import type { proto } from '@whiskeysockets/baileys';
import type { Content, ContentOf } from '../../../types/content.js';
import type { MessageRef } from '../../../types/content-parts.js';
import type { Person } from '../../../types/message.js';
import type { FindMessage, KnownMessage } from '../../wire.js';
import type { Baileys } from '../load.js';
import type { Frame } from './frame.js';
import { open, optionHash, type Sealed, type SealPurpose } from './sealed.js';
import { unwrap } from './unwrap.js';
import { countIn, defined } from './values.js';

/** By the number of WhatsApp's `EventResponseType`. */
export const RESPONSES = [undefined, 'going', 'not_going', 'maybe'] as const;

/** Decrypts a vote with the poll that it is for; without options when that cannot be done. */
export function unsealVote(
  baileys: Baileys,
  target: MessageRef,
  sealed: Sealed,
  frame: Frame,
): (find: FindMessage) => ContentOf<'poll_vote'> {
  return (find) => {
    const poll = find(target.id);
    const opened = poll && unseal(baileys, poll, sealed, frame, 'Poll Vote');
    if (!opened || poll.message.content.kind !== 'poll') return { kind: 'poll_vote', target };
    const { selectedOptions } = baileys.proto.Message.PollVoteMessage.decode(opened);
    const options = poll.message.content.options.filter((option) => {
      const hash = optionHash(option);
      return selectedOptions.some((selected) => hash.equals(selected));
    });
    return { kind: 'poll_vote', target: refOf(poll), options };
  };
}

/** Decrypts what somebody answers to an event; without a response when that cannot be done. */
export function unsealEventResponse(
  baileys: Baileys,
  target: MessageRef,
  sealed: Sealed,
  frame: Frame,
): (find: FindMessage) => Content {
  return (find) => {
    const event = find(target.id);
    const opened = event && unseal(baileys, event, sealed, frame, 'Event Response');
    if (!opened) return { kind: 'event_response', target };
    const { response, extraGuestCount } = baileys.proto.Message.EventResponseMessage.decode(opened);
    return defined({
      kind: 'event_response',
      target: refOf(event),
      response: RESPONSES[response ?? 0],
      extraGuests: countIn(extraGuestCount),
    });
  };
}

/** Decrypts a reaction, as announcement groups have them; `unsupported` when that cannot be done. */
export function unsealReaction(
  baileys: Baileys,
  target: MessageRef,
  sealed: Sealed,
  frame: Frame,
): (find: FindMessage) => Content {
  return (find) => {
    const about = find(target.id);
    const opened = about && unseal(baileys, about, sealed, frame, 'Enc Reaction');
    if (!opened) return { kind: 'unsupported', type: 'encReactionMessage' };
    const { text } = baileys.proto.Message.ReactionMessage.decode(opened);
    return { kind: 'reaction', target: refOf(about), emoji: text ?? '' };
  };
}

/** Decrypts a comment; `unsupported` when that cannot be done. `readText` says what the text of a message is. */
export function unsealComment(
  baileys: Baileys,
  target: MessageRef,
  sealed: Sealed,
  frame: Frame,
  readText: (comment: proto.IMessage) => string | undefined,
): (find: FindMessage) => Content {
  return (find) => {
    const about = find(target.id);
    const opened = about && unseal(baileys, about, sealed, frame, 'Enc Comment');
    const text = opened && readText(baileys.proto.Message.decode(opened));
    if (text === undefined || !about) return { kind: 'unsupported', type: 'encCommentMessage' };
    return { kind: 'comment', target: refOf(about), text };
  };
}

/** What is edited under seal, by the number of WhatsApp's `SecretEncType`; Baileys' protobuf does not know all of them. */
const EDITS: Partial<Record<number, SealPurpose>> = { 1: 'Event Edit', 2: 'Message Edit', 4: 'Poll Edit' };

/** What a message says that takes the place of another one. */
export type Edited = Pick<ContentOf<'edit'>, 'text' | 'event'>;

/** Decrypts an edit; `unsupported` when that cannot be done. `readEdited` says what the new message says. */
export function unsealEdit(
  baileys: Baileys,
  target: MessageRef,
  type: number,
  sealed: Sealed,
  frame: Frame,
  readEdited: (edited: proto.IMessage) => Edited | undefined,
): (find: FindMessage) => Content {
  const purpose = EDITS[type];
  return (find) => {
    const about = find(target.id);
    const opened = about && purpose && unseal(baileys, about, sealed, frame, purpose);
    const message = opened && baileys.proto.Message.decode(opened);
    // Some clients put the new message into the same envelope as an open edit.
    const edited = message && readEdited(message.protocolMessage?.editedMessage ?? message);
    if (!edited || !about) return { kind: 'unsupported', type: 'secretEncryptedMessage' };
    return { kind: 'edit', target: refOf(about), ...edited };
  };
}

const refOf = ({ message: { id, isFromMe, sender } }: KnownMessage): MessageRef => ({
  id,
  isFromMe,
  sender: sender.jid,
});

/** Clients do not agree on which of their addresses goes into the key, so each is tried. */
function unseal(
  baileys: Baileys,
  { message, raw }: KnownMessage,
  sealed: Sealed,
  frame: Frame,
  purpose: SealPurpose,
): Buffer | undefined {
  const secret = raw && secretOf(baileys.proto.Message.decode(raw));
  if (!secret || message.chat !== frame.chat) return undefined;
  const author = message.isFromMe ? frame.own : message.sender;
  for (const authorJid of addressesOf(author)) {
    for (const answerer of addressesOf(frame.sender)) {
      try {
        return open({ secret, id: message.id, author: authorJid, answerer }, purpose, sealed);
      } catch {
        // Not these two.
      }
    }
  }
  return undefined;
}

/** The secret that came with a message. */
export function secretOf(message: proto.IMessage): Uint8Array | undefined {
  return unwrap(message).contextInfo?.messageSecret ?? undefined;
}

const addressesOf = ({ jid, lid }: Person): string[] => (lid && lid !== jid ? [lid, jid] : [jid]);
