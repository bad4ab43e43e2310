import type { ScopedStore } from '../store/store.js';
import type { MessageId } from '../types/ids.js';
import type { Delivery, Message } from '../types/message.js';
import { type OptionTally, type Response, tally } from '../types/response.js';

/** A message with what has become of it. */
export interface MessageDetails {
  message: Message;
  /** How far it got, if it is one of ours. */
  delivery?: Delivery;
  /** What people say to it, the latest of each: reactions, votes, whether they come to an event. */
  responses: Response[];
  /** The votes of a poll, counted. */
  tally?: OptionTally[];
  /** The protobuf it was on the wire (WhatsApp's `Message`), in base64. A plain text has none: its text is all there is. */
  raw?: string;
}

export function messageDetails(scoped: ScopedStore, id: MessageId): MessageDetails | undefined {
  const { messages, responses, rawMessages } = scoped;
  const message = messages.get(id);
  if (!message) return undefined;
  const said = responses.getOf(id);
  const details: MessageDetails = { message, responses: said };
  const delivery = message.isFromMe ? messages.getDelivery(id) : undefined;
  if (delivery) details.delivery = delivery;
  if (message.content.kind === 'poll') details.tally = tally(message.content, said);
  const raw = rawMessages.get(id);
  if (raw) details.raw = Buffer.from(raw).toString('base64');
  return details;
}
