import type { Jid } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { isResponse } from '../types/response.js';
import type { ScopedStore } from './store.js';

/** Remembers what a message does to its chat or to another one: an answer by a tap, an edit, a revoke. Most messages do nothing. */
export function storeEffect(
  { appState, messages, responses }: ScopedStore,
  { chat, content }: Pick<Message, 'chat' | 'content'>,
  by: Jid,
  at: number,
): void {
  if (isResponse(content)) return responses.put(by, content, at);
  if (content.kind === 'ephemeral_setting')
    return appState.putMarks(chat, { ephemeralMs: content.ephemeralMs });
  if (content.kind !== 'edit' && content.kind !== 'revoke') return;
  const text = content.kind === 'edit' ? content.text : undefined;
  const event = content.kind === 'edit' ? content.event : undefined;
  messages.change({ target: content.target.id, chat, by, text, at, ...(event && { event }) });
}
