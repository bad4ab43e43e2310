import { z } from 'zod';

/** What a device takes of what was before it was linked. */
export const historySettings = z.strictObject({
  /**
   * - `off`: nothing is fetched; only what `history.request` asks for
   * - `recent`: chats, names and the newest messages of each chat, as WhatsApp Web shows at once
   * - `full`: everything that the phone gives. It is told when the device is linked: set it before the login
   */
  sync: z.enum(['off', 'recent', 'full']).default('recent'),
  /** Messages that are older than so many days are left out; without it, none. */
  maxDays: z.number().int().min(1).max(36_500).optional(),
});

export type HistorySettings = z.output<typeof historySettings>;
