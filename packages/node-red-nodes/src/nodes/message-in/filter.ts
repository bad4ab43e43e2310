import { type Message, textOf } from '@wharf/core';
import type { NodeAPI } from 'node-red';
import { FlowError } from '../../shared/errors.js';
import { isFrom, isInChat, readAddresses } from '../../shared/people.js';
import type { MessageInSettings } from './settings.js';

/**
 * Makes of the settings what says at which output a message leaves; undefined: at none.
 *
 * @throws FlowError CHAT_FILTER_INVALID, PATTERN_INVALID
 */
export function makeFilter(
  RED: NodeAPI,
  settings: MessageInSettings,
): (message: Message) => number | undefined {
  const onlyChats = readAddresses(settings.onlyChats);
  const allowed = readAddresses(settings.allowed);
  if (!onlyChats || !allowed) throw new FlowError(RED, 'CHAT_FILTER_INVALID');
  const saysIt = textTest(RED, settings);
  const kinds = new Map(settings.kinds.map((kind, index) => [kind, settings.splitKinds ? index : 0]));

  return (message) => {
    if (message.isFromMe && !settings.includeOwn) return undefined;
    if (settings.chats !== 'both' && message.isGroup !== (settings.chats === 'group')) return undefined;
    if (onlyChats.size > 0 && !isInChat(message, onlyChats)) return undefined;
    const output = kinds.size === 0 ? 0 : kinds.get(message.content.kind);
    if (output === undefined || !saysIt(textOf(message.content))) return undefined;
    // What the account itself writes needs nobody's leave.
    const isAllowed = allowed.size === 0 || message.isFromMe || isFrom(message, allowed);
    return isAllowed ? output : Math.max(settings.splitKinds ? kinds.size : 1, 1);
  };
}

function textTest(RED: NodeAPI, { text, textIs }: MessageInSettings): (text: string) => boolean {
  if (!text) return () => true;
  if (textIs === 'contained') {
    const wanted = text.toLowerCase();
    return (said) => said.toLowerCase().includes(wanted);
  }
  const pattern = readPattern(RED, text);
  return (said) => pattern.test(said);
}

/** A regular expression as people write it: bare, or `/between slashes/i`. @throws FlowError PATTERN_INVALID */
export function readPattern(RED: NodeAPI, text: string): RegExp {
  const [, body, flags] = /^\/(.+)\/([imsu]*)$/s.exec(text) ?? [undefined, text, 'i'];
  try {
    return new RegExp(body ?? '', flags);
  } catch {
    throw new FlowError(RED, 'PATTERN_INVALID');
  }
}
