import type { DeviceId, Jid } from './ids.js';
import type { Person } from './message.js';

/** Why a device does nothing by itself. */
export type DisconnectedReason =
  | 'created'
  | 'stopped'
  | 'pairing_expired'
  | 'replaced'
  | 'banned'
  | 'outdated'
  | 'passkey_required'
  | 'rejected'
  | 'login_cancelled'
  | 'login_failed'
  | 'storage_damaged';

/** Why a device that has an account has no link just now. */
export type ReconnectingReason =
  | 'starting'
  | 'connection_lost'
  | 'server_error'
  | 'restart_required'
  | 'broken_frame'
  | 'deaf'
  | 'silent'
  | 'storage_failed'
  | 'in_use'
  /** The process that ran it passes it to another one, which listens to it. */
  | 'handed_over'
  /** No process runs it just now. */
  | 'unattended';

/** Who ended the session. */
export type LoggedOutReason = 'logged_out_here' | 'unlinked_from_phone' | 'account_refused';

/** How far a login has come: `pairing` is when the QR code is shown. */
export type ConnectingStep = 'dialing' | 'pairing' | 'restarting';

/**
 * The state of a device. What is true of a device follows from it; nothing else stores it.
 *
 * `retryAt` and `expiresAt` are epoch milliseconds.
 */
export type DeviceState =
  | { name: 'disconnected'; reason: DisconnectedReason; expiresAt?: number }
  | { name: 'connecting'; step: ConnectingStep }
  | { name: 'connected'; isSyncing: boolean }
  | { name: 'reconnecting'; reason: ReconnectingReason; attempt: number; retryAt?: number }
  | { name: 'logged_out'; reason: LoggedOutReason };

export type DeviceStateName = DeviceState['name'];

/** The WhatsApp account a device is linked to. */
export interface Account {
  /** PN form, without companion number: `491701234567@s.whatsapp.net`. */
  jid: Jid;
  /** Hidden form, when the server has told it. */
  lid?: Jid;
  /** Digits only, with country code. */
  phone: string;
  pushName?: string;
}

/** The account itself as somebody on WhatsApp. */
export const accountPerson = ({ pushName, ...person }: Account): Person =>
  pushName === undefined ? person : { ...person, name: pushName };

/** A device as the outside sees it: plain, JSON-safe data, a copy at one moment. */
export interface DeviceInfo {
  id: DeviceId;
  name?: string;
  state: DeviceState;
  /** Present from the moment pairing succeeded until logout. */
  account?: Account;
  createdAt: number;
}
