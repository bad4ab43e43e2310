import { isLid, isPersonJid, type Jid, phoneOf } from '../types/ids.js';
import type { Person } from '../types/message.js';

/** Where an event has happened, and to whom: found at the same place in every event, whatever its payload looks like. */
export interface EventAddress {
  /** The chat it is about. */
  chatId?: Jid;
  /** Of the person it is about: who wrote, calls or is seen; for what the account itself wrote, whom it wrote to. Digits only. */
  phone?: string;
  /** The hidden address of that person. */
  lid?: Jid;
}

/** What payloads have that are about a chat or somebody. */
interface Addressed {
  chat?: Jid;
  sender?: Person;
  isFromMe?: boolean;
  caller?: Person;
  contact?: Person;
}

/** Reads from the payload of an event whom it is about. `lidOf` knows hidden addresses that are not in it. */
export function addressIn(payload: object, lidOf: (jid: Jid) => Jid | undefined): EventAddress {
  const { chat, sender, isFromMe, caller, contact }: Addressed = payload;
  const chatId = chat ?? contact?.jid;
  if (chatId === undefined) return {};
  const partner = isPersonJid(chatId) ? { jid: chatId } : undefined;
  const person: Person | undefined = (isFromMe ? undefined : sender) ?? contact ?? caller ?? partner;
  if (!person) return { chatId };
  const { jid } = person;
  const phone = person.phone ?? phoneOf(jid);
  const lid = person.lid ?? (isLid(jid) ? jid : lidOf(jid));
  return { chatId, ...(phone === undefined ? {} : { phone }), ...(lid === undefined ? {} : { lid }) };
}
