import { describe, expect, it } from 'vitest';
import type { Result } from '../crash/tally.js';
import { type Course, describeReport, type Point, reportOf } from './report.js';

const MEGABYTE = 1024 * 1024;

const tally = (more: { lost?: number; redelivered?: number } = {}): Result => ({
  runs: 0,
  kills: 0,
  inbound: {
    acknowledged: 30_000,
    stored: 30_000,
    lost: more.lost ?? 0,
    duplicatedToConsumers: 0,
    redelivered: more.redelivered ?? 0,
  },
  outbound: { accepted: 6_000, onWire: 6_000, lost: 0, duplicatedOnWire: 0 },
  signal: { badMac: 0, reusedKeys: 0 },
  reloginsNeeded: 0,
  seconds: 600,
});

/** Ten minutes at 50 messages per second, a sample every 5 seconds; what grows with each message is added to it. */
function course(grow: (messages: number) => Partial<Point> = () => ({}), more: Partial<Course> = {}): Course {
  const points = Array.from({ length: 121 }, (_, index): Point => {
    const messages = index * 250;
    return {
      atMs: 1_000 + index * 5_000,
      messages,
      cpuMs: index * 1_000,
      rssBytes: 150 * MEGABYTE,
      heapTotalBytes: 60 * MEGABYTE,
      externalBytes: 10 * MEGABYTE,
      arrayBufferBytes: 2 * MEGABYTE,
      ...(index % 6 === 0 ? { heapBytes: 30 * MEGABYTE } : {}),
      resources: { TCPSocketWrap: 1, Timeout: 10 },
      fds: 31,
      walBytes: 8 * MEGABYTE,
      storageBytes: messages * 1_000,
      lagP99Ms: 4,
      lagMaxMs: 20,
      ...grow(messages),
    };
  });
  return {
    minutes: 10,
    warmAtMs: 101_000,
    points,
    reconnects: 9,
    withoutReceipt: 0,
    tally: tally(),
    ...more,
  };
}

const failing = (of: Course) =>
  reportOf(of)
    .verdicts.filter(({ isHeld }) => !isHeld)
    .map(({ what }) => what);

describe('the report of a soak', () => {
  it('of a process that does not grow holds, and says what it saw', () => {
    const report = reportOf(course());
    expect(report).toMatchObject({
      messages: 30_000,
      messagesPerSecond: 50,
      answers: 6_000,
      warmUpMinutes: 1.67,
      rssSlopeMegabytesPer10000: 0,
      heapSlopeMegabytesPer10000: 0,
      handles: { start: 11, end: 11, max: 11 },
      fds: { start: 31, end: 31, max: 31 },
      storageBytesPerMessage: 1_000,
      eventLoopLagMs: { p99: 4, max: 20 },
      cpuShare: 0.2,
      isHeld: true,
    });
    expect(describeReport(report)).toMatch(/\n\nholds {2}rssSlopeMegabytesPer10000: 0, limit 1\nholds /);
  });

  it('finds memory that grows with each message, and nothing that grew while the process warmed up', () => {
    const grow = (bytes: number) =>
      course((messages) => ({ rssBytes: 150 * MEGABYTE + Math.max(0, messages - 5_000) * bytes }));
    expect(failing(grow(90))).toEqual([]);
    expect(failing(grow(120))).toEqual(['rssSlopeMegabytesPer10000']);
    expect(reportOf(grow(120)).rssSlopeMegabytesPer10000).toBeCloseTo(1.144, 2);
    const early = course((messages) => ({ rssBytes: Math.min(messages, 5_000) * 10_000 }));
    expect(failing(early)).toEqual([]);
  });

  it('finds the growth of the heap in the samples that have one', () => {
    const grown = course((messages) => ({
      ...(messages % 1_500 === 0 ? { heapBytes: 30 * MEGABYTE + messages * 100 } : {}),
    }));
    expect(reportOf(grown).heapSlopeMegabytesPer10000).toBeCloseTo(0.954, 2);
  });

  it('finds a handle or a file that is left behind with each connection, and not those that come and go', () => {
    const reconnects = (messages: number) => Math.floor(messages / 3_000);
    const leaking = course((messages) => ({
      resources: { TCPSocketWrap: 1 + reconnects(messages), Timeout: 10 },
      fds: 31 + reconnects(messages),
    }));
    expect(failing(leaking)).toEqual([
      'handles, more at the end than at the start',
      'fds, more at the end than at the start',
    ]);
    const busy = course((messages) => ({ resources: { Timeout: messages % 1_000 === 0 ? 400 : 10 } }));
    expect(failing(busy)).toEqual([]);
    expect(reportOf(busy).handles.max).toBe(400);
  });

  it('does without file descriptors where the system does not count them', () => {
    const report = reportOf(course(() => ({ fds: undefined })));
    expect(report.fds).toBeNull();
    expect(report.isHeld).toBe(true);
  });

  it('fails over one message that was lost or came twice, in a quick run as well', () => {
    const of = (more: Parameters<typeof tally>[0]) =>
      reportOf(course(undefined, { tally: tally(more) }), true);
    expect(of({}).isHeld).toBe(true);
    expect(of({ lost: 1 })).toMatchObject({ lost: 1, isHeld: false });
    expect(of({ redelivered: 1 })).toMatchObject({ duplicated: 1, isHeld: false });
  });

  it('refuses a course that ended before the process was warm', () => {
    expect(() => reportOf(course(undefined, { warmAtMs: 1e9 }))).toThrow('too few samples');
  });
});
