import type { Account } from './account.js';

/** A linked device, as its phone lists it. */
export interface DeviceView {
  id: number;
  /** The name the client gave itself. */
  platform: string;
  jid: string;
  lid: string;
  linkedAt: number;
  connected: boolean;
  /** Logins since it was linked. */
  connectionsOpened: number;
  /** Stanzas it has not confirmed yet. */
  queued: number;
}

/** One phone number with its linked devices. */
export interface AccountView {
  phone: string;
  name: string;
  jid: string;
  lid: string;
  isContact: boolean;
  devices: DeviceView[];
}

/** Shows an account to those who ask from outside. */
export function viewAccount(account: Account): AccountView {
  return {
    phone: account.phone,
    name: account.name,
    jid: account.pnJid,
    lid: account.lidJid,
    isContact: account.state.isContact,
    devices: [...account.companions.values()].map((companion) => ({
      id: companion.id,
      platform: companion.state.platform,
      jid: companion.jid,
      lid: companion.lidJid,
      linkedAt: companion.state.linkedAt,
      connected: companion.link !== undefined,
      connectionsOpened: companion.state.connectionsOpened,
      queued: companion.state.queue.size,
    })),
  };
}
