declare const brand: unique symbol;

/** The user's name for a device: an alias or a UUID. Used in API requests, URLs and node settings. */
export type DeviceId = string & { readonly [brand]: 'DeviceId' };

/** WhatsApp's address of a user, group or list, given after login. Used in storage queries and payloads. */
export type Jid = string & { readonly [brand]: 'Jid' };

/** The WhatsApp message id: unique within a chat, the same on every device of the account. */
export type MessageId = string & { readonly [brand]: 'MessageId' };

const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** True for 1 to 64 letters, digits, dots, underscores or dashes, a letter or digit first. */
export function isDeviceId(text: string): text is DeviceId {
  return DEVICE_ID.test(text);
}

const JID = /^(\d{1,25}(?:-\d{1,25})?)(?::(\d{1,3}))?@(s\.whatsapp\.net|lid|g\.us)$/;

/** The parts of a JID. `server` is `s.whatsapp.net` (PN form), `lid` (hidden form) or `g.us` (group). */
export interface JidParts {
  user: string;
  device?: number;
  server: 's.whatsapp.net' | 'lid' | 'g.us';
}

/** Takes a JID apart; undefined for text that is none. */
export function splitJid(text: string): JidParts | undefined {
  const match = JID.exec(text);
  if (!match?.[1] || !match[3]) return undefined;
  const parts: JidParts = { user: match[1], server: match[3] as JidParts['server'] };
  if (match[2] !== undefined) parts.device = Number(match[2]);
  return parts;
}

/** The JID of the account or chat behind a JID: the same without a companion's number (`49170:3@…` is `49170@…`). */
export function bareJid(jid: string): Jid {
  const parts = splitJid(jid);
  return (parts ? `${parts.user}@${parts.server}` : jid) as Jid;
}

/** The phone number of a JID in PN form, digits only; undefined for every other JID. */
export function phoneOf(jid: string | undefined): string | undefined {
  const parts = jid === undefined ? undefined : splitJid(jid);
  return parts?.server === 's.whatsapp.net' ? parts.user : undefined;
}

export const isGroupJid = (jid: string): boolean => jid.endsWith('@g.us');
export const isChannelJid = (jid: string): boolean => jid.endsWith('@newsletter');
export const isLid = (jid: string): boolean => jid.endsWith('@lid');
/** True for the address of one person, in whichever form. */
export const isPersonJid = (jid: string): boolean => isLid(jid) || jid.endsWith('@s.whatsapp.net');

const LIST = /^(status|\d{1,25})@broadcast$|^\d{1,25}@newsletter$/;

/** Reads which chat is meant: whom one can write to, or a list that one can only read (`status@broadcast`, a newsletter). */
export function parseChat(text: string): Jid | undefined {
  const trimmed = text.trim();
  return LIST.test(trimmed) ? (trimmed as Jid) : parseRecipient(trimmed);
}

/** Reads whom to write to: a phone number with country code (`+49 170 1234567`, punctuation allowed) or a JID. */
export function parseRecipient(text: string): Jid | undefined {
  const trimmed = text.trim();
  if (trimmed.includes('@')) return splitJid(trimmed) && bareJid(trimmed);
  const digits = trimmed.replace(/^(\+|00)/, '').replace(/[\s().\-/]/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? (`${digits}@s.whatsapp.net` as Jid) : undefined;
}
