/**
 * Which part of the past it is.
 *
 * - `initial`: the last few messages of each chat, right after the login
 * - `recent`, `full`: more of them
 * - `names`: how people call themselves
 * - `on_demand`: the answer to `history.request`
 * - `other`: what is of no use here, and whatever WhatsApp adds
 */
export type HistorySyncType = 'initial' | 'recent' | 'full' | 'names' | 'on_demand' | 'other';

/** How far a part of the past has come in; counted is what one chunk brought. */
export interface HistoryProgress {
  syncType: HistorySyncType;
  /** How much of this type the phone has sent, in percent; absent for `on_demand`. */
  progress?: number;
  /** The chats in the chunk. */
  chats: number;
  /** The messages that were new. */
  messages: number;
  /** No more of this type follows. */
  isDone: boolean;
  /** What `history.request` gave, if this answers it. */
  requestId?: string;
  /** Why the chunk was given up, as the code of a WharfError. What it brought before is kept. */
  errorCode?: string;
}
