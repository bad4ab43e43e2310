import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { parseJid } from '../stanza/jid.js';
import type { Stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';
import { ActiveFault, type Direction, type FaultView } from './active-fault.js';
import { type Fault, type FaultScript, faultSchema, faultScript } from './fault.js';
import { FaultLine } from './line.js';

const FAULTS_KEPT = 1_000;

/**
 * What goes wrong on demand: faults are added, struck by, and taken away here.
 *
 * The dice are seeded: the same faults, in the same order, under the same seed, strike the same stanzas of a device.
 */
export class FaultDesk {
  readonly #directory: Directory;
  readonly #lines = new Set<FaultLine>();
  #faults: ActiveFault[] = [];
  #timers = new Map<string, NodeJS.Timeout>();
  #lastId = 0;
  #seed = 1;

  /** @internal */
  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Adds a fault; without a condition it is there at once. @throws ZodError if it is none. */
  add(fault: Fault): FaultView {
    return this.#add(faultSchema.parse(fault)).view;
  }

  /** Replaces all faults by those of a script, with its seed. @throws ZodError if it is none. */
  play(script: FaultScript): FaultView[] {
    const { seed, faults } = faultScript.parse(script);
    this.clear();
    this.#seed = seed;
    this.#lastId = 0;
    return faults.map((spec) => this.#add(spec).view);
  }

  list(): FaultView[] {
    return this.#faults.map(({ view }) => view);
  }

  /** Takes a fault away. @throws SimulatorError 404 */
  remove(id: string): void {
    const remaining = this.#faults.filter((fault) => fault.id !== id);
    if (remaining.length === this.#faults.length)
      throw new SimulatorError(
        'FAULT_NOT_FOUND',
        404,
        `There is no fault ${id}: list them to see which are.`,
      );
    this.#faults = remaining;
    this.#stopTimer(id);
  }

  /** Takes all faults away: what passes from now on passes. */
  clear(): void {
    for (const { id } of this.#faults) this.#stopTimer(id);
    this.#faults = [];
  }

  /** @internal Puts a connection under the faults that there are and will be. */
  watch(connection: Connection): FaultLine {
    const line = new FaultLine(connection, this);
    this.#lines.add(line);
    connection.gate = line;
    connection.on('close', () => this.#lines.delete(line));
    return line;
  }

  /** @internal Whether a fault of this kind strikes a client of whom nothing is known yet. */
  strikesStranger(kind: 'hang' | 'refuse-connection'): ActiveFault | undefined {
    return this.#faults.find((fault) => fault.spec.kind === kind && fault.strikes('nobody'));
  }

  /** @internal The HTTP status that a new connection is to be refused with. */
  connectionRefusal(): number | undefined {
    const spec = this.strikesStranger('refuse-connection')?.spec;
    return spec?.kind === 'refuse-connection' ? spec.status : undefined;
  }

  /** @internal The faults that have to do with a connection. */
  faultsOn(line: FaultLine): ActiveFault[] {
    if (this.#faults.length === 0) return this.#faults;
    return this.#faults.filter(({ spec }) => this.#concerns(spec.target, line));
  }

  /** @internal Counts a stanza that passed for the faults that wait for it. */
  notice(line: FaultLine, direction: Direction, stanza: Stanza): void {
    for (const fault of this.faultsOn(line)) {
      if (!fault.notice(direction, stanza) || fault.spec.kind !== 'close') continue;
      this.#later(fault, () => line.strikeClosed(fault));
    }
  }

  #add(spec: ActiveFault['spec']): ActiveFault {
    if (this.#faults.length >= FAULTS_KEPT) {
      throw new SimulatorError(
        'TOO_MANY_FAULTS',
        409,
        `There are ${FAULTS_KEPT} faults already: remove those that are spent.`,
      );
    }
    const fault = new ActiveFault(`f${++this.#lastId}`, spec, this.#seed);
    this.#faults.push(fault);
    if (spec.kind === 'close' && !spec.after && !spec.only && spec.chance === undefined)
      this.#later(fault, () => this.#closeAll(fault));
    return fault;
  }

  /** A close by the clock strikes the connections that there are at that moment, and is over. */
  #closeAll(fault: ActiveFault): void {
    const { target } = fault.spec;
    for (const line of this.#lines) if (this.#concerns(target, line)) line.strikeClosed(fault);
    fault.end();
  }

  #later(fault: ActiveFault, strike: () => void): void {
    const { afterMs = 0 } = fault.spec;
    if (afterMs === 0) return strike();
    const timer = setTimeout(() => {
      fault.begin();
      strike();
    }, afterMs);
    this.#timers.set(fault.id, timer.unref());
  }

  #stopTimer(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #concerns(target: string | undefined, { companion }: FaultLine): boolean {
    if (target === undefined) return true;
    if (!companion) return false;
    const device = parseJid(target)?.device ?? 0;
    return this.#directory.find(target) === companion.account && (device === 0 || device === companion.id);
  }
}
