import { EventEmitter } from 'node:events';
import {
  CipherLedger,
  type Contact,
  createSimulator,
  type Simulator,
  type StanzaOnTheWire,
} from '@wharf/simulator';
import type { Moment } from './plan.js';
import { Tally } from './tally.js';

/** The account of the device. */
export const SHOP = '15550001000';

/** The refusal of a message that came a second time, after its receipt was lost with the connection. */
const DUPLICATE = '487';

const PEOPLE = 4;

/** Somewhere the device writes to, and everybody there whom that reaches. */
export interface Place {
  to: string;
  members: Contact[];
}

/** Everything around the device, which outlives it: the server, the people, and the accounts of what passes between them. */
export class World extends EventEmitter<{ moment: [moment: Moment] }> {
  readonly ledger = new CipherLedger();
  readonly tally = new Tally(this.ledger);
  readonly people: Contact[];
  readonly #passages = new Map<string, string[]>();
  #groups: Place[] = [];
  #lastPhone = 15550002000;

  constructor(readonly simulator: Simulator) {
    super();
    this.people = Array.from({ length: PEOPLE }, () => this.addStranger());
    simulator.on('connection', ({ open }) => open && this.emit('moment', 'login'));
    simulator.on('stanza', (happening) => this.#onStanza(happening));
    simulator.on('message', ({ phone, message: { fromMe, text, id } }) => {
      if (phone !== SHOP && !fromMe) this.tally.arrived(text, phone, id);
    });
    simulator.on('receipt', ({ id, type }) => {
      if (type === 'retry') this.tally.unreadable(id);
    });
  }

  static async open(): Promise<World> {
    return new World(await createSimulator({ receiptDelayMs: 20 }));
  }

  /** All that passed between server and device about a message, with the run and the time of each: for a finding. */
  passagesOf(id: string): string[] {
    return this.#passages.get(id) ?? [];
  }

  /** Two groups, which see each other by hidden address and by number. For after the device has been linked. */
  foundGroups(): void {
    const [first, second, third, fourth] = this.people as [Contact, Contact, Contact, Contact];
    const found = (by: Contact, others: Contact[], addressingMode: 'lid' | 'pn'): Place => {
      const phones = others.map(({ phone }) => phone);
      const { jid } = this.simulator.groups.create({
        by: by.phone,
        subject: `${addressingMode} group`,
        members: [SHOP, ...phones],
        addressingMode,
      });
      return { to: jid, members: [by, ...others] };
    };
    this.#groups = [found(first, [second, third], 'lid'), found(second, [fourth], 'pn')];
  }

  /** Somebody whom the device has never heard of. */
  addStranger(): Contact {
    this.#lastPhone += 1;
    return this.simulator.addContact({
      phone: String(this.#lastPhone),
      name: `Person ${this.#lastPhone - 15550002000}`,
    });
  }

  /** One of the people, chosen by a number from 0 to 1. */
  person(choice: number): Contact {
    return this.people[Math.floor(choice * this.people.length)] as Contact;
  }

  group(choice: number): Place {
    return this.#groups[Math.floor(choice * this.#groups.length)] as Place;
  }

  /** Everybody whom a message to this group reaches; undefined if it is no group. */
  membersOf(chat: string): Contact[] | undefined {
    return this.#groups.find(({ to }) => to === chat)?.members;
  }

  close(): Promise<void> {
    return this.simulator.close();
  }

  #onStanza({ direction, stanza }: StanzaOnTheWire): void {
    const { tag, attrs } = stanza;
    const id = attrs.id ?? '';
    if (['message', 'receipt', 'ack'].includes(tag)) this.#notePassage(direction, stanza);
    if (direction === 'out') {
      if (tag === 'message') {
        this.tally.delivered(id);
        this.emit('moment', 'delivered');
      } else if (tag === 'ack' && attrs.class === 'message') this.emit('moment', 'acknowledged');
      return;
    }
    if (tag === 'message') {
      this.ledger.note(stanza);
      this.emit('moment', 'written');
    } else if (tag === 'receipt' && attrs.type === 'retry') {
      this.tally.unreadable(id);
    } else if (tag === 'receipt') {
      this.tally.acknowledged(id);
      this.emit('moment', 'receipt');
    } else if (tag === 'ack' && attrs.class === 'message' && attrs.error && attrs.error !== DUPLICATE) {
      this.tally.unreadable(id);
    }
  }

  #notePassage(direction: 'in' | 'out', { tag, attrs, content }: StanzaOnTheWire['stanza']): void {
    const { id = '', type, error, from, to, offline } = attrs;
    const children = Array.isArray(content)
      ? content.map((child) => [child.tag, child.attrs.type].join(' '))
      : [];
    const about = Object.entries({ type, error, from, to, offline }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    const time = new Date().toISOString().slice(11, 23);
    const line = [`run ${this.tally.run}`, time, direction, tag, ...about, children.join(', ')].join(' ');
    this.#passages.set(id, [...this.passagesOf(id), line]);
  }
}
