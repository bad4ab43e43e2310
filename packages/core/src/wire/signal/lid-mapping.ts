import type { LidRepository } from '../../store/store.js';
import type { Jid } from '../../types/ids.js';
import { isHiddenForm, isPhoneForm, splitUserJid, type UserJid } from './address.js';

/** The two JIDs of one person's device. */
export interface JidPair {
  pn: string;
  lid: string;
}

const READ_KEPT = 2_000;

/** The names of methods are those by which Baileys calls them. */
export class LidMapping {
  /** The questions to the server that are not answered yet, by phone number. */
  readonly #asked = new Map<string, Promise<void>>();
  /** The numbers for which this connection's server knows no hidden address. */
  readonly #unknown = new Set<string>();
  /** What was read or written before, by phone number: each message asks for it several times. */
  readonly #read = new Map<string, string>();

  constructor(
    private readonly lids: LidRepository,
    /** Asks the server for the hidden addresses of people. */
    private readonly ask: (pns: string[]) => Promise<JidPair[] | undefined>,
    private readonly onLearned: (pn: Jid, lid: Jid) => void,
  ) {}

  async storeLIDPNMappings(pairs: JidPair[]): Promise<void> {
    for (const { lid, pn } of pairs) {
      const parts = [splitUserJid(lid), splitUserJid(pn)];
      const hidden = parts.find((part) => part?.server === 'lid');
      const phone = parts.find((part) => part?.server === 's.whatsapp.net');
      if (!hidden || !phone || this.#lidOf(phone.user) === hidden.user) continue;
      this.lids.put(phone.user, hidden.user);
      // The address may have been somebody else's before.
      this.#read.clear();
      this.onLearned(`${phone.user}@s.whatsapp.net` as Jid, `${hidden.user}@lid` as Jid);
    }
  }

  async getLIDForPN(pn: string): Promise<string | null> {
    return (await this.getLIDsForPNs([pn]))?.[0]?.lid ?? null;
  }

  /** The pairs of the phone-number JIDs whose hidden address is known, or known to the server; null for none. */
  async getLIDsForPNs(pns: string[]): Promise<JidPair[] | null> {
    const people = [...new Set(pns)].flatMap((pn) => {
      const parts = splitUserJid(pn);
      return parts && isPhoneForm(parts.server) ? [{ pn, parts }] : [];
    });
    await this.#learn(people.map(({ parts }) => parts.user));
    const pairs = people.flatMap(({ pn, parts }) => this.#known(parts, pn) ?? []);
    return pairs.length > 0 ? pairs : null;
  }

  /** The hidden JID of a device, without asking anybody. */
  find(parts: UserJid): string | undefined {
    return this.#known(parts, '')?.lid;
  }

  async getPNForLID(lid: string): Promise<string | null> {
    return (await this.getPNsForLIDs([lid]))?.[0]?.pn ?? null;
  }

  /** The pairs of the hidden JIDs whose phone number is known; null for none. */
  async getPNsForLIDs(lids: string[]): Promise<JidPair[] | null> {
    const pairs = [...new Set(lids)].flatMap((lid) => {
      const parts = splitUserJid(lid);
      const pn = parts && isHiddenForm(parts.server) ? this.lids.getPn(parts.user) : undefined;
      if (!parts || pn === undefined) return [];
      return [{ lid, pn: `${pn}:${parts.device}@${parts.server === 'lid' ? 's.whatsapp.net' : 'hosted'}` }];
    });
    return pairs.length > 0 ? pairs : null;
  }

  close(): void {
    this.#unknown.clear();
  }

  #lidOf(user: string): string | undefined {
    const known = this.#read.get(user);
    if (known !== undefined) return known;
    const lid = this.lids.get(user);
    if (lid === undefined) return undefined;
    if (this.#read.size >= READ_KEPT) this.#read.clear();
    this.#read.set(user, lid);
    return lid;
  }

  #known({ user, device, server }: UserJid, pn: string): JidPair | undefined {
    const lid = this.#lidOf(user);
    if (lid === undefined) return undefined;
    const number = device === 0 ? '' : `:${device}`;
    return { pn, lid: `${lid}${number}@${server === 'hosted' ? 'hosted.lid' : 'lid'}` };
  }

  /** Asks the server for those that are not known, each number once at a time and once per connection. */
  async #learn(users: string[]): Promise<void> {
    const wanted = [...new Set(users)].filter(
      (user) => this.#lidOf(user) === undefined && !this.#unknown.has(user),
    );
    const fresh = wanted.filter((user) => !this.#asked.has(user));
    if (fresh.length > 0) {
      const question = this.#askServer(fresh).finally(() => {
        for (const user of fresh) this.#asked.delete(user);
      });
      for (const user of fresh) this.#asked.set(user, question);
    }
    await Promise.all(wanted.map((user) => this.#asked.get(user)));
  }

  /** A question that fails leaves the number unknown for now: the message goes to the address that there is. */
  async #askServer(users: string[]): Promise<void> {
    const pairs = await this.ask(users.map((user) => `${user}@s.whatsapp.net`)).catch(() => undefined);
    if (!pairs) return;
    await this.storeLIDPNMappings(pairs);
    for (const user of users) if (this.#lidOf(user) === undefined) this.#unknown.add(user);
  }
}
