import { noteRead } from '../store/read.js';
import type { Message } from '../types/message.js';
import type { ConnectedContext } from './action.js';

/** Tells those who wrote that their messages were read or played, and remembers it. Own messages are left out. */
export async function confirm(
  { stored, queries }: ConnectedContext,
  messages: Message[],
  what: 'read' | 'played',
): Promise<Record<string, never>> {
  const theirs = messages.filter(({ isFromMe }) => !isFromMe);
  if (theirs.length > 0) await queries.messages.confirm(theirs, what);
  noteRead(
    stored,
    theirs.map(({ id }) => id),
    what,
  );
  return {};
}
