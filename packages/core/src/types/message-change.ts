import type { EventDetails } from './content-parts.js';
import type { Jid, MessageId } from './ids.js';
import type { Message } from './message.js';

/** What somebody does to a message that is there already: writes it anew, or takes it back. */
export interface MessageChange {
  target: MessageId;
  chat: Jid;
  /** Who does it. */
  by: Jid;
  /** The new text or caption; undefined when the message is taken back. */
  text: string | undefined;
  /** The event as it is now, if it is one. */
  event?: EventDetails | undefined;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * The message as it is after a change; undefined when that changes nothing.
 *
 * Who wrote it may change it. In a group the server sees to it that besides them only admins take a message back; what was taken
 * back is only marked, so that nobody can make it disappear from a flow. Of two edits the later one counts, in whatever order they come.
 */
export function changed(message: Message, { chat, by, text, event, at }: MessageChange): Message | undefined {
  const isAuthor = by === message.sender.jid || by === message.sender.lid;
  const isAdmin = message.isGroup && text === undefined;
  if (message.chat !== chat || message.isRevoked || !(isAuthor || isAdmin)) return undefined;
  if (text === undefined) return { ...message, isRevoked: true };
  if (at < (message.editedAt ?? 0)) return undefined;
  const content = edited(message.content, text, event) ?? rewritten(message.content, text);
  return content && { ...message, content, editedAt: at };
}

/** What no open text can take the place of: WhatsApp seals the new form with the secret of the old one. */
function edited(content: Message['content'], text: string, event: EventDetails | undefined) {
  if (content.kind === 'poll') return { ...content, name: text };
  if (content.kind !== 'event' || !event) return undefined;
  // What the new form does not say does not hold any more; whatever else came with the message stays.
  const { description: _a, endAt: _b, location: _c, joinLink: _d, isCancelled: _e, ...kept } = content;
  return { ...kept, ...event };
}

/** A content with another text or caption; undefined for one that has neither. */
export function rewritten(content: Message['content'], text: string): Message['content'] | undefined {
  switch (content.kind) {
    case 'text': {
      // The card was of a link in the text before.
      const { preview: _, ...kept } = content;
      return { ...kept, text };
    }
    case 'image':
    case 'video':
    case 'gif':
    case 'document':
      return { ...content, caption: text };
    default:
      return undefined;
  }
}
