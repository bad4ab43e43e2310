import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceState, WharfEvent } from '@wharf/core';
import type { Contact } from '@wharf/simulator';
import { RemoteProcess } from '../bench/processes/channel.js';
import { nowMs } from '../bench/processes/usage.js';
import { SHOP, World } from '../crash/world.js';
import type { DeviceMethods } from './device-program.js';
import type { Course, Point } from './report.js';

export interface SoakOptions {
  minutes: number;
  messagesPerSecond: number;
  /** How long a connection lasts before the server drops it. */
  connectionMs: number;
  sampleEveryMs: number;
  /** The built `device-program.ts`. */
  program: string;
  /** Where the heap of the process is written to at the end, if anywhere. */
  heapSnapshot: string | undefined;
  say(line: string): void;
}

/** A fifth of the time: until the code is compiled and SQLite's caches are full, which takes it 16 MB of messages. */
const WARM_UP = 1 / 5;
/**
 * A young generation that is as large at the beginning as at the end. V8 makes it larger with each burst, smaller with each rest,
 * and larger again, by up to 100 MB: a leak of any size would not be seen behind that.
 */
const NODE_FLAGS = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'];
/** A collection stalls the process, so that only some samples have one. */
const HEAP_EVERY = 6;
/** One of so many messages is answered. */
const ANSWER_EVERY = 5;
const PEOPLE = 20;
/** One of so many goes to a group. */
const GROUP_EVERY = 4;
/** Losing a connection in each of these ways is one that a device comes back from by itself. */
const ENDS = ['reset', 428, 503] as const;
/** Until everything has arrived that will. */
const SETTLE_MS = 90_000;
const LOOK_EVERY_MS = 250;
const FINDINGS_TOLD = 5;

type Announcement = { qr: string } | { state: DeviceState } | { event: WharfEvent };

/** Writes to one device without a pause, drops its connection again and again, and watches what its process holds. */
export async function soak(options: SoakOptions): Promise<Course> {
  const world = await World.open();
  const storage = mkdtempSync(join(tmpdir(), 'wharf-soak-'));
  try {
    return await new Soak(world, storage, options).run();
  } finally {
    await world.close();
    rmSync(storage, { recursive: true, force: true });
  }
}

class Soak {
  readonly #people: Contact[];
  readonly #points: Point[] = [];
  #received = 0;
  #written = 0;
  #answered = 0;
  #reconnects = 0;
  #readyAtMs = Number.POSITIVE_INFINITY;
  #isOver = false;
  #device: RemoteProcess<DeviceMethods> | undefined;

  constructor(
    private readonly world: World,
    private readonly storage: string,
    private readonly options: SoakOptions,
  ) {
    this.#people = Array.from({ length: PEOPLE }, () => world.addStranger());
  }

  async run(): Promise<Course> {
    const { minutes, program, heapSnapshot } = this.options;
    const { tally, simulator } = this.world;
    const managerOptions = { storage: this.storage, endpoint: simulator.endpoint };
    this.#device = await RemoteProcess.start<DeviceMethods>(program, {
      args: [JSON.stringify(managerOptions)],
      execArgv: NODE_FLAGS,
      onEvent: (announced) => this.#hear(announced as Announcement),
    });
    try {
      await this.#device.call('link');
      this.world.foundGroups();
      const startedAtMs = nowMs();
      const spanMs = minutes * 60_000;
      const untilMs = startedAtMs + spanMs;
      await Promise.all([this.#write(untilMs), this.#dropConnections(untilMs), this.#sample(untilMs)]);
      await this.#settle();
      this.#sayFindings();
      if (heapSnapshot) await this.#device.call('writeHeapSnapshot', heapSnapshot);
      await this.#device.call('close');
      return {
        minutes,
        warmAtMs: startedAtMs + spanMs * WARM_UP,
        points: this.#points,
        reconnects: this.#reconnects,
        withoutReceipt: tally.unacknowledged.length,
        tally: tally.result(0, Math.round((nowMs() - startedAtMs) / 1_000)),
      };
    } finally {
      this.#isOver = true;
      await this.#device.stop();
    }
  }

  #hear(announced: Announcement): void {
    if ('qr' in announced) {
      void this.world.simulator.scan(announced.qr, { phone: SHOP });
      return;
    }
    if ('state' in announced) return this.#note(announced.state);
    const { event } = announced;
    this.world.tally.handedOver(event);
    if (event.type !== 'message' || event.payload.isFromMe) return;
    this.#received += 1;
    if (this.#received % ANSWER_EVERY === 0) void this.#answer(event.payload.chat);
  }

  /** A connection counts from the end of the backlog on: one that is dropped before would only make the next one come later. */
  #note(state: DeviceState): void {
    const isReady = state.name === 'connected' && !state.isSyncing;
    this.#readyAtMs = isReady ? nowMs() : Number.POSITIVE_INFINITY;
  }

  /** As a flow does it: back to where it came from. What is refused stays in the accounts, as lost. */
  async #answer(chat: string): Promise<void> {
    const { tally } = this.world;
    const text = `answer ${++this.#answered}`;
    const recipients = this.world.membersOf(chat) ?? [this.world.simulator.phone(chat)];
    tally.asked(
      text,
      recipients.map(({ phone }) => phone),
    );
    try {
      tally.accepted(text, (await this.#device?.call('send', chat, text)) ?? '');
    } catch (error) {
      this.options.say(`${text} was refused: ${String(error)}`);
    }
  }

  /** Keeps up with the clock, not with the pauses: a turn that comes late writes what is owed. */
  async #write(untilMs: number): Promise<void> {
    const { messagesPerSecond } = this.options;
    const startedAtMs = nowMs();
    while (nowMs() < untilMs && !this.#isOver) {
      const owed = ((nowMs() - startedAtMs) / 1_000) * messagesPerSecond;
      while (this.#written < owed) await this.#writeOne();
      await pause(1_000 / messagesPerSecond);
    }
  }

  async #writeOne(): Promise<void> {
    const number = this.#written++;
    const isToGroup = number % GROUP_EVERY === 0;
    const group = isToGroup ? this.world.group((number / GROUP_EVERY / 2) % 1) : undefined;
    const authors = group?.members ?? this.#people;
    const author = authors[number % authors.length] as Contact;
    const { id } = await author.send(group?.to ?? SHOP, `text ${number}`);
    this.world.tally.sentIn(id, false);
  }

  /** Each connection lives for so long, and then ends in another way than the one before. */
  async #dropConnections(untilMs: number): Promise<void> {
    while (nowMs() < untilMs && !this.#isOver) {
      await pause(LOOK_EVERY_MS);
      if (nowMs() - this.#readyAtMs < this.options.connectionMs) continue;
      const code = ENDS[this.#reconnects % ENDS.length] ?? 'reset';
      this.#reconnects += this.world.simulator.closeConnection(SHOP, code);
      this.#readyAtMs = Number.POSITIVE_INFINITY;
    }
  }

  async #sample(untilMs: number): Promise<void> {
    const { sampleEveryMs, say } = this.options;
    for (let number = 1; nowMs() < untilMs; number += 1) {
      await pause(sampleEveryMs);
      const sample = await this.#device?.call('sample', number % HEAP_EVERY === 0);
      if (!sample) return;
      const point = { ...sample, messages: this.#received };
      this.#points.push(point);
      if (point.heapBytes !== undefined) say(brief(point, this.#written, this.#reconnects));
    }
  }

  async #settle(): Promise<void> {
    const deadline = nowMs() + SETTLE_MS;
    while (!this.world.tally.hasArrived && nowMs() < deadline) await pause(LOOK_EVERY_MS);
  }

  /** What passed between server and device about the first messages that something is wrong with. */
  #sayFindings(): void {
    const { tally } = this.world;
    const findings = [
      ...tally.findings(),
      ...tally.unacknowledged.map((subject) => ({ what: 'no receipt', subject })),
    ];
    this.options.say(`${findings.length} findings`);
    for (const { what, subject } of findings.slice(0, FINDINGS_TOLD))
      this.options.say([`${what}: ${subject}`, ...this.world.passagesOf(subject)].join('\n  '));
  }
}

function brief(
  {
    messages,
    rssBytes,
    heapBytes = 0,
    heapTotalBytes,
    externalBytes,
    resources,
    fds,
    walBytes,
    ...lag
  }: Point,
  written: number,
  reconnects: number,
): string {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return [
    `${messages} of ${written} messages, ${reconnects} reconnects`,
    `RSS ${megabytes(rssBytes)}, heap ${megabytes(heapBytes)} in ${megabytes(heapTotalBytes)}, external ${megabytes(externalBytes)}`,
    `WAL ${megabytes(walBytes)}`,
    `${Object.values(resources).reduce((sum, count) => sum + count, 0)} handles, ${fds} files`,
    `lag p99 ${lag.lagP99Ms.toFixed(1)} ms, longest ${lag.lagMaxMs.toFixed(0)} ms`,
  ].join('; ');
}
