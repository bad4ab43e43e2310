import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Durability, openManager } from '@wharf/core';
import { DeviceProcess } from './device-process.js';
import { type KillPoint, planRun } from './plan.js';
import type { Word } from './protocol.js';
import type { Finding, Result } from './tally.js';
import { Traffic, type WantedSend } from './traffic.js';
import { SHOP, World } from './world.js';

/** A moment that does not come within this time is not waited for any longer. */
const PATIENCE_MS = 4_000;
/** Linking the device: longer than each of the waits of the core for it. */
const LINK_MS = 90_000;
/** Until everything has arrived that will, in a life that is long enough. */
const SETTLE_MS = 90_000;
/** Before a send that was refused for now is asked for again. */
const ASK_AGAIN_MS = 200;
const LOOK_EVERY_MS = 25;

/** After so many kills everything that is under way may arrive: kills alone would pile it up for ever. */
const SETTLE_EVERY = 10;

export interface CrashOptions {
  runs: number;
  seed: number;
  durability: Durability;
  /** In how many threads of its process the devices run. */
  threads: number;
  /** The built `device-program.ts`. */
  program: string;
  say(line: string): void;
}

export interface Outcome {
  result: Result;
  findings: (Finding & { kill: KillPoint; passages: string[] })[];
  /** Where the storage of the device is, if there is something to find out. */
  storage?: string;
}

/** Kills the process of one device over and over, and accounts for every message in both directions. */
export async function crash(options: CrashOptions): Promise<Outcome> {
  const world = await World.open();
  const storage = mkdtempSync(join(tmpdir(), 'wharf-crash-'));
  try {
    const outcome = await new Harness(world, storage, options).run();
    if (outcome.findings.length > 0) return { ...outcome, storage };
    rmSync(storage, { recursive: true, force: true });
    return outcome;
  } finally {
    await world.close();
  }
}

class Harness {
  readonly #traffic: Traffic;
  /** What the device has not answered yet: asked again in its next life, under the same key. */
  readonly #unanswered = new Map<string, WantedSend>();
  readonly #startedAt = Date.now();
  #device: DeviceProcess | undefined;
  #isReady = false;
  #isConnected = false;
  #isLinked = false;

  constructor(
    private readonly world: World,
    private readonly storage: string,
    private readonly options: CrashOptions,
  ) {
    this.#traffic = new Traffic(world, (send) => this.#ask(send));
  }

  async run(): Promise<Outcome> {
    const { runs, seed, say } = this.options;
    const { tally } = this.world;
    await this.#link();
    let kills = 0;
    for (let run = 1; run <= runs; run += 1) {
      tally.run = run;
      if (await this.#liveAndDie(run)) kills += 1;
      if (run % SETTLE_EVERY === 0 || run === runs) {
        say(`${run} of ${runs} runs, ${this.#seconds} s`);
        // Something is lost by now: what comes after would only hide it.
        if (!(await this.#settle())) break;
      }
    }
    await this.#audit();
    return {
      result: tally.result(kills, this.#seconds),
      findings: tally.findings().map((finding) => ({
        ...finding,
        kill: planRun(seed, finding.run).kill,
        passages: this.world.passagesOf(finding.subject),
      })),
    };
  }

  get #seconds(): number {
    return Math.round((Date.now() - this.#startedAt) / 100) / 10;
  }

  /** The only time that somebody scans a code. */
  async #link(): Promise<void> {
    const device = this.#start();
    device.tell({ type: 'login' });
    if (!(await this.#wait(() => this.#isConnected, LINK_MS)))
      throw new Error(`The device was not linked. ${device.output}`);
    this.#isLinked = true;
    this.world.foundGroups();
    await device.close();
  }

  async #liveAndDie(run: number): Promise<boolean> {
    const { kill, errands } = planRun(this.options.seed, run);
    const device = this.#start();
    this.#traffic.begin(errands);
    const wasAlive = await this.#at(kill, () => device.kill());
    if (!wasAlive) throw new Error(`The device ended by itself in run ${run}: ${device.output}`);
    return wasAlive;
  }

  /** Strikes when the point has come: within the very event, before anybody else can do anything about it. */
  #at<T>({ moment, count, delayMs }: KillPoint, strike: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let left = count;
      const hit = () => {
        clearTimeout(timer);
        this.world.off('moment', look);
        strike().then(resolve, reject);
      };
      const hitLater = () => {
        if (delayMs > 0) setTimeout(hit, delayMs);
        // The server is just about to write it.
        else if (moment === 'delivered' || moment === 'acknowledged') setImmediate(hit);
        else hit();
      };
      const look = (happened: string) => {
        if (happened !== moment) return;
        left -= 1;
        if (left === 0) hitLater();
      };
      const timer = setTimeout(hit, PATIENCE_MS);
      if (moment === 'start') hitLater();
      else this.world.on('moment', look);
    });
  }

  #start(): DeviceProcess {
    const { program, durability, threads } = this.options;
    const { endpoint } = this.world.simulator;
    const device = new DeviceProcess(program, { storage: this.storage, endpoint, durability, threads });
    this.#device = device;
    this.#isReady = false;
    this.#isConnected = false;
    device.on('word', (word) => this.#hear(word));
    return device;
  }

  #hear(word: Word): void {
    const { world } = this;
    switch (word.type) {
      case 'ready':
        this.#isReady = true;
        for (const send of this.#unanswered.values()) this.#ask(send);
        return;
      case 'qr':
        void world.simulator.scan(word.qr, { phone: SHOP });
        return;
      case 'state':
        return this.#note(word);
      case 'accepted':
        this.#unanswered.delete(word.key);
        world.tally.accepted(word.key, word.messageId);
        world.emit('moment', 'accepted');
        return;
      case 'refused':
        setTimeout(() => this.#askAgain(word.key), ASK_AGAIN_MS).unref();
        return;
      case 'event':
        world.tally.handedOver(word.event);
        world.emit('moment', 'event');
        return;
    }
  }

  #note({ state }: Word & { type: 'state' }): void {
    this.#isConnected = state.name === 'connected' && !state.isSyncing;
    const isAway = state.name === 'connected' || state.name === 'reconnecting';
    if (this.#isLinked && !isAway) this.world.tally.reloginNeeded();
  }

  #ask(send: WantedSend): void {
    const { to, text, recipients } = send;
    if (!this.#unanswered.has(text)) this.world.tally.asked(text, recipients);
    this.#unanswered.set(text, send);
    if (!this.#isReady) return;
    this.#device?.tell({ type: 'send', key: text, to, text });
    this.world.emit('moment', 'asked');
  }

  #askAgain(key: string): void {
    const send = this.#unanswered.get(key);
    if (send) this.#ask(send);
  }

  /** A life without an errand, which ends well: whatever is under way arrives now or never. Says which. */
  async #settle(): Promise<boolean> {
    const device = this.#start();
    await this.#traffic.end();
    const hasSettled = await this.#wait(() => this.world.tally.isSettled, SETTLE_MS);
    await device.close();
    return hasSettled;
  }

  /** Reads the whole log anew: what the consumer was told must be there, once. */
  async #audit(): Promise<void> {
    const { tally } = this.world;
    const manager = await openManager({ storage: this.storage, restore: false });
    const { lastSeq } = tally;
    let readTo = 0;
    manager.consume({ name: 'audit', startAt: 'beginning' }, (event) => {
      readTo = event.seq;
      tally.logged(event);
    });
    const isRead = await this.#wait(() => readTo >= lastSeq, SETTLE_MS);
    await manager.close();
    if (!isRead) throw new Error(`The log ends at ${readTo}, and the consumer was told of ${lastSeq}.`);
  }

  /** Waits for something to become so; false if it did not in time. */
  async #wait(isSo: () => boolean, patienceMs: number): Promise<boolean> {
    const deadline = Date.now() + patienceMs;
    while (!isSo()) {
      if (Date.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return true;
  }
}
