import type { ChatMarks } from '../types/app-state.js';
import type { MediaReference } from '../types/content-parts.js';
import type { HistoryProgress } from '../types/history.js';
import type { HistorySettings } from '../types/history-settings.js';
import type { Jid } from '../types/ids.js';
import type { Delivery, Person } from '../types/message.js';
import type { ResponseContent } from '../types/response.js';
import type { MediaWire } from './media.js';
import type { ReceivedMessage } from './wire.js';

/** A message from before, and how far it got if it is ours. */
export interface PastMessage extends ReceivedMessage {
  delivery?: Delivery;
  /** What was said to it by a tap. */
  responses?: PastResponse[];
}

export interface PastResponse {
  sender: Person;
  content: ResponseContent;
  at: number;
}

export interface PastChat {
  jid: Jid;
  name?: string;
  lastMessageAt: number;
  /** Only where nothing newer can be known. */
  marks?: ChatMarks;
  unreadCount?: number;
}

/** A piece of the past, small enough to be stored at once. */
export interface HistoryPart {
  chats: PastChat[];
  people: Person[];
  messages: PastMessage[];
}

/** Where the past goes, and where its bytes come from: given by the device. */
export interface HistorySink {
  /** As they are now. */
  readonly settings: HistorySettings;
  /** Fetches and decrypts a chunk as it comes; genuine only at its end. @throws WharfError of kind media */
  fetch(reference: MediaReference, media: MediaWire, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Stores a part, durably when it returns; how many messages of it were new. Storing it again changes nothing. */
  store(part: HistoryPart): number;
  tell(progress: HistoryProgress): void;
}
