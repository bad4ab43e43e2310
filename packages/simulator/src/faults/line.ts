import type { Companion } from '../accounts/device.js';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';
import type { Gate, Write } from '../wire/gate.js';
import type { ActiveFault } from './active-fault.js';
import { closeWith, failure } from './close.js';
import type { FaultDesk } from './desk.js';

/** What a connection that delivers nothing still says: answers, and that the login went well. */
const ANSWERS = new Set(['iq', 'success', 'ib']);

/** A stanza on its way out, and what has become of it so far. */
interface Passage {
  stanza: Stanza;
  copies: number;
  delayMs: number;
  isCut: boolean;
}

/** One connection as its faults see it: all that passes between client and server passes here. */
export class FaultLine implements Gate {
  readonly connection: Connection;
  /** Who is logged in; undefined until then. */
  companion: Companion | undefined;
  readonly #desk: FaultDesk;
  readonly #delayed: { stanza: Stanza; write: Write; isCut: boolean }[] = [];
  #clearAt = 0;

  constructor(connection: Connection, desk: FaultDesk) {
    this.connection = connection;
    this.#desk = desk;
  }

  /** What its dice are seeded with: the same device has the same bad luck in every run. */
  get who(): string {
    return this.companion?.jid ?? 'nobody';
  }

  outgoing(original: Stanza, write: Write): void {
    const faults = this.#desk.faultsOn(this);
    const passage: Passage = { stanza: original, copies: 1, delayMs: 0, isCut: false };
    for (const fault of faults) this.#spoil(passage, fault, original);
    if (passage.copies === 0) return;
    for (let copy = 0; copy < passage.copies; copy += 1) this.#pass(passage, write);
    this.#closeIfStruck(faults, original);
    this.#desk.notice(this, 'out', original);
  }

  isAdmitted(received: Stanza): boolean {
    for (const fault of this.#desk.faultsOn(this)) {
      const { spec } = fault;
      if (spec.kind === 'silent' && !spec.answersQueries && fault.strikes(this.who)) return false;
      const isQuery = received.tag === 'iq' && ['get', 'set'].includes(received.attrs.type ?? '');
      if (spec.kind === 'refuse-queries' && isQuery && fault.strikes(this.who, received)) {
        const error = stanza('error', { code: spec.code, text: spec.text });
        this.connection.send(
          stanza('iq', { from: SERVER_JID, type: 'error', id: received.attrs.id }, [error]),
        );
        return false;
      }
      const isMessage = received.tag === 'message';
      if (spec.kind === 'refuse-messages' && isMessage && fault.strikes(this.who, received)) {
        const { id, to, participant } = received.attrs;
        const attributes = { class: 'message', id, from: to, participant, t: secondsNow(), error: spec.code };
        this.connection.send(stanza('ack', attributes));
        return false;
      }
    }
    this.#desk.notice(this, 'in', received);
    return true;
  }

  isAnswering(): boolean {
    return !this.#desk.strikesStranger('hang');
  }

  pauseAfter(byteCount: number): number {
    for (const fault of this.#desk.faultsOn(this)) {
      const { spec } = fault;
      if (spec.kind === 'slow-reader' && fault.strikes(this.who))
        return (byteCount / spec.bytesPerSecond) * 1_000;
    }
    return 0;
  }

  /** The `<failure>` for a login, if logins are to be refused. */
  loginRefusal(): Stanza | undefined {
    for (const fault of this.#desk.faultsOn(this)) {
      const { spec } = fault;
      if (spec.kind === 'refuse-login' && fault.strikes(this.who))
        return failure(spec.reason, spec.expireSeconds);
    }
    return undefined;
  }

  /** Closes the connection if this fault is one that closes and strikes; the stanza at hand passes first. */
  strikeClosed(fault: ActiveFault): void {
    const { spec } = fault;
    if (spec.kind !== 'close' || !fault.strikes(this.who)) return;
    queueMicrotask(() => closeWith(this.connection, spec.code));
  }

  #closeIfStruck(faults: ActiveFault[], passed: Stanza): void {
    for (const fault of faults) {
      const { spec } = fault;
      if (spec.kind !== 'close' || (spec.only === undefined && spec.chance === undefined)) continue;
      if (fault.strikes(this.who, passed)) queueMicrotask(() => closeWith(this.connection, spec.code));
    }
  }

  /** What one fault does to a stanza on its way out. */
  #spoil(passage: Passage, fault: ActiveFault, original: Stanza): void {
    const { spec } = fault;
    const isStruck = () => fault.strikes(this.who, original);
    switch (spec.kind) {
      case 'silent':
        if (!(spec.answersQueries && ANSWERS.has(original.tag)) && isStruck()) passage.copies = 0;
        break;
      case 'drop':
        if (isStruck()) passage.copies = 0;
        break;
      case 'duplicate':
        if (isStruck()) passage.copies *= 2;
        break;
      case 'cut':
        if (isStruck()) passage.isCut = true;
        break;
      case 'latency':
        if (isStruck()) passage.delayMs += spec.ms + Math.floor(fault.draw(this.who) * spec.jitterMs);
        break;
      case 'clock-skew':
        if (original.attrs.t !== undefined && isStruck())
          passage.stanza = withTime(passage.stanza, Number(original.attrs.t) + spec.seconds);
        break;
    }
  }

  /** Now or later, but never before a stanza that was sent earlier. */
  #pass({ stanza: passing, delayMs, isCut }: Passage, write: Write): void {
    if (delayMs === 0 && this.#delayed.length === 0) return write(passing, isCut);
    this.#clearAt = Math.max(this.#clearAt, Date.now() + delayMs);
    this.#delayed.push({ stanza: passing, write, isCut });
    setTimeout(() => {
      const next = this.#delayed.shift();
      next?.write(next.stanza, next.isCut);
    }, this.#clearAt - Date.now());
  }
}

function withTime(original: Stanza, t: number): Stanza {
  return { ...original, attrs: { ...original.attrs, t: String(t) } };
}
