import type { Stanza } from '../stanza/node.js';
import { createDice } from './dice.js';
import type { FaultSpec, StanzaFilter } from './fault.js';

export type Direction = 'in' | 'out';

/** A fault as the library and the control API show it. */
export interface FaultView {
  id: string;
  state: 'waiting' | 'active' | 'spent';
  /** How often it struck. */
  strikes: number;
  fault: FaultSpec;
}

/** One fault under way: since when, how often it struck, and its dice. */
export class ActiveFault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly #seed: number;
  readonly #dice = new Map<string, () => number>();
  #strikes = 0;
  #passed = 0;
  #hasEnded = false;
  #beginsAt: number | undefined;

  constructor(id: string, spec: FaultSpec, seed: number) {
    this.id = id;
    this.spec = spec;
    this.#seed = seed;
    if (!spec.after) this.#beginIn(spec.afterMs ?? 0);
  }

  get view(): FaultView {
    const now = Date.now();
    const isWaiting = this.#beginsAt === undefined || now < this.#beginsAt;
    const state = isWaiting ? 'waiting' : this.#isOver(now) ? 'spent' : 'active';
    return { id: this.id, state, strikes: this.#strikes, fault: this.spec };
  }

  get isActive(): boolean {
    return this.view.state === 'active';
  }

  /** Counts a stanza that passed; true if it was the one that the fault waited for. */
  notice(direction: Direction, stanza: Stanza): boolean {
    const { after } = this.spec;
    if (!after || this.#beginsAt !== undefined) return false;
    const { direction: awaited, count, ...filter } = after;
    if (awaited !== direction || !matches(filter, stanza)) return false;
    this.#passed += 1;
    if (this.#passed < count) return false;
    this.#beginIn(this.spec.afterMs ?? 0);
    return true;
  }

  /** Whether it strikes this stanza, or now if there is none; every call is a throw of the dice. */
  strikes(who: string, stanza?: Stanza): boolean {
    if (!this.isActive) return false;
    const only = 'only' in this.spec ? this.spec.only : undefined;
    if (stanza && only && !matches(only, stanza)) return false;
    const { chance } = this.spec;
    if (chance !== undefined && this.draw(who) >= chance) return false;
    this.#strikes += 1;
    return true;
  }

  /** The next number of its dice for one client, from 0 to 1. */
  draw(who: string): number {
    let dice = this.#dice.get(who);
    if (!dice) {
      dice = createDice(`${this.#seed}:${this.id}:${who}`);
      this.#dice.set(who, dice);
    }
    return dice();
  }

  /** Says that its time has come. */
  begin(): void {
    this.#beginIn(0);
  }

  /** Says that it is over. */
  end(): void {
    this.#hasEnded = true;
  }

  #beginIn(spanMs: number): void {
    this.#beginsAt = Date.now() + spanMs;
  }

  #isOver(now: number): boolean {
    if (this.#hasEnded) return true;
    const { forMs, times = strikesByDefault(this.spec) } = this.spec;
    if (forMs !== undefined && now >= (this.#beginsAt ?? now) + forMs) return true;
    return times !== undefined && this.#strikes >= times;
  }
}

/** A connection breaks once; a `close` by the clock strikes every connection there is, once. */
function strikesByDefault(spec: FaultSpec): number | undefined {
  const isOnStanza = spec.kind === 'close' && (spec.after ?? spec.only ?? spec.chance) !== undefined;
  return spec.kind === 'cut' || isOnStanza ? 1 : undefined;
}

function matches(filter: StanzaFilter, { tag, attrs }: Stanza): boolean {
  return (
    (filter.tag === undefined || filter.tag === tag) &&
    (filter.xmlns === undefined || filter.xmlns === attrs.xmlns) &&
    (filter.type === undefined || filter.type === attrs.type) &&
    (filter.class === undefined || filter.class === attrs.class)
  );
}
