import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import { completeDeviceIdentity, type DeviceVoucher, linkCompanion, vouchFor } from '../accounts/linking.js';
import type { CompanionState } from '../accounts/state.js';
import { SimulatorError } from '../errors.js';
import { formatJid, LID_SERVER, PN_SERVER, SERVER_JID } from '../stanza/jid.js';
import { bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';
import { parseQr } from './qr.js';

const REFS = 6;
/** Long enough for the slowest of clients to compute two signatures. */
const SIGN_TIMEOUT_MS = 20_000;
/** zapo closes by itself at this point and takes an earlier 515 for an order to forget everything. */
const RESTART_DELAY_MS = 200;
const DEAD_REFS_KEPT = 10_000;

/** A client that has no account yet: it shows a QR and waits for a phone to scan it. */
interface Candidate {
  connection: Connection;
  noiseKey: Buffer;
  registration: proto.ClientPayload.IDevicePairingRegistrationData;
  /** Set once a phone has scanned; a code can be used once. */
  settle?: (answer: Stanza | undefined) => void;
}

/** Hands out QR references to new clients and links them when a virtual phone scans one. */
export class PairingDesk {
  readonly #byRef = new Map<string, Candidate>();
  readonly #deadRefs = new Set<string>();

  /** Takes in a client that wants to register: its QR codes are good for as long as it stays connected. */
  welcome(
    connection: Connection,
    noiseKey: Buffer,
    registration: proto.ClientPayload.IDevicePairingRegistrationData,
  ): void {
    const candidate: Candidate = { connection, noiseKey, registration };
    const refs = Array.from({ length: REFS }, () => `2@${randomBytes(24).toString('base64url')}`);
    for (const ref of refs) this.#byRef.set(ref, candidate);
    connection.on('stanza', (answer) => {
      if (answer.tag === 'iq' && childOf(answer, 'pair-device-sign')) candidate.settle?.(answer);
      else if (answer.tag === 'iq' && answer.attrs.type === 'error') candidate.settle?.(undefined);
    });
    connection.on('close', () => {
      candidate.settle?.(undefined);
      for (const ref of refs) this.#bury(ref);
    });
    const pairDevice = stanza(
      'pair-device',
      {},
      refs.map((ref) => stanza('ref', {}, Buffer.from(ref))),
    );
    connection.send(
      stanza('iq', { from: SERVER_JID, type: 'set', id: connection.nextId(), xmlns: 'md' }, [pairDevice]),
    );
  }

  /**
   * Lets the phone of an account scan a QR code, and links the device that shows it.
   *
   * @returns the new device; its client is told to restart (515) a moment later.
   * @throws SimulatorError 400 for a text that is no such QR, 404 or 410 for one nobody shows (any more), 409 for
   * one that was scanned already, 502 if the client does not go through with it.
   */
  async scan(qr: string, accountOf: () => Account): Promise<Companion> {
    const { ref, identity, advSecret } = parseQr(qr);
    const candidate = this.#byRef.get(ref);
    if (!candidate) throw this.#refusal(ref);
    if (candidate.settle)
      throw new SimulatorError(
        'QR_USED',
        409,
        'That QR code was scanned already: show a new one and scan again.',
      );
    const keys = readKeys(candidate.registration);
    if (!keys?.identity.equals(identity)) {
      throw new SimulatorError(
        'QR_FOREIGN',
        400,
        'That QR code does not belong to the client that shows it: copy it again, whole.',
      );
    }
    const account = accountOf();
    const deviceId = account.reserveDeviceId();
    const voucher = vouchFor(account, deviceId, { identity, advSecret });
    const answer = await this.#askToSign(candidate, account, deviceId, voucher);
    const signature = bytesOf(childOf(answer, 'pair-device-sign'), 'device-identity');
    const deviceIdentity = signature && completeDeviceIdentity(account, identity, voucher, signature);
    if (!deviceIdentity) {
      candidate.connection.end();
      throw new SimulatorError(
        'PAIRING_REFUSED',
        502,
        'The client did not accept the pairing: look at its log, then show a new QR code.',
      );
    }
    const state: CompanionState = {
      id: deviceId,
      platform: platformOf(candidate.registration),
      linkedAt: Date.now(),
      noiseKey: candidate.noiseKey,
      ...keys,
      preKeys: new Map(),
      deviceIdentity,
      isBootstrapped: false,
      connectionsOpened: 0,
      queue: [],
    };
    setTimeout(() => candidate.connection.end(stanza('stream:error', { code: 515 })), RESTART_DELAY_MS);
    return linkCompanion(account, state);
  }

  #askToSign(
    candidate: Candidate,
    account: Account,
    deviceId: number,
    voucher: DeviceVoucher,
  ): Promise<Stanza | undefined> {
    const { connection } = candidate;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), SIGN_TIMEOUT_MS);
      candidate.settle = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      const pairSuccess = stanza('pair-success', {}, [
        stanza('device-identity', {}, voucher.sealed),
        stanza('biz', { name: account.name }),
        stanza('device', {
          jid: formatJid(account.phone, PN_SERVER, deviceId),
          lid: formatJid(account.lid, LID_SERVER, deviceId),
        }),
        stanza('platform', { name: 'android' }),
      ]);
      const attributes = {
        from: SERVER_JID,
        type: 'set',
        id: connection.nextId(),
        xmlns: 'md',
        t: secondsNow(),
      };
      connection.send(stanza('iq', attributes, [pairSuccess]));
    });
  }

  #refusal(ref: string): SimulatorError {
    return this.#deadRefs.has(ref)
      ? new SimulatorError('QR_EXPIRED', 410, 'That QR code has expired: show a new one and scan again.')
      : new SimulatorError(
          'QR_UNKNOWN',
          404,
          'No client of this simulator shows that QR code: check where the client connects to.',
        );
  }

  #bury(ref: string): void {
    this.#byRef.delete(ref);
    this.#deadRefs.add(ref);
    if (this.#deadRefs.size <= DEAD_REFS_KEPT) return;
    const [oldest] = this.#deadRefs;
    if (oldest !== undefined) this.#deadRefs.delete(oldest);
  }
}

/** The device's public keys from its registration; undefined if one is missing or has the wrong length. */
function readKeys(
  registration: proto.ClientPayload.IDevicePairingRegistrationData,
): Pick<CompanionState, 'identity' | 'registrationId' | 'signedPreKey'> | undefined {
  const { eIdent, eRegid, eSkeyId, eSkeyVal, eSkeySig } = registration;
  if (eIdent?.length !== 32 || eRegid?.length !== 4 || eSkeyId?.length !== 3) return undefined;
  if (eSkeyVal?.length !== 32 || eSkeySig?.length !== 64) return undefined;
  return {
    identity: Buffer.from(eIdent),
    registrationId: Buffer.from(eRegid).readUInt32BE(),
    signedPreKey: {
      id: Buffer.from(eSkeyId).readUIntBE(0, 3),
      public: Buffer.from(eSkeyVal),
      signature: Buffer.from(eSkeySig),
    },
  };
}

/** What the phone lists the device as: the name the client gave itself, such as `Mac OS`. */
function platformOf({ deviceProps }: proto.ClientPayload.IDevicePairingRegistrationData): string {
  try {
    return proto.DeviceProps.decode(deviceProps ?? Buffer.alloc(0)).os || 'Unknown';
  } catch {
    return 'Unknown';
  }
}
