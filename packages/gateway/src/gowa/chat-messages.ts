import type { Message } from '@wharf/core';
import type { GowaContext } from './route.js';
import { mediaTypeOf, viewMessage } from './views.js';

/** How many messages of a chat are looked through, the newest first. */
const MOST_MESSAGES = 10_000;
const PAGE = 1_000;

interface Filter {
  limit: number;
  offset: number;
  start_time?: string | undefined;
  end_time?: string | undefined;
  media_only?: boolean | undefined;
  is_from_me?: boolean | undefined;
  search?: string | undefined;
}

/** The messages of a chat that all filters leave, a page of them, and how many there are of those that were looked through. */
export async function readChatMessages(
  { input, manager, deviceId, linkTo }: GowaContext<Filter>,
  chat: string,
) {
  const { limit, offset, search, start_time, end_time, media_only, is_from_me } = input;
  const from = start_time === undefined ? -Infinity : Date.parse(start_time);
  const to = end_time === undefined ? Infinity : Date.parse(end_time);
  const isWanted = ({ at, content, isFromMe }: Message): boolean =>
    at >= from &&
    at <= to &&
    (!media_only || mediaTypeOf(content) !== undefined) &&
    (is_from_me === undefined || isFromMe === is_from_me);
  const read = (before: number | string | undefined): Promise<Message[]> => {
    const page = { limit: PAGE, ...(before === undefined ? {} : { before }) };
    return search === undefined
      ? manager.listMessages(deviceId, chat, page)
      : manager.searchMessages(deviceId, { text: search, chat, ...page });
  };
  const found: Message[] = [];
  let before: number | string | undefined = Number.isFinite(to) ? to + 1 : undefined;
  for (let seen = 0; seen < MOST_MESSAGES; ) {
    const next = await read(before);
    found.push(...next.filter(isWanted));
    seen += next.length;
    const last = next.at(-1);
    before = last?.id;
    if (next.length < PAGE || !last || last.at < from) break;
    // Others have their turn between the pages.
    await new Promise(setImmediate);
  }
  const data = found.slice(offset, offset + limit).map((message) => viewMessage(message, linkTo));
  return { data, total: found.length };
}
