import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { MessageQuery, ScopedStore } from '../store/store.js';
import { isLid, type Jid, type MessageId, parseChat } from '../types/ids.js';

/** Which part of a list, the newest first. */
export interface Page {
  /** At the most so many, up to 1,000. Default 100. */
  limit?: number;
  /** Only what is older: the ID of the last entry of the page before, or a time in epoch milliseconds. */
  before?: number | string;
}

/** Which messages to look for. */
export interface MessageSearch extends Page {
  text: string;
  /** Only in this chat: a phone number or a JID. */
  chat?: string;
  /** Only by this person: a phone number or a JID. */
  from?: string;
}

const pageSchema = z.object({
  limit: z.number().int().min(1).max(1_000).default(100),
  before: z.union([z.number(), z.string().min(1)]).optional(),
});

/** @throws WharfError OPTION_INVALID */
export function readPage(page: Page): z.output<typeof pageSchema> {
  const parsed = pageSchema.safeParse(page);
  if (parsed.success) return parsed.data;
  throw new WharfError('OPTION_INVALID', {
    details: { option: String(parsed.error.issues[0]?.path[0] ?? 'page') },
  });
}

/**
 * The address under which a chat or somebody is filed, whichever of theirs is given.
 *
 * @throws WharfError RECIPIENT_INVALID
 */
export function readChat(text: string, scoped: ScopedStore | undefined): Jid {
  // What comes from JavaScript may be anything.
  const jid = typeof text === 'string' ? parseChat(text) : undefined;
  if (!jid) throw new WharfError('RECIPIENT_INVALID');
  return (isLid(jid) && scoped?.contacts.getByLid(jid)?.jid) || jid;
}

/** @throws WharfError RECIPIENT_INVALID, OPTION_INVALID */
export function readSearch(
  { text, chat, from, ...page }: MessageSearch,
  scoped: ScopedStore | undefined,
): MessageQuery {
  const { limit, before } = readPage(page);
  return {
    text,
    limit,
    before: before as MessageId | number,
    chat: chat === undefined ? undefined : readChat(chat, scoped),
    from: from === undefined ? undefined : readChat(from, scoped),
  };
}
