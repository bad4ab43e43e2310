import { randomBytes } from 'node:crypto';
import type { KeyPair } from '../crypto/curve.js';
import { createKeyPair } from '../crypto/curve.js';
import { PrimarySide, unwrapKey, wrapKey } from '../crypto/pairing-code.js';
import { SimulatorError } from '../errors.js';
import { type Stanza, stanza } from '../stanza/node.js';
import type { Candidate } from './candidate.js';
import { type CompanionHello, primaryHello, readCompanionHello, refreshCode } from './companion-hello.js';

const CODE_LASTS_MS = 180_000;
/** Clients take no more attempts than this for one code. */
const ATTEMPTS = 3;

interface Waiting extends CompanionHello {
  candidate: Candidate;
  ref: Buffer;
  askedAt: number;
  attempts: number;
  isBusy: boolean;
}

/** The clients that show a pairing code, by the number they want to be linked to. */
export class CodeDesk {
  readonly #byPhone = new Map<string, Waiting>();

  /** Takes `companion_hello`; a client that asks again, or another one, takes the place of the one before. */
  hello(candidate: Candidate, iq: Stanza, registration: Stanza): void {
    const hello = readCompanionHello(registration);
    if (!hello) return candidate.refuse(iq, 400, 'bad-request');
    const ref = Buffer.from(randomBytes(16).toString('base64url'));
    const waiting = { ...hello, candidate, ref, askedAt: Date.now(), attempts: 0, isBusy: false };
    this.#byPhone.set(hello.phone, waiting);
    candidate.connection.once('close', () => this.#forget(waiting));
    candidate.answer(iq, [
      stanza('link_code_companion_reg', { stage: 'companion_hello' }, [
        stanza('link_code_pairing_ref', {}, ref),
      ]),
    ]);
  }

  /**
   * Lets a phone try a code.
   *
   * @returns the client, its identity and the secret both now share.
   * @throws SimulatorError 403 for a wrong code, 404 or 410 if no client waits (any more), 409 if a phone is at it.
   */
  async enter(
    code: string,
    phone: string,
    identity: () => KeyPair,
  ): Promise<{ candidate: Candidate; identity: Buffer; advSecret: Buffer }> {
    const waiting = this.#find(phone);
    waiting.isBusy = true;
    waiting.attempts += 1;
    try {
      const opened = await this.#exchange(waiting, normalize(code), identity());
      if (!opened) throw this.#wrongCode(waiting);
      this.#forget(waiting);
      return { candidate: waiting.candidate, ...opened };
    } finally {
      waiting.isBusy = false;
    }
  }

  async #exchange({ candidate, ref, wrappedEphemeral }: Waiting, code: string, identity: KeyPair) {
    const ephemeral = createKeyPair();
    const [companionEphemeral, wrapped] = await Promise.all([
      unwrapKey(code, wrappedEphemeral),
      wrapKey(code, ephemeral.public),
    ]);
    const hello = primaryHello(candidate.connection.nextId(), ref, identity.public, wrapped);
    const bundle = await candidate.exchangeKeys(hello, ref);
    if (!bundle) {
      throw new SimulatorError(
        'PAIRING_REFUSED',
        502,
        'The client did not answer the code: look at its log, then ask it for a new code.',
      );
    }
    const opened = new PrimarySide(identity, ephemeral, companionEphemeral).open(bundle);
    return opened && candidate.keys?.identity.equals(opened.identity) ? opened : undefined;
  }

  #find(phone: string): Waiting {
    const waiting = this.#byPhone.get(phone);
    if (!waiting) {
      throw new SimulatorError(
        'CODE_NOT_ASKED',
        404,
        `No client shows a code for ${phone}: let it ask for one, for this very number.`,
      );
    }
    if (waiting.isBusy || waiting.candidate.isTaken) {
      throw new SimulatorError('CODE_BUSY', 409, 'A code is being tried already: wait for its outcome.');
    }
    if (Date.now() - waiting.askedAt > CODE_LASTS_MS) {
      this.#invalidate(waiting);
      throw new SimulatorError('CODE_EXPIRED', 410, 'That code has expired: let the client show a new one.');
    }
    return waiting;
  }

  #wrongCode(waiting: Waiting): SimulatorError {
    const left = ATTEMPTS - waiting.attempts;
    if (left <= 0) this.#invalidate(waiting);
    const advice = left > 0 ? `look again, ${left} more to try` : 'let the client show a new one';
    return new SimulatorError('CODE_WRONG', 403, `That is not the code that the client shows: ${advice}.`);
  }

  #invalidate(waiting: Waiting): void {
    const { connection } = waiting.candidate;
    connection.send(refreshCode(connection.nextId(), waiting.ref));
    this.#forget(waiting);
  }

  #forget(waiting: Waiting): void {
    if (this.#byPhone.get(waiting.phone) === waiting) this.#byPhone.delete(waiting.phone);
  }
}

/** As a person may type it: with a dash or spaces, in any case. */
function normalize(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}
