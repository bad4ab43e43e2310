import { describe, expect, it } from 'vitest';
import { stanza } from '../stanza/node.js';
import { Backlog } from './backlog.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { QueuedStanza } from './state.js';

const message = (id: number): QueuedStanza => ({ stanza: stanza('message', { id }), isResent: false });
const receipt = (id: number, attributes: { type?: string; participant?: string }): QueuedStanza => ({
  stanza: stanza('receipt', { id, ...attributes }),
  isResent: false,
});
const idsIn = (queue: DeliveryQueue) => [...queue.inOrder()].map(({ stanza: { attrs } }) => Number(attrs.id));

describe('a delivery queue', () => {
  it('keeps each stanza, in order, until what confirms it', () => {
    const kept = new Set([1, 2, 3].map(message));
    const queue = new DeliveryQueue(kept);
    queue.add(message(4));
    expect(queue.settle('message', '2')).toHaveLength(1);
    expect(queue.settle('message', '2')).toEqual([]);
    expect(queue.settle('receipt', '3')).toEqual([]);
    expect(queue.settle('message', undefined)).toEqual([]);
    expect(idsIn(queue)).toEqual([1, 3, 4]);
    expect([...kept].map(({ stanza: { attrs } }) => attrs.id)).toEqual(['1', '3', '4']);
    expect(queue.findMessage('3')?.stanza.attrs.id).toBe('3');
    expect(queue.findMessage('2')).toBeUndefined();
  });

  it('takes off every receipt of a type about one message at once, and none of another type', () => {
    const queue = new DeliveryQueue(new Set());
    for (const participant of ['1', '2']) queue.add(receipt(1, { participant }));
    queue.add(receipt(1, { type: 'read' }));
    expect(queue.settle('receipt', '1')).toHaveLength(2);
    expect(queue.settle('receipt', '1', 'read')).toHaveLength(1);
    expect(queue.size).toBe(0);
  });

  it('hands over first what was refused, and last what comes meanwhile', () => {
    const queue = new DeliveryQueue(new Set([message(1), { ...message(2), isRefused: true }]));
    const order = queue.inOrder();
    expect(order.next().value?.stanza.attrs.id).toBe('2');
    queue.add(message(3));
    expect([...order].map(({ stanza: { attrs } }) => attrs.id)).toEqual(['1', '3']);
  });

  it('loses the oldest beyond 20,000', () => {
    const queue = new DeliveryQueue(new Set());
    for (let id = 0; id < 20_002; id += 1) queue.add(message(id));
    expect(queue.size).toBe(20_000);
    expect(queue.findMessage('1')).toBeUndefined();
    expect(queue.findMessage('2')).toBeDefined();
  });

  it('costs no more for each stanza when many wait, from the backlog to the last receipt', () => {
    const least = [Infinity, Infinity];
    const ratio = () => (least[1] as number) / (least[0] as number);
    for (let round = 0; round < 6 && !(ratio() < 3); round += 1)
      for (const [index, count] of [1_000, 16_000].entries())
        least[index] = Math.min(least[index] as number, costOf(count));
    expect(ratio()).toBeLessThan(3);
  });
});

/** What it takes, in milliseconds of processor time for each, to hand over so many stanzas and to have them confirmed. */
function costOf(count: number): number {
  const queue = new DeliveryQueue(new Set(Array.from({ length: count }, (_, id) => message(id))));
  let isDone = false;
  const confirmed: string[] = [];
  const link = {
    send: ({ tag, attrs }: { tag: string; attrs: Record<string, string | undefined> }) => {
      if (tag === 'message') confirmed.push(attrs.id ?? '');
    },
    end: () => undefined,
    terminate: () => undefined,
  };
  const backlog = new Backlog(link, queue, () => {
    isDone = true;
  });
  const startUs = process.cpuUsage().user;
  backlog.start();
  backlog.request(100);
  for (const id of confirmed) backlog.settled(queue.settle('message', id));
  const spentMs = (process.cpuUsage().user - startUs) / 1_000;
  expect([isDone, queue.size]).toEqual([true, 0]);
  return spentMs / count;
}
