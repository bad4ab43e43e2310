import { childOf } from '../stanza/node.js';
import type { Handler } from './session.js';

/** `<presence>`: goes online or away, or asks to hear of somebody else's presence. */
export const handlePresence: Handler = ({ attrs }, session) => {
  const { presence } = session.directory;
  const { type, to, name } = attrs;
  if (type === 'subscribe' && to) presence.subscribe(session.companion, to);
  else if (type === 'unsubscribe' && to) presence.unsubscribe(session.companion, to);
  else if (type === 'unavailable') presence.set(session.companion, false);
  // Without a type it means online, but Baileys also sends an empty one after every change of its credentials.
  else if (type === 'available' || name !== undefined) presence.set(session.companion, true);
};

/** `<chatstate>`: the person writes, records a voice message, or has stopped. */
export const handleChatState: Handler = (chatState, session) => {
  const { to } = chatState.attrs;
  const composing = childOf(chatState, 'composing');
  if (!to || !(composing ?? childOf(chatState, 'paused'))) return;
  const state = composing ? (composing.attrs.media === 'audio' ? 'recording' : 'composing') : 'paused';
  session.directory.presence.typing(session.companion, to, state);
};
