import type { Jid, MessageId } from '../types/ids.js';
import type { OutboxItem, OutboxState } from '../types/message.js';
import type { OutgoingContent } from '../types/outgoing.js';

/** An outbox item with what is to be sent, and by which rules it waits: only the first open items of its chat have a pace, that which has its turn and what goes along with it. */
export interface OutboxEntry extends OutboxItem {
  content: OutgoingContent;
  /** Who may see it, if it is a status. */
  audience?: Jid[];
  notBefore: number;
  pace?: string;
}

export type OutboxSubject = Pick<OutboxEntry, 'chat' | 'content'>;

export interface OutboxRepository {
  put(entry: OutboxEntry): void;
  get(id: MessageId): OutboxEntry | undefined;
  getByKey(idempotencyKey: string): OutboxEntry | undefined;
  /** The newest first, of all states or of some; those queued before another one, or from the newest on. */
  getAll(page: { limit: number; states?: OutboxState[]; before?: MessageId }): OutboxEntry[];
  /** Whether a chat has an item that has not ended. */
  hasOpen(chat: Jid): boolean;
  /** Whether the oldest item of a chat that has not ended has no turn yet. */
  isTurnFree(chat: Jid): boolean;
  /** The oldest items of a chat that have not ended. */
  getOpen(chat: Jid, limit: number): OutboxEntry[];
  /** What is queued although its time is up. */
  getExpired(now: number): OutboxEntry[];
  /** When the time of the next queued item is up. */
  nextExpiry(): number | undefined;
  /** Gives an item its turn: it is the first of its chat, and may be claimed from `notBefore` on. */
  putTurn(id: MessageId, pace: string, notBefore: number): void;
  /** Of the items that have their turn at this pace, takes the one that may go out first, if it may now, and marks it as being sent. */
  claim(now: number, pace: string): OutboxEntry | undefined;
  /** Marks an item as being sent that goes along with one before it in its chat. */
  takeAlong(id: MessageId, pace: string): void;
  /** Takes back that an item goes along with another: it was not written, and waits for its turn. */
  leaveBehind(id: MessageId): void;
  /** When the next item may be claimed that has its turn at a pace, for each pace at which one waits. */
  nextTurns(): Partial<Record<string, number>>;
  /** How many items of its pace have their turn before this one; 1,000 for more. */
  countAhead(entry: OutboxEntry): number;
  /** Returns what the item is; undefined when there is no such. */
  putState(id: MessageId, state: OutboxState, at: number, errorCode?: string): OutboxSubject | undefined;
  /** Notes what has been learned of a content, such as where its file is by now. */
  putContent(id: MessageId, content: OutgoingContent): void;
  getState(id: MessageId): OutboxState | undefined;
  /** Puts an item that was being sent back, to be tried again. */
  putBack(id: MessageId, pace: string, notBefore: number, errorCode: string): void;
  /** Puts back all that was being sent when the link broke; it goes out again under the same id. */
  requeue(pace: string): void;
  /** Ends every wait but that for another attempt. */
  hurry(now: number): void;
  /** Ends an item that is still queued; false when it is not, or no longer: another process may have claimed it. */
  endQueued(id: MessageId, state: 'expired' | 'cancelled', at: number, errorCode?: string): boolean;
  count(state: OutboxState): number;
  /** How many items are queued or under way, and since when the oldest of them waits. */
  backlog(): { depth: number; oldestAt?: number };
  /** What pacing remembers, as JSON; undefined before anything was sent. */
  getPacing(): string | undefined;
  putPacing(state: string): void;
}
