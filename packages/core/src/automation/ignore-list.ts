import type { ScopedStore } from '../store/store.js';
import type { IgnoreSettings } from '../types/automation-settings.js';
import { isLid, type Jid, parseChat } from '../types/ids.js';
import type { Person } from '../types/message.js';
import type { WireEvent } from '../wire/wire.js';
import { kindOf } from './kinds.js';

/** Whether a device does as if something had not come. */
export type IgnoreList = (event: WireEvent, stored: ScopedStore) => boolean;

/** Undefined when nothing is ignored: then nothing is looked at. */
export function ignoreList({ chats, kinds }: IgnoreSettings): IgnoreList | undefined {
  if (chats.length === 0 && kinds.length === 0) return undefined;
  const listed = new Set<Jid>(chats.flatMap((address) => parseChat(address) ?? []));
  const isListed = (jid: Jid, { contacts }: ScopedStore): boolean => {
    if (listed.has(jid)) return true;
    const behind = isLid(jid) ? contacts.getByLid(jid) : undefined;
    return behind !== undefined && listed.has(behind.jid);
  };
  const isFrom = ({ jid, lid }: Person, stored: ScopedStore) =>
    isListed(jid, stored) || (lid !== undefined && listed.has(lid));
  return (event, stored) => {
    switch (event.type) {
      case 'message':
      case 'undecryptable': {
        const { chat, sender, isFromMe } = event.message;
        if (isFromMe) return kinds.includes('own') || kinds.includes(kindOf(chat)) || isListed(chat, stored);
        return kinds.includes(kindOf(chat)) || isListed(chat, stored) || isFrom(sender, stored);
      }
      case 'call':
        return (
          kinds.includes(kindOf(event.call.chat)) ||
          isListed(event.call.chat, stored) ||
          isFrom(event.call.caller, stored)
        );
      case 'presence':
        return isListed(event.presence.chat, stored) || isFrom(event.presence.contact, stored);
      default:
        return false;
    }
  };
}
