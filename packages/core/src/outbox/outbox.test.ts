import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../bounds.js';
import { EventLog } from '../events/log.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Scope, Store } from '../store/store.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import type { Wire } from '../wire/wire.js';
import { Outbox } from './outbox.js';

const scope: Scope = { deviceId: 'shop' as DeviceId, jid: '1@s.whatsapp.net' as Jid };
const vera = '15550009';
const walter = '15550008';

let folder: string;
let store: Store;
let clock: ReturnType<typeof testClock>;
let outbox: Outbox;
let written: Array<{ id: MessageId; text: string }>;

/** The other side of the port: notes what is written, and fails to write what says so. */
const wire: Wire = {
  async sendText(id, _chat, text) {
    written.push({ id, text });
    if (text.startsWith('broken')) throw new Error('The socket is closed.');
  },
  logout: async () => undefined,
  close: async () => undefined,
};

const texts = () => written.map(({ text }) => text);
const open = () => {
  const log = new EventLog(store, clock, silentLogger);
  return new Outbox(scope, { store, log, clock, logger: silentLogger, own: { jid: scope.jid } });
};
const deliveries = () =>
  store.events
    .getAfter(0, { types: ['message.delivery'] }, 100)
    .map((event) => (event.type === 'message.delivery' ? event.payload.delivery : undefined));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-outbox-'));
  store = openSqliteStore(folder);
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  clock = testClock();
  written = [];
  outbox = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

describe('the outbox', () => {
  it('sends in order within a chat, one after the other is acknowledged, and chats side by side', () => {
    outbox.attach(wire);
    const [first] = ['one', 'two'].map((text) => outbox.enqueue({ to: vera, text }));
    outbox.enqueue({ to: walter, text: 'other chat' });
    expect(texts()).toEqual(['one', 'other chat']);
    outbox.acknowledge(first?.messageId as MessageId, undefined);
    expect(texts()).toEqual(['one', 'other chat', 'two']);
  });

  it('keeps what was not acknowledged when the link breaks, and sends it again under the same id', () => {
    outbox.attach(wire);
    const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
    outbox.detach();
    expect(outbox.get(messageId).state).toBe('queued');
    outbox.attach(wire);
    expect(written).toEqual([
      { id: messageId, text: 'one' },
      { id: messageId, text: 'one' },
    ]);
  });

  it('goes on after the end of its process', () => {
    outbox.attach(wire);
    const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
    outbox = open();
    outbox.attach(wire);
    expect(written.map(({ id }) => id)).toEqual([messageId, messageId]);
  });

  it('writes what is not acknowledged three times, then gives it up and goes on with the chat', () => {
    outbox.attach(wire);
    const { messageId } = outbox.enqueue({ to: vera, text: 'into the void' });
    outbox.enqueue({ to: vera, text: 'next' });
    clock.pass(bounds.acknowledgeMs);
    clock.pass(bounds.acknowledgeMs);
    expect(texts()).toEqual(['into the void', 'into the void', 'into the void']);
    clock.pass(bounds.acknowledgeMs);
    expect(outbox.get(messageId)).toMatchObject({ state: 'failed', errorCode: 'CONNECTION_TIMED_OUT' });
    expect(texts().at(-1)).toBe('next');
  });

  it('tries soon again what could not be written at all', async () => {
    outbox.attach(wire);
    outbox.enqueue({ to: vera, text: 'broken' });
    await Promise.resolve();
    clock.pass(2_000);
    expect(texts()).toEqual(['broken', 'broken']);
  });

  it.each([
    [463, 'SEND_RESTRICTED'],
    [479, 'SEND_MALFORMED'],
    [400, 'SEND_REFUSED'],
  ])(
    'fails what the server refuses with %i as %s, and says so to whoever waits',
    async (refusal, errorCode) => {
      outbox.attach(wire);
      const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
      const waiting = outbox.waitFor(messageId, 60_000);
      outbox.acknowledge(messageId, refusal);
      expect(await waiting).toMatchObject({ state: 'failed', errorCode });
      expect(store.forDevice(scope).messages.getDelivery(messageId)).toBe('error');
      expect(deliveries()).toEqual(['error']);
    },
  );

  it('gives the same item for the same key, and sends it once', () => {
    outbox.attach(wire);
    const message = { to: vera, text: 'one', idempotencyKey: 'order 7' };
    const { messageId } = outbox.enqueue(message);
    expect(outbox.enqueue(message).messageId).toBe(messageId);
    outbox.acknowledge(messageId, undefined);
    expect(open().enqueue(message)).toMatchObject({ messageId, state: 'sent' });
    expect(texts()).toEqual(['one']);
  });

  it('does not send what has waited for too long', async () => {
    const { messageId } = outbox.enqueue({ to: vera, text: 'lunch?', expiresInMs: 60_000 });
    const lasting = outbox.enqueue({ to: vera, text: 'dinner?' });
    const waiting = outbox.waitFor(messageId, 600_000);
    clock.pass(60_000);
    expect(await waiting).toMatchObject({ state: 'expired', errorCode: 'SEND_EXPIRED' });
    outbox.attach(wire);
    expect(written.map(({ id }) => id)).toEqual([lasting.messageId]);
  });

  it('takes back what is queued, and not what is under way', () => {
    const queued = outbox.enqueue({ to: vera, text: 'never mind' });
    expect(outbox.cancel(queued.messageId).state).toBe('cancelled');
    outbox.attach(wire);
    const underWay = outbox.enqueue({ to: vera, text: 'too late' });
    expect(outbox.cancel(underWay.messageId).state).toBe('sending');
    expect(texts()).toEqual(['too late']);
    expect(outbox.list(10).map(({ state }) => state)).toEqual(['sending', 'cancelled']);
    expect(outbox.list(10, ['cancelled'])).toHaveLength(1);
  });

  it('tells the log how far a message got, each step once', () => {
    outbox.attach(wire);
    const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
    outbox.acknowledge(messageId, undefined);
    for (const delivery of ['delivered', 'read', 'delivered', 'read'] as const) {
      outbox.noteDelivery(messageId, delivery);
    }
    expect(deliveries()).toEqual(['server', 'delivered', 'read']);
  });

  it('writes to somebody known by number in one conversation, whichever address is used', () => {
    const lid = '900000000009@lid';
    store.forDevice(scope).contacts.put({ jid: `${vera}@s.whatsapp.net` as Jid, lid: lid as Jid });
    expect(outbox.enqueue({ to: lid, text: 'one' }).chat).toBe(`${vera}@s.whatsapp.net`);
  });

  it.each([
    { idempotencyKey: '' },
    { idempotencyKey: 'x'.repeat(256) },
    { expiresInMs: 0 },
    { expiresInMs: 1e12 },
  ])('refuses %o and names the option', (options) => {
    expect(() => outbox.enqueue({ to: vera, text: 'one', ...options })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', details: { option: Object.keys(options)[0] } }),
    );
  });

  it('tells who waits when a message is sent, or how it stands when the time is up', async () => {
    const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
    const impatient = outbox.waitFor(messageId, 1_000);
    clock.pass(1_000);
    expect((await impatient).state).toBe('queued');
    const patient = outbox.waitFor(messageId, 60_000);
    outbox.attach(wire);
    outbox.acknowledge(messageId, undefined);
    expect(await patient).toMatchObject({ state: 'sent', sentAt: clock.now() });
    expect(store.forDevice(scope).messages.getDelivery(messageId)).toBe('server');
  });

  it('lets nobody wait when it is closed', async () => {
    const { messageId } = outbox.enqueue({ to: vera, text: 'one' });
    const waiting = outbox.waitFor(messageId, 60_000);
    outbox.close();
    expect((await waiting).state).toBe('queued');
  });

  it('knows only its own messages', () => {
    expect(() => outbox.get('3EB0' as MessageId)).toThrow(
      expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' }),
    );
  });
});
