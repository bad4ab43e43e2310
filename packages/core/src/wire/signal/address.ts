/** The Signal address of a device: `user.device`, or `user_domain.device` for any other form than the phone number. */
export type SignalAddress = string;

/** The number in the address for each server of a JID. */
const DOMAINS: Readonly<Record<string, number>> = { lid: 1, hosted: 128, 'hosted.lid': 129 };

/** Only WhatsApp's own servers have this device number, and never without their domain. */
const HOSTED_DEVICE = 99;

const USER_JID = /^([^:@_]+)(?:_(\d+))?(?::(\d+))?@(.+)$/;

/** The parts of the JID of a person's device. */
export interface UserJid {
  user: string;
  domain: number;
  device: number;
  server: string;
}

/** Takes the JID of a person's device apart; undefined for text that is none. */
export function splitUserJid(jid: string): UserJid | undefined {
  const [, user, agent, device, server] = USER_JID.exec(jid) ?? [];
  if (!user || !server) return undefined;
  return { user, server, device: Number(device ?? 0), domain: DOMAINS[server] ?? Number(agent ?? 0) };
}

export const isPhoneForm = (server: string): boolean => server === 's.whatsapp.net' || server === 'hosted';
export const isHiddenForm = (server: string): boolean => server === 'lid' || server === 'hosted.lid';

/** The name in the addresses of all devices of a person: `user` or `user_domain`. */
export function addressName({ user, domain }: UserJid): string {
  return domain === 0 ? user : `${user}_${domain}`;
}

/** The address of the device with this JID. */
export function addressOf(jid: string): SignalAddress {
  const parts = splitUserJid(jid);
  if (!parts) throw new Error('A JID without a user has no Signal address.');
  if (parts.device === HOSTED_DEVICE && !parts.server.startsWith('hosted')) {
    throw new Error('A device that WhatsApp hosts must have a hosted JID.');
  }
  return `${addressName(parts)}.${parts.device}`;
}

/** Whose address it is, as a JID, and the number of the device. */
export function ownerOf(address: SignalAddress): { jid: string; device: number } {
  const [, user = '', domain, device] = /^(.+?)(?:_(\d+))?\.(\d+)$/.exec(address) ?? [];
  const isHidden = domain === '1' || domain === '129';
  return { jid: `${user}@${isHidden ? 'lid' : 's.whatsapp.net'}`, device: Number(device) };
}
