import type { proto, WAMessage } from '@whiskeysockets/baileys';
import type { Person } from '../../../types/message.js';
import type { ResponseContent } from '../../../types/response.js';
import type { PastMessage, PastResponse } from '../../history.js';
import { optionHash } from '../content/sealed.js';
import { RESPONSES } from '../content/unseal.js';
import { countIn, defined } from '../content/values.js';
import type { Baileys } from '../load.js';
import { readDelivery } from '../read-delivery.js';
import { type Envelope, readEnvelope, readMessage } from '../read-message.js';

/** Who reads: the account itself, and the numbers that are known of hidden addresses. */
export interface Reader {
  baileys: Baileys;
  own: Person;
  pnOf(lid: string): string | undefined;
}

/** A message of the past, with what was said to it; undefined for what is none, and for what cannot be read. */
export function readPast(
  reader: Reader,
  info: proto.IWebMessageInfo | null | undefined,
): PastMessage | undefined {
  if (!info?.key) return undefined;
  const { baileys, own, pnOf } = reader;
  const participant = info.key.participant ?? info.participant;
  const key = { ...info.key, ...(participant ? { participant } : {}) };
  const raw = { ...info, key, message: withSecret(info) } as WAMessage;
  const envelope = readEnvelope(raw, own, pnOf);
  const told = envelope && readMessage(baileys, raw, envelope, false, own);
  if (!told) return undefined;
  const { type: _, ...received } = told;
  const delivery = readDelivery(raw.key, info.status)?.delivery;
  const responses = [...readResponses(reader, info, received.message)];
  return {
    ...received,
    ...(delivery ? { delivery } : {}),
    ...(responses.length > 0 ? { responses } : {}),
  };
}

/** The phone keeps the secret of a message beside it; whoever opens what is said to the message looks for it inside. */
function withSecret({ message, messageSecret }: proto.IWebMessageInfo): proto.IMessage | null | undefined {
  if (!message || !messageSecret?.length || message.messageContextInfo?.messageSecret?.length) return message;
  return { ...message, messageContextInfo: { ...message.messageContextInfo, messageSecret } };
}

type Said = [key: proto.IMessageKey | null | undefined, at: unknown, content: ResponseContent | undefined];

/** What was said to a message by a tap; the phone has it in the clear. */
function* readResponses(
  { own, pnOf }: Reader,
  info: proto.IWebMessageInfo,
  { id, isFromMe, sender, content }: PastMessage['message'],
): Generator<PastResponse> {
  const target = { id, isFromMe, sender: sender.jid };
  const options = content.kind === 'poll' ? content.options : [];
  const said: Said[] = [
    ...(info.reactions ?? []).map(({ key, text, senderTimestampMs }): Said => {
      return [key, senderTimestampMs, text ? { kind: 'reaction', target, emoji: text } : undefined];
    }),
    ...(info.pollUpdates ?? []).map(({ pollUpdateMessageKey, senderTimestampMs, vote }): Said => {
      const chosen = (vote?.selectedOptions ?? []).map((hash) => Buffer.from(hash).toString('hex'));
      const named = options.filter((option) => chosen.includes(optionHash(option).toString('hex')));
      return [pollUpdateMessageKey, senderTimestampMs, { kind: 'poll_vote', target, options: named }];
    }),
    ...(info.eventResponses ?? []).map(
      ({ eventResponseMessageKey, timestampMs, eventResponseMessage }): Said => {
        const response = RESPONSES[eventResponseMessage?.response ?? 0];
        const extraGuests = countIn(eventResponseMessage?.extraGuestCount);
        const answer = defined({ kind: 'event_response', target, response, extraGuests });
        return [eventResponseMessageKey, timestampMs, answer];
      },
    ),
  ];
  for (const [key, at, answer] of said) {
    const from = answer && readAnswerer(key, info.key?.remoteJid, own, pnOf);
    if (from) yield { sender: from, content: answer, at: countIn(at as number) ?? 0 };
  }
}

/** Who has said something: in the words of the phone, whose messages are those "from me". */
function readAnswerer(
  key: proto.IMessageKey | null | undefined,
  chat: string | null | undefined,
  own: Person,
  pnOf: Reader['pnOf'],
): Envelope['sender'] | undefined {
  const remoteJid = key?.remoteJid ?? chat;
  if (!key || !remoteJid) return undefined;
  return readEnvelope({ key: { ...key, id: key.id ?? '-', remoteJid } } as WAMessage, own, pnOf)?.sender;
}
