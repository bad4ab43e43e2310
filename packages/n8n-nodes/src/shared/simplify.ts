import type { Content, Message } from '@wharf/core';
import type { IDataObject } from 'n8n-workflow';

/** A message in one flat item: who wrote what, where and when. The full one has all that is known. */
export function simplifyMessage(message: Message): IDataObject {
  const { id, chat, isGroup, isFromMe, sender, content, at } = message;
  return defined({
    messageId: id,
    chat,
    kind: content.kind,
    text: wordsOf(content),
    from: sender.jid,
    phone: sender.phone,
    name: sender.savedName ?? sender.name,
    isGroup,
    isFromMe,
    sentAt: new Date(at).toISOString(),
    quotedMessageId: 'quoted' in content ? content.quoted?.id : undefined,
    targetMessageId: 'target' in content ? content.target.id : undefined,
    emoji: content.kind === 'reaction' ? content.emoji : undefined,
    options: content.kind === 'poll_vote' || content.kind === 'poll' ? content.options : undefined,
    mimetype: 'media' in content ? content.media.mimetype : undefined,
    sizeBytes: 'media' in content ? content.media.sizeBytes : undefined,
    fileName: 'fileName' in content ? content.fileName : undefined,
    latitude: 'latitude' in content ? content.latitude : undefined,
    longitude: 'longitude' in content ? content.longitude : undefined,
  });
}

/** The words of a content, as they stand in the chat. */
export function wordsOf(content: Content): string | undefined {
  if ('text' in content) return content.text;
  if ('caption' in content) return content.caption;
  if (content.kind === 'poll' || content.kind === 'event') return content.name;
  return undefined;
}

/** Leaves out what is not known: an item shows no empty columns. */
export function defined(fields: Record<string, unknown>): IDataObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as IDataObject;
}
