import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { dirname } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import type { Endpoint } from '@wharf/core';
import { type ContestantName, contestants } from '../contestants/all.js';
import { announce, serve } from './channel.js';
import { nowMs, usage } from './usage.js';

/*
 * One contestant in a process of its own: node contestant-program.mjs NAME FOLDER
 */

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

const LAG_RESOLUTION_MS = 1;

/** What a contestant's process announces. */
export interface QrShown {
  device: string;
  qr: string;
}

/** When each message reached the consumer, and how long the event loop was held up meanwhile. */
export interface Received {
  finishedAt: number;
  handledAt: Record<string, number>;
  lagP99Ms: number;
  longestLagMs: number;
}

const [name = '', folder = ''] = process.argv.slice(2);
const profiler = new Session();
const contestant = await contestants[name as ContestantName]();
let reception:
  | {
      wanted: number;
      handledAt: Map<string, number>;
      lag: IntervalHistogram;
      last: PromiseWithResolvers<void>;
    }
  | undefined;

function onMessage(id: string): void {
  if (!reception || reception.handledAt.has(id)) return;
  reception.handledAt.set(id, nowMs());
  if (reception.handledAt.size === reception.wanted) reception.last.resolve();
}

let pastLeft = 0;
let past = Promise.withResolvers<number>();

function onHistory(messages: number): void {
  pastLeft -= messages;
  if (pastLeft <= 0) past.resolve(nowMs());
}

const listener = { onMessage, onHistory };

/** So many files are fetched side by side. */
const DOWNLOADS = 4;

const methods = {
  usage,
  now: nowMs,
  load: (endpoint: Endpoint) => contestant.load({ folder, endpoint }),
  open: (endpoint: Endpoint) => contestant.open({ folder, endpoint }, listener),
  connect: (device: string) => contestant.connect(device),
  close: () => contestant.close(),

  async startProfile(): Promise<void> {
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 200 });
    await profiler.post('Profiler.start');
  },
  async writeProfile(file: string): Promise<void> {
    const { profile } = await profiler.post('Profiler.stop');
    profiler.disconnect();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(profile));
  },

  /** Resolves when every device is connected; answers with the milliseconds. */
  async restore(endpoint: Endpoint): Promise<number> {
    const startedAt = nowMs();
    await contestant.restore({ folder, endpoint }, listener);
    return nowMs() - startedAt;
  },

  /** Resolves when every device is linked and connected; answers with the milliseconds. */
  async pair(devices: string[]): Promise<number> {
    const startedAt = nowMs();
    const shown = new Set<string>();
    await contestant.pair(devices, (device, qr) => {
      if (shown.has(device)) return;
      shown.add(device);
      announce({ device, qr } satisfies QrShown);
    });
    return nowMs() - startedAt;
  },

  /** What each of these gets counts as a message of its own. */
  addConsumers: (count: number) =>
    contestant.addConsumers?.(count, (consumer, id) => onMessage(`${consumer} ${id}`)),

  /** Begins to count the messages that reach the consumer. Its answer comes before anything is sent. */
  expectMessages(wanted: number): void {
    const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
    lag.enable();
    reception = { wanted, handledAt: new Map(), lag, last: Promise.withResolvers() };
  },

  /** Resolves when all of them have reached it. */
  async received(): Promise<Received> {
    if (!reception) throw new Error('No messages are expected.');
    const { lag, handledAt, last } = reception;
    await last.promise;
    const finishedAt = Math.max(...handledAt.values());
    // So that what held up the last messages is counted, too.
    await pause(2 * LAG_RESOLUTION_MS);
    lag.disable();
    return {
      finishedAt,
      handledAt: Object.fromEntries(handledAt),
      lagP99Ms: lagOf(lag, 99),
      longestLagMs: lagOf(lag, 100),
    };
  },

  /** Begins to count the messages from before the device was linked. */
  expectHistory(wanted: number): void {
    pastLeft = wanted;
    past = Promise.withResolvers();
  },
  /** Resolves when all of them are here; answers when that was. */
  historyReceived: () => past.promise,

  /** Has the process trust the host of the files. */
  trust: (caCertificate: string) =>
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), caCertificate]),
  /** Fetches the files of messages; answers how long that took. */
  async download(device: string, messageIds: string[]): Promise<number> {
    const startedAt = nowMs();
    const left = [...messageIds];
    const fetchNext = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) await contestant.download(device, id);
    };
    await Promise.all(Array.from({ length: DOWNLOADS }, fetchNext));
    return nowMs() - startedAt;
  },

  /** Sends so many texts to each: in a chat each after the one before was accepted, chats side by side. */
  async send(device: string, phones: string[], textsEach: number): Promise<{ startedAt: number }> {
    const startedAt = nowMs();
    await Promise.all(
      phones.map(async (phone) => {
        for (let number = 1; number <= textsEach; number += 1)
          await contestant.send(device, phone, `Text ${number}`);
      }),
    );
    return { startedAt };
  },

  /** Sends texts at a steady pace; answers how long each took until it was accepted. */
  async sendSteadily(device: string, phone: string, count: number, everyMs: number): Promise<number[]> {
    const tookMs: number[] = [];
    for (let number = 1; number <= count; number += 1) {
      const startedAt = nowMs();
      await contestant.send(device, phone, `Text ${number}`);
      tookMs.push(nowMs() - startedAt);
      await pause(everyMs);
    }
    return tookMs;
  },
};

export type ContestantMethods = typeof methods;

serve(methods);

/** The histogram holds intervals between two ticks of a timer, its own period included. */
function lagOf(histogram: IntervalHistogram, percentile: number): number {
  return Math.max(0, histogram.percentile(percentile) / 1e6 - LAG_RESOLUTION_MS);
}
