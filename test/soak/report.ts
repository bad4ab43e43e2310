import { median, slope } from '../bench/statistics.js';
import type { Result } from '../crash/tally.js';
import type { Sample } from './sampler.js';

const MEGABYTE = 1024 * 1024;
const ROUND = 10_000;
const MOST_MEGABYTES = 1;
/** Of handles and file descriptors, which come and go with what is under way: a leak grows by one with every reconnect. */
const FLAT = 3;

/** A sample, and how many messages had reached the consumer by then. */
export interface Point extends Sample {
  messages: number;
}

/** What was found out about the process. */
export interface Course {
  minutes: number;
  /** When the process counted as warm, on the clock of the samples. */
  warmAtMs: number;
  points: Point[];
  reconnects: number;
  withoutReceipt: number;
  tally: Result;
}

/** Where something was at the beginning and at the end: the medians of the first and the last quarter after the warm-up. */
interface Level {
  start: number;
  end: number;
  max: number;
}

interface Verdict {
  what: string;
  measured: number;
  limit: number;
  isHeld: boolean;
}

/** What `npm run soak -- --json` prints. */
export interface Report {
  minutes: number;
  warmUpMinutes: number;
  /** That came in and reached the consumer. */
  messages: number;
  messagesPerSecond: number;
  answers: number;
  reconnects: number;
  lost: number;
  duplicated: number;
  undecryptable: number;
  /** Stored, but its author never learns it: the receipt was lost with a connection, and the second delivery got none. */
  withoutReceipt: number;
  rssSlopeMegabytesPer10000: number;
  heapSlopeMegabytesPer10000: number;
  rssMegabytes: Level;
  heapMegabytes: Level;
  handles: Level;
  handlesByType: { start: Record<string, number>; end: Record<string, number> };
  /** Null where the system has no /proc. */
  fds: Level | null;
  walMegabytes: Level;
  storageBytesPerMessage: number;
  eventLoopLagMs: { p99: number; max: number };
  cpuShare: number;
  verdicts: Verdict[];
  isHeld: boolean;
}

/** Says what a course shows. Of a `quick` one it is asked whether messages were lost, and not whether memory grew. */
export function reportOf(course: Course, isQuick = false): Report {
  const { minutes, warmAtMs, points, reconnects, withoutReceipt, tally } = course;
  const { inbound, outbound, signal } = tally;
  const warm = points.filter(({ atMs }) => atMs >= warmAtMs);
  const [first, last] = [warm.at(0), warm.at(-1)];
  if (!first || !last || first === last) throw new Error('There are too few samples after the warm-up.');
  const levelOf = (read: (point: Point) => number) => level(warm.flatMap((point) => read(point)));
  const heaps = warm.flatMap((point) =>
    point.heapBytes === undefined ? [] : { ...point, y: point.heapBytes },
  );
  const growth = (of: { messages: number; y: number }[]) =>
    digits((slope(of.map(({ messages: x, y }) => ({ x, y }))) * ROUND) / MEGABYTE, 3);
  const found = {
    rss: growth(warm.map((point) => ({ ...point, y: point.rssBytes }))),
    handles: levelOf(({ resources }) => sum(Object.values(resources))),
    fds: last.fds === undefined ? null : levelOf(({ fds = 0 }) => fds),
    lost: inbound.lost + outbound.lost,
    duplicated: inbound.duplicatedToConsumers + inbound.redelivered + outbound.duplicatedOnWire,
  };
  const verdicts = [
    ...(isQuick
      ? []
      : [
          below('rssSlopeMegabytesPer10000', found.rss, MOST_MEGABYTES),
          atMost('handles, more at the end than at the start', rise(found.handles), FLAT),
          ...(found.fds ? [atMost('fds, more at the end than at the start', rise(found.fds), FLAT)] : []),
        ]),
    atMost('lost', found.lost, 0),
    atMost('duplicated', found.duplicated, 0),
    atMost('undecryptable', signal.badMac, 0),
  ];
  return {
    minutes,
    warmUpMinutes: digits((warmAtMs - (points[0]?.atMs ?? 0)) / 60_000, 2),
    messages: inbound.stored,
    messagesPerSecond: digits(((last.messages - first.messages) * 1_000) / (last.atMs - first.atMs), 1),
    answers: outbound.accepted,
    reconnects,
    lost: found.lost,
    duplicated: found.duplicated,
    undecryptable: signal.badMac,
    withoutReceipt,
    rssSlopeMegabytesPer10000: found.rss,
    heapSlopeMegabytesPer10000: growth(heaps),
    rssMegabytes: levelOf(({ rssBytes }) => rssBytes / MEGABYTE),
    heapMegabytes: level(heaps.map(({ y }) => y / MEGABYTE)),
    handles: found.handles,
    handlesByType: { start: first.resources, end: last.resources },
    fds: found.fds,
    walMegabytes: levelOf(({ walBytes }) => walBytes / MEGABYTE),
    storageBytesPerMessage: Math.round(
      (last.storageBytes - first.storageBytes) / (last.messages - first.messages),
    ),
    eventLoopLagMs: {
      p99: digits(median(warm.map(({ lagP99Ms }) => lagP99Ms)), 2),
      max: digits(Math.max(...warm.map(({ lagMaxMs }) => lagMaxMs)), 1),
    },
    cpuShare: digits((last.cpuMs - first.cpuMs) / (last.atMs - first.atMs), 3),
    verdicts,
    isHeld: verdicts.every(({ isHeld }) => isHeld),
  };
}

/** The report as a person reads it: what must hold comes last. */
export function describeReport({ verdicts, isHeld, handlesByType, ...rest }: Report): string {
  const lines = Object.entries(rest).map(([name, value]) => `${name.padEnd(28)}${describe(value)}`);
  const judged = verdicts.map(
    (verdict) =>
      `${verdict.isHeld ? 'holds ' : 'FAILS '} ${verdict.what}: ${verdict.measured}, limit ${verdict.limit}`,
  );
  return [...lines, '', ...judged].join('\n');
}

const describe = (value: number | object | null): string =>
  value !== null && typeof value === 'object'
    ? Object.entries(value)
        .map(([name, each]) => `${name} ${each}`)
        .join(', ')
    : String(value);

function level(values: number[]): Level {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return {
    start: digits(median(values.slice(0, quarter)), 1),
    end: digits(median(values.slice(-quarter)), 1),
    max: digits(Math.max(...values), 1),
  };
}

const rise = ({ start, end }: Level): number => digits(end - start, 1);
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const digits = (value: number, count: number): number => Number(value.toFixed(count));

function below(what: string, measured: number, limit: number): Verdict {
  return { what, measured, limit, isHeld: measured < limit };
}

function atMost(what: string, measured: number, limit: number): Verdict {
  return { what, measured, limit, isHeld: measured <= limit };
}
