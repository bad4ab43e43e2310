/** The two address spaces of people: phone number (PN) and hidden id (LID). */
export type AddressSpace = 'pn' | 'lid';

/** A person's or device's address, taken apart. Device 0 is the phone. */
export interface Jid {
  user: string;
  device: number;
  server: string;
}

export const PN_SERVER = 's.whatsapp.net';
export const LID_SERVER = 'lid';
export const GROUP_SERVER = 'g.us';
export const NEWSLETTER_SERVER = 'newsletter';
/** Where status posts are sent to, and come from. */
export const STATUS_JID = 'status@broadcast';
/** Who a stanza of the server itself is from; clients compare with exactly this form. */
export const SERVER_JID = '@s.whatsapp.net';

/** Takes `user[:device]@server` apart; undefined if it is not of that form. */
export function parseJid(text: string | undefined): Jid | undefined {
  const match = /^([^:@]+)(?::(\d{1,5}))?@([a-z.]+)$/.exec(text ?? '');
  if (!match?.[1] || !match[3]) return undefined;
  return { user: match[1], device: Number(match[2] ?? 0), server: match[3] };
}

/** Writes a JID; device 0 is left out, as on the wire. */
export function formatJid(user: string, server: string, device = 0): string {
  return device === 0 ? `${user}@${server}` : `${user}:${device}@${server}`;
}

/** The same person's JID without the device: what a chat is called. */
export function chatJid(text: string): string {
  const jid = parseJid(text);
  return jid ? formatJid(jid.user, jid.server) : text;
}

/** Which address space a JID belongs to. */
export function addressSpaceOf(jid: string): AddressSpace {
  return parseJid(jid)?.server === LID_SERVER ? 'lid' : 'pn';
}
