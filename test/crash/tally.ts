import type { WharfEvent } from '@wharf/core';
import type { CipherLedger } from '@wharf/simulator';

/** What `npm run crash -- --json` prints. Everything but the amounts of traffic should be 0. */
export interface Result {
  runs: number;
  kills: number;
  inbound: {
    /** Messages that the server has delivered, or for which it got a receipt. */
    acknowledged: number;
    /** Messages that are in the log, and were handed over to the consumer. */
    stored: number;
    /** Messages that were sent and are not. */
    lost: number;
    /** Messages that are in the log under two numbers. */
    duplicatedToConsumers: number;
    /** Events that were handed over again under the number they had, as is allowed after a kill. */
    redelivered: number;
  };
  outbound: {
    /** Sends that the device has promised to make. */
    accepted: number;
    /** Message ids that reached their recipients. */
    onWire: number;
    /** Sends that did not reach all of their recipients. */
    lost: number;
    /** Sends that went out under more than one id. */
    duplicatedOnWire: number;
  };
  signal: {
    /** Messages that one side could not decrypt, other than those spoiled on purpose. */
    badMac: number;
    /** Message keys that were used for two ciphertexts. */
    reusedKeys: number;
  };
  /** Starts after which the device would have had to be linked anew. */
  reloginsNeeded: number;
  seconds: number;
}

/** Something that must not be, with the life of the device in which it began. */
export interface Finding {
  what: string;
  /** Which message or key. */
  subject: string;
  run: number;
}

interface Send {
  run: number;
  recipients: string[];
  messageId?: string;
  /** Under which ids it reached whom. */
  arrived: Map<string, Set<string>>;
}

/** The accounts of a whole session: what was sent, what arrived, and what each side made of it. */
export class Tally {
  run = 0;
  readonly #ledger: CipherLedger;
  readonly #sentIn = new Map<string, { run: number; isSpoiled: boolean }>();
  readonly #delivered = new Set<string>();
  readonly #acknowledged = new Set<string>();
  readonly #numbers = new Map<string, Set<number>>();
  readonly #handedOver = new Map<number, number>();
  readonly #sends = new Map<string, Send>();
  readonly #unreadable = new Map<string, number>();
  readonly #relogins: number[] = [];
  #lastSeq = 0;

  constructor(ledger: CipherLedger) {
    this.#ledger = ledger;
  }

  /** Somebody has written to the device; `isSpoiled`: so that the device has to ask again. */
  sentIn(id: string, isSpoiled: boolean): void {
    this.#sentIn.set(id, { run: this.run, isSpoiled });
  }

  /** The server has written a message to the device. */
  delivered(id: string): void {
    this.#delivered.add(id);
  }

  /** The server got a receipt of the device. */
  acknowledged(id: string): void {
    this.#acknowledged.add(id);
  }

  /** One side could not decrypt a message. */
  unreadable(id: string): void {
    if (!this.#unreadable.has(id)) this.#unreadable.set(id, this.run);
  }

  /** The consumer of the device got an event. */
  handedOver(event: WharfEvent): void {
    this.#handedOver.set(event.seq, (this.#handedOver.get(event.seq) ?? 0) + 1);
    this.#lastSeq = Math.max(this.#lastSeq, event.seq);
    this.logged(event);
  }

  /** An event is in the log. */
  logged({ type, payload, seq }: WharfEvent): void {
    if (type !== 'message') return;
    const numbers = this.#numbers.get(payload.id) ?? new Set();
    this.#numbers.set(payload.id, numbers.add(seq));
  }

  /** The device was asked to send a text to all of these. Texts are unique. */
  asked(text: string, recipients: string[]): void {
    this.#sends.set(text, { run: this.run, recipients, arrived: new Map() });
  }

  /** The device has promised to send a text. */
  accepted(text: string, messageId: string): void {
    const send = this.#sends.get(text);
    if (send) send.messageId ??= messageId;
  }

  /** A message reached somebody. */
  arrived(text: string, phone: string, id: string): void {
    const arrived = this.#sends.get(text)?.arrived;
    arrived?.set(id, (arrived.get(id) ?? new Set()).add(phone));
  }

  /** The device came up without its account. */
  reloginNeeded(): void {
    this.#relogins.push(this.run);
  }

  /** The last number that was handed over. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Whether everything that is under way has arrived. */
  get isSettled(): boolean {
    return this.hasArrived && this.unacknowledged.length === 0;
  }

  /** Whether all that was written has reached the other side, however its receipt fared. */
  get hasArrived(): boolean {
    return (
      [...this.#sentIn.keys()].every((id) => this.#numbers.has(id)) &&
      [...this.#sends.values()].every((send) => send.messageId !== undefined && isComplete(send))
    );
  }

  /** Messages to the device for which the server got no receipt: their authors never see that they have arrived. */
  get unacknowledged(): string[] {
    return [...this.#sentIn.keys()].filter((id) => !this.#acknowledged.has(id));
  }

  /** Everything that must not be. */
  findings(): Finding[] {
    return [
      ...this.#lostIn().map((id) => this.#about('inbound.lost', id)),
      ...this.#duplicatedIn().map((id) => this.#about('inbound.duplicatedToConsumers', id)),
      ...this.#lostOut().map(([text, { run }]) => ({ what: 'outbound.lost', subject: text, run })),
      ...this.#unanswered().map(([text, { run }]) => ({ what: 'outbound.unanswered', subject: text, run })),
      ...this.#duplicatedOut().map(([text, { run }]) => ({
        what: 'outbound.duplicatedOnWire',
        subject: text,
        run,
      })),
      ...this.#badMacs().map(([id, run]) => ({ what: 'signal.badMac', subject: id, run })),
      ...this.#ledger.reused.map(({ messages: [, again], key }) => ({
        ...this.#about('signal.reusedKeys', again),
        subject: key,
      })),
      ...this.#relogins.map((run) => ({ what: 'reloginsNeeded', subject: 'the device', run })),
    ];
  }

  result(kills: number, seconds: number): Result {
    const sentIn = [...this.#sentIn.keys()];
    const accepted = this.#acceptedSends();
    return {
      runs: this.run,
      kills,
      inbound: {
        acknowledged: sentIn.filter((id) => this.#delivered.has(id) || this.#acknowledged.has(id)).length,
        stored: sentIn.length - this.#lostIn().length,
        lost: this.#lostIn().length,
        duplicatedToConsumers: this.#duplicatedIn().length,
        redelivered: [...this.#handedOver.values()].reduce((sum, times) => sum + times - 1, 0),
      },
      outbound: {
        accepted: accepted.length,
        onWire: new Set([...this.#sends.values()].flatMap(({ arrived }) => [...arrived.keys()])).size,
        lost: this.#lostOut().length,
        duplicatedOnWire: this.#duplicatedOut().length,
      },
      signal: { badMac: this.#badMacs().length, reusedKeys: this.#ledger.reused.length },
      reloginsNeeded: this.#relogins.length,
      seconds,
    };
  }

  #lostIn(): string[] {
    return [...this.#sentIn.keys()].filter(
      (id) => ![...(this.#numbers.get(id) ?? [])].some((seq) => this.#handedOver.has(seq)),
    );
  }

  #duplicatedIn(): string[] {
    return [...this.#numbers].flatMap(([id, numbers]) => (numbers.size > 1 ? [id] : []));
  }

  #acceptedSends(): [string, Send][] {
    return [...this.#sends].filter(([, { messageId }]) => messageId !== undefined);
  }

  /** The device has neither promised nor refused them, however often it was asked. */
  #unanswered(): [string, Send][] {
    return [...this.#sends].filter(([, { messageId }]) => messageId === undefined);
  }

  #lostOut(): [string, Send][] {
    return this.#acceptedSends().filter(([, send]) => !isComplete(send));
  }

  #duplicatedOut(): [string, Send][] {
    return [...this.#sends].filter(([, { arrived }]) => arrived.size > 1);
  }

  #badMacs(): [string, number][] {
    return [...this.#unreadable].filter(([id]) => !this.#sentIn.get(id)?.isSpoiled);
  }

  #about(what: string, id: string): Finding {
    return { what, subject: id, run: this.#runOf(id) };
  }

  #runOf(id: string): number {
    const send = [...this.#sends.values()].find(({ messageId }) => messageId === id);
    return this.#sentIn.get(id)?.run ?? send?.run ?? this.run;
  }
}

function isComplete({ recipients, arrived }: Send): boolean {
  const reached = new Set([...arrived.values()].flatMap((phones) => [...phones]));
  return recipients.every((phone) => reached.has(phone));
}
