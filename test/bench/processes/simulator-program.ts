import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createSimulator, type StanzaOnTheWire, type Traffic, type TrafficOptions } from '@wharf/simulator';
import { serve } from './channel.js';
import { nowMs, usage } from './usage.js';

/*
 * The simulator in a process of its own, with what a measure asks of it.
 */

const FIRST_CONTACT = 15_556_000_001;

// Receipts come while the burst is still going on, as they do when sending does not end after a second.
const simulator = await createSimulator({ receiptDelayMs: 20 });
let traffic: Traffic[] = [];
let arrivals: { ids: Set<string>; wanted: number; last: PromiseWithResolvers<number> } | undefined;

simulator.on('stanza', ({ direction, stanza: { tag, attrs } }: StanzaOnTheWire) => {
  if (!arrivals || direction !== 'in' || tag !== 'message' || !attrs.id) return;
  arrivals.ids.add(attrs.id);
  if (arrivals.ids.size === arrivals.wanted) arrivals.last.resolve(nowMs());
});

const methods = {
  endpoint: () => simulator.endpoint,
  usage,

  scan: async (qr: string, phone: string) => void (await simulator.scan(qr, { phone })),

  /** Makes people who confirm what they get and never read it; answers with their phone numbers. */
  addContacts(count: number): string[] {
    const phones = Array.from({ length: count }, (_, index) => String(FIRST_CONTACT + index));
    for (const phone of phones) simulator.addContact({ phone, name: `Contact ${phone}`, autoRead: false });
    return phones;
  },

  caCertificate: () => simulator.caCertificate,

  /** Puts so many texts of each of so many people onto a phone that is not linked to anything yet. */
  fillPhone(phone: string, people: number, each: number): void {
    simulator.addContact({ phone, name: 'Owner', autoRead: false });
    const texts = Array.from(
      { length: each },
      (_, index) => `Text ${index} from before the device was linked`,
    );
    for (const author of methods.addContacts(people)) simulator.phone(phone).addPast(author, texts);
  },

  /** Has somebody send documents of so many bytes; answers their message ids. */
  async sendFiles(to: string, count: number, bytes: number): Promise<string[]> {
    const [phone = ''] = methods.addContacts(1);
    const author = simulator.contact(phone);
    const ids: string[] = [];
    for (let number = 1; number <= count; number += 1) {
      const { id } = await author.attachments.send(to, { kind: 'document', data: randomBytes(bytes) });
      ids.push(id);
    }
    return ids;
  },

  /** Encrypts texts to be sent later, to one account or several; answers how many there are. */
  async prepareTraffic(...all: TrafficOptions[]): Promise<number> {
    traffic = [];
    for (const options of all) traffic.push(await simulator.prepareTraffic(options));
    return traffic.reduce((sum, { count }) => sum + count, 0);
  },

  /** The phone numbers of those who write the traffic of one text each. */
  trafficPhones: () =>
    simulator
      .contacts()
      .filter(({ name }) => name.startsWith('Traffic '))
      .map(({ phone }) => phone),

  /** Hands the texts to the server; answers when it began. */
  runTraffic(): number {
    const startedAt = nowMs();
    for (const each of traffic) void each.run();
    return startedAt;
  },

  /** Begins to count the messages that come in over the wire. Its answer comes before anything is sent. */
  expectArrivals(wanted: number): void {
    arrivals = { ids: new Set(), wanted, last: Promise.withResolvers() };
  },

  /** Waits until all of them have come in; answers when the last one did. */
  arrived: async () => arrivals?.last.promise,

  /** Lets a person write texts at a steady pace; answers when the server sent each to the device. */
  async writeSteadily(to: string, count: number, everyMs: number): Promise<Record<string, number>> {
    const sentAt: Record<string, number> = {};
    const note = ({ direction, stanza: { tag, attrs } }: StanzaOnTheWire) => {
      if (direction === 'out' && tag === 'message' && attrs.id) sentAt[attrs.id] ??= nowMs();
    };
    const [phone = ''] = methods.addContacts(1);
    const author = simulator.contact(phone);
    simulator.on('stanza', note);
    for (let number = 0; number < count; number += 1) {
      await author.send(to, `Text ${number}`);
      await pause(everyMs);
    }
    simulator.off('stanza', note);
    return sentAt;
  },
};

export type SimulatorMethods = typeof methods;

serve(methods);
process.once('SIGTERM', () => void simulator.close());
void once(process, 'disconnect').then(() => simulator.close());
