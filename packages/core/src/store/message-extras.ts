import type { Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { Response, ResponseContent } from '../types/response.js';

/** The protobufs of messages, for all but plain texts: whoever quotes one, answers a poll or sends it again needs them. */
export interface RawMessageRepository {
  /** Keeps the protobuf of a message that is stored; one that was kept before is replaced. */
  put(message: Pick<Message, 'id' | 'chat'>, raw: Uint8Array): void;
  get(id: MessageId): Uint8Array | undefined;
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
