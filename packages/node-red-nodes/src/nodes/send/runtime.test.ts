import type { DeviceHost, OutboxItem } from '@wharf/core';
import type { NodeMessage } from 'node-red';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../shared/connect.js';
import { FakeNodeRed } from '../../shared/fake-node-red.js';
import { sendNode } from './runtime.js';

type Sent = { to: string; content: { kind: string; text?: string } };

/** An outbox whose items settle when the test says so. */
class FakeOutbox {
  state = 'connected';
  readonly accepted: Sent[] = [];
  readonly #waiting = new Map<string, (item: OutboxItem) => void>();

  async act(_name: string, { deviceId }: { deviceId?: string }) {
    return { id: deviceId ?? 'only', state: { name: this.state } };
  }
  async send(_id: string, sent: Sent) {
    const text = sent.content.text ?? '';
    // Whoever comes first takes longest: order must not depend on luck.
    if (text === 'first') await new Promise((resolve) => setTimeout(resolve, 20));
    this.accepted.push(sent);
    return this.#item(sent.to, text, { state: 'queued' });
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
  const devices = { host: async () => outbox as unknown as DeviceHost };
  red.define(sendNode({ devicesOf: () => devices } as unknown as Connection));
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
    expect(outbox.accepted.map(({ content }) => content.text)).toEqual(['first', 'second']);
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
    outbox.settle('hi', { state: 'sent', sentAt: 2, delivery: 'server' });
    await done;
    expect(node.sent[0]).toBe(message);
    expect(message.whatsapp).toEqual({
      device: 'phone',
      eventId: 'e1',
      sent: { messageId: 'hi', chat: 'x', state: 'sent', queuedAt: 1, sentAt: 2, delivery: 'server' },
    });
  });

  it('answers at once while the device is reconnecting', async () => {
    const { outbox, node } = await create();
    outbox.state = 'reconnecting';
    await node.receive({ payload: 'hi', to: '4917000001' });
    expect(node.sent[0]).toMatchObject({ whatsapp: { device: 'only', sent: { state: 'queued' } } });
  });

  it('answers at once when it was told to, by the settings or by the message', async () => {
    for (const [settings, message] of [
      [{ waitUntil: 'queued' }, {}],
      [{}, { waitUntil: 'queued' }],
    ]) {
      const { node } = await create(settings);
      await node.receive({ payload: 'hi', to: '4917000001', ...message } as NodeMessage);
      expect(node.sent[0]).toMatchObject({ whatsapp: { sent: { state: 'queued' } } });
    }
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

describe('What is sent', () => {
  const picture = { kind: 'image', media: { mimetype: 'image/jpeg', directPath: '/x', mediaKey: 'a2V5' } };
  const text = (value: string) => ({ value, type: 'str' });
  it.each<[string, object, object, object]>([
    ['is the payload', {}, { payload: 7 }, { kind: 'text', text: '7' }],
    [
      'is a text of the settings',
      { text: 'set', textType: 'str' },
      { payload: 'x' },
      { kind: 'text', text: 'set' },
    ],
    [
      'is what the message asks for',
      { text: 'set', textType: 'str' },
      { content: 'asked' },
      { kind: 'text', text: 'asked' },
    ],
    ['is a content as it was received', {}, { payload: { ...picture, quoted: { id: 'M0' } } }, picture],
    ['is a message as it was received', {}, { payload: { id: 'M1', chat: 'c', content: picture } }, picture],
    [
      'is a document of bytes',
      {},
      { payload: Buffer.from('x'), filename: '/tmp/a.txt' },
      { kind: 'document', media: { data: Buffer.from('x'), fileName: 'a.txt' } },
    ],
    [
      'is a form filled in, in the types it wants',
      {
        kind: 'poll',
        fields: {
          name: text('Lunch?'),
          options: text('Yes, No'),
          selectableCount: { value: '0', type: 'num' },
        },
      },
      {},
      { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 0 },
    ],
    [
      'has a file by URL',
      { kind: 'image', fields: { media: text('https://x.test/a.jpg') } },
      {},
      { kind: 'image', media: { url: 'https://x.test/a.jpg' } },
    ],
    [
      'has a file by path',
      { kind: 'image', fields: { media: text('/data/a.jpg') } },
      {},
      { kind: 'image', media: { path: '/data/a.jpg' } },
    ],
    [
      'has the bytes of the payload',
      { kind: 'image' },
      { payload: Buffer.from('x') },
      { kind: 'image', media: { data: Buffer.from('x') } },
    ],
    [
      'is about the message it came from',
      { kind: 'reaction', fields: { emoji: text('👍') } },
      { whatsapp: { message: { id: 'M1' } } },
      { kind: 'reaction', target: 'M1', emoji: '👍' },
    ],
    [
      'is a reply to it on request',
      { isReply: true },
      { payload: 'yes', whatsapp: { message: { id: 'M1' } } },
      { kind: 'text', text: 'yes', quoted: 'M1' },
    ],
  ])('%s', async (_what, settings, message, content) => {
    const { outbox, node } = await create({ ...settings, waitUntil: 'queued' });
    expect(await node.receive({ to: '4917000001', ...message })).toEqual([undefined]);
    expect(outbox.accepted).toEqual([{ to: '4917000001', content }]);
  });

  it.each([
    ['MESSAGE_INVALID', {}, { payload: { a: 1 } }],
    ['MESSAGE_INVALID', {}, { payload: null }],
    ['MESSAGE_INVALID', { kind: 'tomorrow' }, {}],
    ['MEDIA_PATH_FROM_MESSAGE', { kind: 'image' }, { payload: '/etc/passwd' }],
    ['OPTION_INVALID', {}, { payload: 'hi', waitUntil: 'never' }],
  ])('is refused with %s for %o and %o', async (code, settings, message) => {
    const { node } = await create(settings);
    const [error] = await node.receive({ to: '4917000001', ...message } as NodeMessage);
    expect(error).toMatchObject({ code });
    expect(node.sent).toEqual([]);
  });
});
