import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import type { ChatMessage, Delivery } from '../accounts/state.js';
import { attachmentMessage, illustrate } from '../media/attachment.js';
import type { MediaHost } from '../media/media-host.js';
import { findChat } from '../messages/chat.js';
import { compose } from '../messages/compose.js';
import { RESPONSES } from '../messages/compose-add-on.js';
import { composeContext } from '../messages/compose-context.js';
import { optionHash } from '../messages/secret.js';

const { PENDING, SERVER_ACK, DELIVERY_ACK, READ, PLAYED } = proto.WebMessageInfo.Status;
const STATUSES: Record<Delivery, proto.WebMessageInfo.Status> = {
  pending: PENDING,
  server: SERVER_ACK,
  delivered: DELIVERY_ACK,
  read: READ,
  played: PLAYED,
};

/** A message of a chat as the phone hands it to a linked device that has not seen it. */
export function webMessage(
  owner: Account,
  chatJid: string,
  message: ChatMessage,
  isStarred: boolean,
): proto.IWebMessageInfo {
  const author = owner.directory.find(message.author);
  const isGroup = chatJid.endsWith('@g.us');
  const participant = isGroup && author && !message.fromMe ? addressIn(author, 'lid') : undefined;
  const key = {
    remoteJid: chatJid,
    id: message.id,
    fromMe: message.fromMe,
    ...(participant ? { participant } : {}),
  };
  return {
    key,
    messageTimestamp: Math.floor(message.at / 1000),
    status: STATUSES[message.delivery],
    ...(participant ? { participant } : {}),
    ...(!message.fromMe && author ? { pushName: author.name } : {}),
    ...(isStarred ? { starred: true } : {}),
    ...shownAs(owner, message),
    ...saidTo(owner, chatJid, message),
  };
}

/** What people said to a message by a tap, decrypted; and the secret that opens what they will say. */
function saidTo(owner: Account, chatJid: string, message: ChatMessage): Partial<proto.IWebMessageInfo> {
  const keyOf = (from: string): proto.IMessageKey => {
    const person = owner.directory.find(from);
    const fromMe = person === owner;
    const participant =
      !fromMe && person && chatJid.endsWith('@g.us') ? { participant: addressIn(person, 'lid') } : {};
    return { remoteJid: chatJid, id: message.id, fromMe, ...participant };
  };
  const messageSecret = owner.state.secrets.get(message.id);
  const { reactions = [], votes = [], responses = [] } = message;
  return {
    ...(messageSecret ? { messageSecret } : {}),
    reactions: reactions.map(({ from, emoji, at }) => ({
      key: keyOf(from),
      text: emoji,
      senderTimestampMs: at,
    })),
    pollUpdates: votes.map(({ from, options, at }) => ({
      pollUpdateMessageKey: keyOf(from),
      vote: { selectedOptions: options.map(optionHash) },
      senderTimestampMs: at,
    })),
    eventResponses: responses.map(({ from, response, at }) => ({
      eventResponseMessageKey: keyOf(from),
      timestampMs: at,
      eventResponseMessage: { response: RESPONSES[response], timestampMs: at },
    })),
  };
}

/** Whether only the phone shows it. */
export function isViewOnce({ content, media }: ChatMessage): boolean {
  return media?.viewOnce ?? (content !== undefined && 'viewOnce' in content && content.viewOnce === true);
}

function shownAs(owner: Account, message: ChatMessage): proto.IWebMessageInfo {
  const { REVOKE, CIPHERTEXT } = proto.WebMessageInfo.StubType;
  if (message.revoked) return { messageStubType: REVOKE };
  return isViewOnce(message) ? { messageStubType: CIPHERTEXT } : { message: contentOf(owner, message) };
}

function contentOf(owner: Account, message: ChatMessage): proto.IMessage {
  const { media, content, text } = message;
  const written = content && !('of' in content) ? composed(owner, message) : undefined;
  if (media) return mediaMessage(owner.directory.media, media, text, written);
  return written ?? { conversation: text };
}

function composed(owner: Account, { content, chat }: ChatMessage): proto.IMessage | undefined {
  try {
    const unquoted = content && 'quote' in content ? { ...content, quote: undefined } : content;
    const message = unquoted && compose(unquoted, composeContext(owner, findChat(owner, chat)));
    // The one that it came with stands beside it.
    delete message?.messageContextInfo?.messageSecret;
    return message;
  } catch {
    // The chat is gone (a group the account has left): its text is what is left of the message.
    return undefined;
  }
}

function mediaMessage(
  host: MediaHost | undefined,
  media: NonNullable<ChatMessage['media']>,
  caption: string,
  /** What the file is a picture of. */
  frame: proto.IMessage | undefined,
): proto.IMessage {
  const { kind, mimetype, byteLength, fileName, seconds, directPath } = media;
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const description = {
    kind,
    mimetype,
    ...(caption ? { caption } : {}),
    ...(fileName === undefined ? {} : { fileName }),
    ...(seconds === undefined ? {} : { seconds }),
  };
  const uploaded = {
    url: host?.url(directPath) ?? '',
    directPath,
    mediaKey: bytes(media.mediaKey),
    fileSha256: bytes(media.fileSha256),
    fileEncSha256: bytes(media.fileEncSha256),
    fileLength: byteLength,
  };
  return frame ? illustrate(frame, description, uploaded) : attachmentMessage(description, uploaded);
}
