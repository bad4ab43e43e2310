import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import type { DeviceVoucher } from '../accounts/linking.js';
import type { CompanionState } from '../accounts/state.js';
import { formatJid, LID_SERVER, PN_SERVER, SERVER_JID } from '../stanza/jid.js';
import { bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';
import { codeRegistrationOf, readCompanionFinish } from './companion-hello.js';
import { type QrLifetime, QrRefs } from './qr-refs.js';
import { isQuery } from './session.js';

type Registration = proto.ClientPayload.IDevicePairingRegistrationData;

/** Long enough for the slowest of clients to compute two signatures. */
const ANSWER_TIMEOUT_MS = 20_000;

/** A client that has no account yet: it shows a QR or a code and waits for a phone. */
export class Candidate {
  readonly connection: Connection;
  readonly noiseKey: Buffer;
  readonly registration: Registration;
  readonly refs: QrRefs;
  /** Set once a phone has taken it on: a second phone is refused. */
  isTaken = false;
  #receive: ((iq: Stanza | undefined) => void) | undefined;

  constructor(connection: Connection, noiseKey: Buffer, registration: Registration, lifetime: QrLifetime) {
    this.connection = connection;
    this.noiseKey = noiseKey;
    this.registration = registration;
    this.refs = new QrRefs(lifetime);
    connection.on('close', () => this.#receive?.(undefined));
  }

  /** Hands out the references for its QR codes, all at once; the client shows them one after the other. */
  offerQr(): void {
    const refs = this.refs.all.map((ref) => stanza('ref', {}, Buffer.from(ref)));
    this.#command([stanza('pair-device', {}, refs)]);
  }

  /** Takes what the client says in answer to a question of ours; false if it is something else. */
  takes(iq: Stanza): boolean {
    const isFinish = codeRegistrationOf(iq)?.attrs.stage === 'companion_finish';
    const isSigned = childOf(iq, 'pair-device-sign') !== undefined;
    if (!isFinish && !isSigned && iq.attrs.type !== 'error') return false;
    if (isFinish) this.answer(iq);
    this.#receive?.(iq);
    return true;
  }

  answer(iq: Stanza, content?: Stanza[]): void {
    this.connection.send(stanza('iq', { from: SERVER_JID, type: 'result', id: iq.attrs.id }, content));
  }

  refuse(iq: Stanza, code: number, text: string): void {
    if (!isQuery(iq)) return;
    const error = stanza('error', { code, text });
    this.connection.send(stanza('iq', { from: SERVER_JID, type: 'error', id: iq.attrs.id }, [error]));
  }

  /** Sends a phone's hello and waits for the sealed key bundle with which the client answers it. */
  async exchangeKeys(hello: Stanza, ref: Buffer): Promise<Buffer | undefined> {
    const answer = this.#nextAnswer();
    this.connection.send(hello);
    const registration = codeRegistrationOf((await answer) ?? stanza('iq'));
    return registration && readCompanionFinish(registration, ref);
  }

  /** Tells the client which account took it on; undefined if it does not sign, else the identity with its signature. */
  async requestSignature(
    account: Account,
    deviceId: number,
    voucher: DeviceVoucher,
  ): Promise<Buffer | undefined> {
    const answer = this.#nextAnswer();
    this.#command(
      [
        stanza('pair-success', {}, [
          stanza('device-identity', {}, voucher.sealed),
          stanza('biz', { name: account.name }),
          stanza('device', {
            jid: formatJid(account.phone, PN_SERVER, deviceId),
            lid: formatJid(account.lid, LID_SERVER, deviceId),
          }),
          stanza('platform', { name: 'android' }),
        ]),
      ],
      secondsNow(),
    );
    return bytesOf(childOf(await answer, 'pair-device-sign'), 'device-identity');
  }

  /** The device's public keys from its registration; undefined if one is missing or has the wrong length. */
  get keys(): Pick<CompanionState, 'identity' | 'registrationId' | 'signedPreKey'> | undefined {
    const { eIdent, eRegid, eSkeyId, eSkeyVal, eSkeySig } = this.registration;
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

  /** Whether it asks for the whole history of the account. */
  get wantsFullHistory(): boolean {
    try {
      return (
        proto.DeviceProps.decode(this.registration.deviceProps ?? Buffer.alloc(0)).requireFullSync ?? false
      );
    } catch {
      return false;
    }
  }

  /** What the phone lists the device as: the name the client gave itself, such as `Mac OS`. */
  get platform(): string {
    try {
      return proto.DeviceProps.decode(this.registration.deviceProps ?? Buffer.alloc(0)).os || 'Unknown';
    } catch {
      return 'Unknown';
    }
  }

  #command(content: Stanza[], t?: number): void {
    const attributes = { from: SERVER_JID, type: 'set', id: this.connection.nextId(), xmlns: 'md', t };
    this.connection.send(stanza('iq', attributes, content));
  }

  /** One question at a time: whoever waits for the answer to an earlier one goes without. */
  #nextAnswer(): Promise<Stanza | undefined> {
    this.#receive?.(undefined);
    return new Promise((resolve) => {
      const receive = (iq: Stanza | undefined) => {
        clearTimeout(timer);
        if (this.#receive === receive) this.#receive = undefined;
        resolve(iq);
      };
      const timer = setTimeout(() => receive(undefined), ANSWER_TIMEOUT_MS);
      this.#receive = receive;
    });
  }
}
