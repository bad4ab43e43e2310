import type { OutboxEntry } from '../store/store.js';
import type { MessageId } from '../types/ids.js';
import type { OutboxState } from '../types/message.js';
import type { OutgoingContent } from '../types/outgoing.js';

/** What the outbox asks for where a message has a file. */
export interface OutboxMedia {
  /**
   * Keeps the file of a new item until it has ended. Part of the transaction that stores the item.
   *
   * @throws WharfError MEDIA_NOT_STORED
   */
  hold(entry: OutboxEntry): void;
  /**
   * Makes sure that the file of an item is where its recipients can fetch it; the content that says so.
   *
   * @throws WharfError of the kinds media, storage and connection
   */
  makeReady(entry: OutboxEntry): Promise<OutgoingContent>;
  /** An item has ended: its file is not held any longer. Part of the transaction that notes it. */
  settle(id: MessageId, state: OutboxState): void;
  /** There is a connection, and the backlog is in. */
  resume(): void;
  close(): void;
}
