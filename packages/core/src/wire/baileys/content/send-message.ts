import type { BinaryNode, proto, WASocket } from '@whiskeysockets/baileys';
import type { SessionStore } from '../../../store/store.js';
import { isGroupJid, isLid, type Jid, phoneOf } from '../../../types/ids.js';
import type { Person } from '../../../types/message.js';
import type { OutgoingContent } from '../../../types/outgoing.js';
import type { Clock } from '../../../util/clock.js';
import type { KnownMessage, WireOptions, WrittenMessage } from '../../wire.js';
import type { Baileys } from '../load.js';
import { type ComposeContext, compose, isPlainText } from './compose.js';

interface Surroundings extends Pick<WireOptions, 'find' | 'keepRaw'> {
  baileys: Baileys;
  socket: WASocket;
  session: SessionStore;
  clock: Clock;
  own: Person;
}

/** Writes a message over a connection: the same protobuf again, if it was written before. */
export async function sendMessage(
  { messageId, chat, content, audience }: WrittenMessage,
  around: Surroundings,
): Promise<void> {
  const { socket, own, session } = around;
  const message = protobufOf({ messageId, chat, content }, around);
  await socket.relayMessage(chat, message, {
    messageId,
    ...attributesOf(content, chat),
    // Our own phone shows it, too.
    ...(audience && { statusJidList: [own.jid, ...audience].map((jid) => pnOf(jid, session)) }),
  });
}

/** The protobuf of a message that was sent, for a recipient who could not read it; undefined when it is not known. */
export function sentProtobuf(baileys: Baileys, { message, raw }: KnownMessage): proto.IMessage | undefined {
  if (raw) return baileys.proto.Message.decode(raw);
  const { content } = message;
  return content.kind === 'text' ? { conversation: content.text } : undefined;
}

function protobufOf(written: WrittenMessage, around: Surroundings): proto.IMessage {
  const { baileys, find, keepRaw, clock } = around;
  const { messageId, chat, content } = written;
  // What is said to a text in a group may be sealed with its secret.
  const isPlain = isPlainText(content) && !isGroupJid(chat);
  const earlier = isPlain ? undefined : find(messageId)?.raw;
  if (earlier) return baileys.proto.Message.decode(earlier);
  const message = compose(content, { baileys, chat, find, now: clock.now(), ...addressing(chat, around) });
  if (!isPlain) keepRaw(written, baileys.proto.Message.encode(message).finish());
  return message;
}

/** Groups and hidden chats go by hidden addresses, others by phone numbers. */
function addressing(chat: Jid, { own, session }: Surroundings): Pick<ComposeContext, 'addressOf' | 'own'> {
  const isHidden = isGroupJid(chat) || isLid(chat);
  return {
    own: isHidden ? (own.lid ?? own.jid) : own.jid,
    addressOf: (jid) => (isHidden ? lidOf(jid, session) : pnOf(jid, session)),
  };
}

function lidOf(jid: Jid, { signal }: SessionStore): string {
  const phone = phoneOf(jid);
  const lid = phone && signal.lids.get(phone);
  return lid ? `${lid}@lid` : jid;
}

function pnOf(jid: Jid, { signal }: SessionStore): string {
  const phone = isLid(jid) ? signal.lids.getPn(jid.slice(0, jid.indexOf('@'))) : undefined;
  return phone ? `${phone}@s.whatsapp.net` : jid;
}

const meta = (attrs: Record<string, string>): { additionalNodes: BinaryNode[] } => ({
  additionalNodes: [{ tag: 'meta', attrs }],
});
const edit = (kind: string) => ({ additionalAttributes: { edit: kind } });

/** What the server must know of a message that it cannot read. */
function attributesOf(content: OutgoingContent, chat: Jid) {
  switch (content.kind) {
    case 'edit':
      return edit('1');
    case 'pin':
      return edit('2');
    case 'revoke':
      return edit(isGroupJid(chat) && !content.target.isFromMe ? '8' : '7');
    case 'poll':
      return meta({ polltype: 'creation' });
    case 'poll_vote':
      return meta({ polltype: 'vote' });
    case 'event':
      return meta({ event_type: 'creation' });
    case 'event_response':
      return meta({ event_type: 'response' });
    default:
      return 'media' in content && content.media.handle !== undefined
        ? { additionalAttributes: { media_id: content.media.handle } }
        : {};
  }
}
