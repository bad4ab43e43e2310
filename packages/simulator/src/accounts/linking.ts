import { createHmac } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { PhoneAppState } from '../appstate/phone-app-state.js';
import { isSignedBy, sign } from '../crypto/curve.js';
import { shareKeys } from '../history/peer-request.js';
import { sendFirstHistory } from '../history/send-history.js';
import { secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import type { Companion } from './device.js';
import { announceDevice } from './device-list.js';
import type { CompanionState } from './state.js';

const ACCOUNT_SIGNATURE_PREFIX = Buffer.of(6, 0);
const DEVICE_SIGNATURE_PREFIX = Buffer.of(6, 1);

/** What the phone's camera reads: who the new device is, and the secret that proves it came from the QR. */
export interface LinkRequest {
  identity: Buffer;
  advSecret: Buffer;
}

/** The phone's word for a new device: the encoded ADVDeviceIdentity and the account's signature over it. */
export interface DeviceVoucher {
  details: Buffer;
  accountSignature: Buffer;
  /** The payload of `<device-identity>` in pair-success, sealed with the secret from the QR. */
  sealed: Buffer;
}

/** Lets the phone vouch for a new device. */
export function vouchFor(
  account: Account,
  deviceId: number,
  { identity, advSecret }: LinkRequest,
): DeviceVoucher {
  const { identity: accountKey } = account.phoneDevice.signal;
  const details = Buffer.from(
    proto.ADVDeviceIdentity.encode({
      rawId: account.state.rawId,
      timestamp: secondsNow(),
      keyIndex: deviceId,
      accountType: proto.ADVEncryptionType.E2EE,
      deviceType: proto.ADVEncryptionType.E2EE,
    }).finish(),
  );
  const accountSignature = sign(
    accountKey.private,
    Buffer.concat([ACCOUNT_SIGNATURE_PREFIX, details, identity]),
  );
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: accountKey.public,
    accountSignature,
  }).finish();
  const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({
    details: signed,
    hmac: createHmac('sha256', advSecret).update(signed).digest(),
    accountType: proto.ADVEncryptionType.E2EE,
  }).finish();
  return { details, accountSignature, sealed: Buffer.from(sealed) };
}

/**
 * Checks the device's own signature, with which it accepts being linked.
 *
 * @returns the encoded identity with both signatures, as peers will get it; undefined if it is not valid.
 */
export function completeDeviceIdentity(
  account: Account,
  identity: Buffer,
  voucher: DeviceVoucher,
  answer: Uint8Array,
): Buffer | undefined {
  const accountSignatureKey = account.phoneDevice.signal.identity.public;
  const deviceSignature = readDeviceSignature(answer);
  const signedText = Buffer.concat([DEVICE_SIGNATURE_PREFIX, voucher.details, identity, accountSignatureKey]);
  if (!deviceSignature || !isSignedBy(identity, signedText, deviceSignature)) return undefined;
  const { details, accountSignature } = voucher;
  return Buffer.from(
    proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey,
      accountSignature,
      deviceSignature,
    }).finish(),
  );
}

/** The signature in the client's answer; undefined if the answer is no such message. */
function readDeviceSignature(answer: Uint8Array): Uint8Array | null | undefined {
  try {
    return proto.ADVSignedDeviceIdentity.decode(answer).deviceSignature;
  } catch {
    return undefined;
  }
}

/** Adds a device to its account and tells everybody who should know. */
export function linkCompanion(account: Account, state: CompanionState): Companion {
  const companion = account.addCompanion(state);
  announceDevice('add', companion);
  account.directory.emit('paired', { phone: account.phone, deviceId: companion.id, jid: companion.jid });
  return companion;
}

/** Takes a device off its account: it is cut off, cannot log in again, and its peers are told. */
export function unlinkCompanion(companion: Companion): void {
  const { account } = companion;
  account.removeCompanion(companion);
  companion.link?.end(
    stanza('stream:error', { code: 401 }, [stanza('conflict', { type: 'device_removed' })]),
  );
  announceDevice('remove', companion);
  renewAppStateKey(account);
  account.directory.emit('unlinked', { phone: account.phone, deviceId: companion.id, jid: companion.jid });
}

/** What an unlinked device knows must not open what the others write from now on. */
function renewAppStateKey(account: Account): void {
  if (account.state.appState.keys.length === 0) return;
  new PhoneAppState(account).rotateKey();
  for (const companion of account.companions.values()) {
    if (!companion.state.isBootstrapped) continue;
    shareKeys(companion).catch((error: Error) => {
      account.directory.logger.warn(`${companion.jid} did not get the new key: ${error.message}`);
    });
  }
}

/**
 * Does what a phone does for a device it has just linked: it shares the app-state keys and sends the first
 * history. Until then clients keep messages that arrive while offline to themselves for 20 s.
 */
export async function bootstrapCompanion(companion: Companion): Promise<void> {
  if (companion.state.isBootstrapped) return;
  companion.state.isBootstrapped = true;
  await shareKeys(companion);
  await sendFirstHistory(companion);
}
