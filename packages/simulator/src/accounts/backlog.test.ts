import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Stanza, stanza } from '../stanza/node.js';
import { Backlog } from './backlog.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { QueuedStanza } from './state.js';

let sent: Stanza[];
let isDone: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  isDone = false;
});

afterEach(() => {
  vi.useRealTimers();
});

function backlogOf(count: number) {
  const kept: QueuedStanza[] = Array.from({ length: count }, (_, id) => ({
    stanza: stanza(id % 2 === 0 ? 'message' : 'receipt', { id }),
    isResent: false,
  }));
  const link = { send: (one: Stanza) => sent.push(one), end: () => {}, terminate: () => {} };
  const queue = new DeliveryQueue(new Set(kept));
  const backlog = new Backlog(link, queue, () => {
    isDone = true;
  });
  backlog.start();
  const settle = (...ids: number[]) =>
    backlog.settled(ids.flatMap((id) => queue.settle(id % 2 === 0 ? 'message' : 'receipt', String(id))));
  return { backlog, queue, settle };
}

const ids = () => sent.flatMap(({ tag, attrs }) => (tag === 'ib' ? [] : Number(attrs.id)));
const hints = () =>
  sent.flatMap(({ tag, content }) => (tag === 'ib' && Array.isArray(content) ? content : []));

it('A backlog says that it was all at once when there is nothing', () => {
  backlogOf(0);
  expect(hints()).toEqual([{ tag: 'offline', attrs: { count: '0' } }]);
  expect(isDone).toBe(true);
});

it('A backlog comes in batches: when asked for, and when the one before was confirmed', () => {
  const { backlog, queue, settle } = backlogOf(5);
  expect(hints()).toMatchObject([
    { tag: 'offline_preview', attrs: { count: '5', message: '3', receipt: '2' } },
  ]);
  backlog.request(2);
  expect(ids()).toEqual([0, 1]);
  settle(0);
  expect(ids()).toEqual([0, 1]);
  settle(1);
  expect(ids()).toEqual([0, 1, 2, 3]);
  expect(sent.at(-1)?.attrs.offline).toBe('3');
  queue.add({ stanza: stanza('message', { id: 5 }), isResent: false });
  backlog.request(10);
  expect(ids()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(hints().at(-1)).toMatchObject({ tag: 'offline', attrs: { count: '6' } });
  expect(isDone).toBe(true);
});

it('A backlog does not wait for ever for a client that neither asks nor confirms', () => {
  const { backlog } = backlogOf(250);
  vi.advanceTimersByTime(1_000);
  expect(ids()).toHaveLength(100);
  vi.advanceTimersByTime(2_000);
  expect(ids()).toHaveLength(250);
  expect(isDone).toBe(true);
  backlog.stop();
});

it('A backlog stops with its connection', () => {
  const { backlog } = backlogOf(5);
  backlog.stop();
  vi.advanceTimersByTime(10_000);
  expect(ids()).toEqual([]);
});
