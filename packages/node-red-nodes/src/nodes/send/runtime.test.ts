import type { Manager, OutboxItem } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../shared/connect.js';
import { FakeNodeRed } from '../../shared/fake-node-red.js';
import { sendNode } from './runtime.js';

/** An outbox whose items settle when the test says so. */
class FakeOutbox {
  state = 'connected';
  readonly accepted: string[] = [];
  readonly #waiting = new Map<string, (item: OutboxItem) => void>();

  async resolve(id?: string) {
    return { id: id ?? 'only' };
  }
  async getDevice() {
    return { state: { name: this.state } };
  }
  async send(_id: string, { to, text }: { to: string; text: string }) {
    // Whoever comes first takes longest: order must not depend on luck.
    if (text === 'first') await new Promise((resolve) => setTimeout(resolve, 20));
    this.accepted.push(text);
    return this.#item(to, text, { state: 'queued' });
  }
  waitForSend(_id: string, messageId: string) {
    return new Promise<OutboxItem>((resolve) => this.#waiting.set(messageId, resolve));
  }
  settle(text: string, outcome: Partial<OutboxItem>) {
    this.#waiting.get(text)?.(this.#item('x', text, outcome));
  }
  isWaiting(text: string) {
    return this.#waiting.has(text);
  }
  #item(chat: string, messageId: string, outcome: Partial<OutboxItem>) {
    return { messageId, chat, queuedAt: 1, ...outcome } as OutboxItem;
  }
}

async function create(settings: Record<string, unknown> = {}) {
  const outbox = new FakeOutbox();
  const red = new FakeNodeRed();
  red.define(sendNode({ manager: async () => outbox as unknown as Manager } as Connection));
  return { outbox, node: await red.create(settings) };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('The send node', () => {
  it('queues in the order of the messages, and does not let one chat wait for another', async () => {
    const { outbox, node } = await create();
    const first = node.receive({ payload: 'first', to: '4917000001' });
    const second = node.receive({ payload: 'second', to: '4917000002' });
    await until(() => outbox.isWaiting('second'));
    expect(outbox.accepted).toEqual(['first', 'second']);
    outbox.settle('second', { state: 'sent', sentAt: 2 });
    expect(await second).toEqual([undefined]);
    expect(node.sent.map(({ payload }) => payload)).toEqual(['second']);
    outbox.settle('first', { state: 'sent', sentAt: 2 });
    expect(await first).toEqual([undefined]);
  });

  it('passes on the same message, with what has become of it', async () => {
    const { outbox, node } = await create();
    const message = { payload: 'hi', topic: '4917000001', whatsapp: { device: 'phone', eventId: 'e1' } };
    const done = node.receive(message);
    await until(() => outbox.isWaiting('hi'));
    outbox.settle('hi', { state: 'sent', sentAt: 2 });
    await done;
    expect(node.sent[0]).toBe(message);
    expect(message.whatsapp).toEqual({
      device: 'phone',
      eventId: 'e1',
      sent: { messageId: 'hi', chat: 'x', state: 'sent', queuedAt: 1, sentAt: 2 },
    });
  });

  it('answers at once while the device is reconnecting', async () => {
    const { outbox, node } = await create();
    outbox.state = 'reconnecting';
    await node.receive({ payload: 'hi', to: '4917000001' });
    expect(node.sent[0]).toMatchObject({ whatsapp: { device: 'only', sent: { state: 'queued' } } });
  });

  it('answers at once when it was told to', async () => {
    const { node } = await create({ waitUntil: 'queued' });
    await node.receive({ payload: 'hi', to: '4917000001' });
    expect(node.sent[0]).toMatchObject({ whatsapp: { sent: { state: 'queued' } } });
  });

  it.each([
    ['SEND_REFUSED', 'SEND_REFUSED'],
    ['RECIPIENT_INVALID', 'RECIPIENT_INVALID'],
    ['A_CODE_OF_TOMORROW', 'SEND_REFUSED'],
  ])('fails with the code of a message that failed with %s', async (errorCode, code) => {
    const { outbox, node } = await create();
    const done = node.receive({ payload: 'hi', to: '4917000001' });
    await until(() => outbox.isWaiting('hi'));
    outbox.settle('hi', { state: 'failed', errorCode });
    expect(await done).toEqual([expect.objectContaining({ code })]);
    expect(node.sent).toEqual([]);
  });

  it('fails when the device it was set to does not exist', async () => {
    const { node } = await create({ device: 'gone' });
    expect(await node.receive({ payload: 'hi', to: '4917000001' })).toEqual([
      expect.objectContaining({ code: 'DEVICE_NOT_CONFIGURED' }),
    ]);
  });
});
