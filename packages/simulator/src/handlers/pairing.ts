import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import { completeDeviceIdentity, type LinkRequest, linkCompanion, vouchFor } from '../accounts/linking.js';
import type { CompanionState } from '../accounts/state.js';
import { SimulatorError } from '../errors.js';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';
import { Candidate } from './candidate.js';
import { CodeDesk } from './code-desk.js';
import { codeRegistrationOf } from './companion-hello.js';
import { passkeyRequest } from './passkey.js';
import { parseQr } from './qr.js';
import type { QrLifetime } from './qr-refs.js';
import { isQuery } from './session.js';

/** zapo closes by itself at this point and takes an earlier 515 for an order to forget everything. */
const RESTART_DELAY_MS = 200;
/** How long a client may stay that has shown all its QR codes; it is expected to leave by itself. */
const LINGER_MS = 20_000;
const DEAD_REFS_KEPT = 10_000;

/** Receives new clients and links them when a virtual phone scans their QR code or types their pairing code. */
export class PairingDesk {
  readonly #byRef = new Map<string, Candidate>();
  readonly #deadRefs = new Set<string>();
  readonly #codes = new CodeDesk();
  readonly #qrLifetime: QrLifetime;

  constructor(qrLifetime: QrLifetime) {
    this.#qrLifetime = qrLifetime;
  }

  /** Takes in a client that wants to register. */
  welcome(
    connection: Connection,
    noiseKey: Buffer,
    registration: proto.ClientPayload.IDevicePairingRegistrationData,
  ): void {
    const candidate = new Candidate(connection, noiseKey, registration, this.#qrLifetime);
    const { refs } = candidate;
    for (const ref of refs.all) this.#byRef.set(ref, candidate);
    const timer = setTimeout(() => connection.end(stanza('xmlstreamend')), refs.lastsMs + LINGER_MS).unref();
    connection.on('stanza', (received) => this.#take(candidate, received));
    connection.on('close', () => {
      clearTimeout(timer);
      for (const ref of refs.all) this.#bury(ref);
    });
    candidate.offerQr();
  }

  /**
   * Lets the phone of an account scan a QR code, and links the device that shows it.
   *
   * @returns the new device; its client is told to restart (515) a moment later.
   * @throws SimulatorError 400 for a text that is no such QR, 403 if the account asks for a passkey, 404 or 410 for
   * one nobody shows (any more), 409 for one that was scanned already, 502 if the client does not go through with it.
   */
  async scan(qr: string, accountOf: () => Account): Promise<Companion> {
    const { ref, identity, advSecret } = parseQr(qr);
    const candidate = this.#byRef.get(ref);
    if (!candidate) throw this.#refusal(ref);
    if (candidate.isTaken)
      throw new SimulatorError(
        'QR_USED',
        409,
        'That QR code was scanned already: show a new one and scan again.',
      );
    if (candidate.refs.hasExpired(ref)) throw expired();
    if (!candidate.keys?.identity.equals(identity)) {
      throw new SimulatorError(
        'QR_FOREIGN',
        400,
        'That QR code does not belong to the client that shows it: copy it again, whole.',
      );
    }
    candidate.refs.noteSeen(ref);
    return this.#link(candidate, accountOf(), { identity, advSecret });
  }

  /**
   * Lets the phone of an account type the code that a client shows, and links that client.
   *
   * @throws SimulatorError 403 for a wrong code or if the account asks for a passkey, 404 or 410 if no client waits
   * for this number (any more), 409 if a code is being tried, 502 if the client does not go through with it.
   */
  async enterCode(code: string, phone: string, accountOf: () => Account): Promise<Companion> {
    const identity = () => accountOf().phoneDevice.signal.identity;
    const { candidate, ...request } = await this.#codes.enter(code, phone, identity);
    if (candidate.isTaken)
      throw new SimulatorError(
        'CODE_BUSY',
        409,
        'The client has been linked meanwhile: look at the devices of the account.',
      );
    return this.#link(candidate, accountOf(), request);
  }

  /**
   * Asks the client that shows a QR code for another one: for those that know how, the secret in the old one is void.
   *
   * @throws SimulatorError 400 for a text that is no such QR, 404 or 410 for one that nobody shows (any more).
   */
  rotateQr(qr: string): void {
    const { ref } = parseQr(qr);
    const candidate = this.#byRef.get(ref);
    if (!candidate) throw this.#refusal(ref);
    const { connection } = candidate;
    const attributes = {
      from: SERVER_JID,
      type: 'companion_reg_refresh',
      id: connection.nextId(),
      t: secondsNow(),
    };
    connection.send(stanza('notification', attributes, [stanza('companion_reg_refresh')]));
  }

  #take(candidate: Candidate, received: Stanza): void {
    if (received.tag !== 'iq' || candidate.takes(received) || !isQuery(received)) return;
    const registration = codeRegistrationOf(received);
    const stage = registration?.attrs.stage;
    if (registration && stage === 'companion_hello') this.#codes.hello(candidate, received, registration);
    else if (stage === 'get_country_code')
      candidate.answer(received, [
        stanza('link_code_companion_reg', { stage }, [stanza('country_code', { iso: 'US' })]),
      ]);
    else if (received.attrs.xmlns === 'w:p') candidate.answer(received);
    else candidate.refuse(received, 400, 'bad-request');
  }

  async #link(candidate: Candidate, account: Account, request: LinkRequest): Promise<Companion> {
    candidate.isTaken = true;
    if (account.state.isPasskeyGated) {
      candidate.connection.send(passkeyRequest(candidate.connection.nextId()));
      throw new SimulatorError(
        'PASSKEY_REQUIRED',
        403,
        'This account links devices only with its passkey, which the client was asked for and cannot give: switch the passkey off to link it.',
      );
    }
    const deviceId = account.reserveDeviceId();
    const voucher = vouchFor(account, deviceId, request);
    const signature = await candidate.requestSignature(account, deviceId, voucher);
    const deviceIdentity = signature && completeDeviceIdentity(account, request.identity, voucher, signature);
    const { keys } = candidate;
    if (!deviceIdentity || !keys) {
      candidate.connection.end();
      throw new SimulatorError(
        'PAIRING_REFUSED',
        502,
        'The client did not accept the pairing: look at its log, then show a new QR code.',
      );
    }
    const state: CompanionState = {
      id: deviceId,
      platform: candidate.platform,
      linkedAt: Date.now(),
      noiseKey: candidate.noiseKey,
      ...keys,
      preKeys: new Map(),
      deviceIdentity,
      isBootstrapped: false,
      wantsFullHistory: candidate.wantsFullHistory,
      connectionsOpened: 0,
      queue: new Set(),
    };
    setTimeout(() => candidate.connection.end(stanza('stream:error', { code: 515 })), RESTART_DELAY_MS);
    return linkCompanion(account, state);
  }

  #refusal(ref: string): SimulatorError {
    return this.#deadRefs.has(ref)
      ? expired()
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

function expired(): SimulatorError {
  return new SimulatorError('QR_EXPIRED', 410, 'That QR code has expired: show a new one and scan again.');
}
