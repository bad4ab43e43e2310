import type { Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { Response, ResponseContent } from '../types/response.js';

/** The protobufs of messages, for all but plain texts: whoever quotes one, answers a poll or sends it again needs them. */
export interface RawMessageRepository {
  /** Keeps the protobuf of a message that is stored; one that was kept before is replaced. */
  put(message: Pick<Message, 'id' | 'chat'>, raw: Uint8Array): void;
  get(id: MessageId): Uint8Array | undefined;
}

/** A message that can be read only with another one, which has not come yet. */
export interface WaitingAnswer {
  id: MessageId;
  /** There was an event for it, as far as it could be read. */
  isTold: boolean;
}

/** Votes and the like that came before what they are about; the oldest are forgotten when there are too many. */
export interface WaitingAnswerRepository {
  put(target: MessageId, answer: WaitingAnswer): void;
  /** Those for a message; they wait no longer. */
  take(target: MessageId): WaitingAnswer[];
}

/** What was said to messages: of each kind one response by each person, the latest. */
export interface ResponseRepository {
  /** Takes the place of what the person has said before; changes nothing when that is newer. */
  put(sender: Jid, content: ResponseContent, at: number): void;
  /** The oldest first. */
  getOf(target: MessageId): Response[];
  /** Two addresses turn out to be one person's. */
  move(from: Jid, to: Jid): void;
}
