import type { Jid } from '../types/ids.js';

/** What a device has said by itself in one chat, as far as it must be remembered. */
export interface ChatReplies {
  windowStartedAt: number;
  /** In the window that began then. */
  count: number;
  /** The log has been told that there are no more in this window. */
  isTold: boolean;
  /** When each rule last replied here. */
  repliedAt: { [rule: string]: number };
  /** The key of a reply that is decided on, and perhaps not yet in the outbox. */
  answering?: string;
}

export interface AutoReplyRepository {
  get(chat: Jid): ChatReplies | undefined;
  put(chat: Jid, replies: ChatReplies): void;
}
