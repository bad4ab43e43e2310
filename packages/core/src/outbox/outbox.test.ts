import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import { EventLog } from '../events/log.js';
import type { Scope, Store } from '../store/store.js';
import { textOf } from '../types/content.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { PacingSettings } from '../types/pacing-settings.js';
import { deviceSettings } from '../types/settings.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import type { Wire } from '../wire/wire.js';
import { Outbox } from './outbox.js';
import { endlessTurns, noMedia, openPromptStore } from './test-store.js';

const scope: Scope = { deviceId: 'shop' as DeviceId, jid: '1@s.whatsapp.net' as Jid };
const vera = '15550009';
const walter = '15550008';

let folder: string;
let store: Store;
let clock: ReturnType<typeof testClock>;
let outbox: Outbox;
let written: Array<{ id: MessageId; text: string; isRepeat: boolean }>;
let suspicions: number;
/** How fast is the business of pacing.test.ts and turns.test.ts. */
const unhurried: PacingSettings = deviceSettings.parse({ pacing: { enabled: false } }).pacing;

/** The other side of the port: notes what is written, and fails to write what says so. */
const wire: Wire = {
  pulse: {} as Wire['pulse'],
  media: {} as Wire['media'],
  queries: {} as Wire['queries'],
  async send({ messageId: id, content }, isRepeat) {
    const text = textOf(content);
    written.push({ id, text, isRepeat });
    if (text.startsWith('broken')) throw new Error('The socket is closed.');
    if (text.startsWith('to nobody')) throw new WharfError('RECIPIENT_NOT_ON_WHATSAPP');
  },
  sendChatState: async () => undefined,
  logout: async () => undefined,
  close: async () => undefined,
};

/** What was thrown while writing has been dealt with. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const texts = () => written.map(({ text }) => text);
const open = () => {
  const log = new EventLog(store, clock, silentLogger);
  return new Outbox(scope, {
    store,
    log,
    clock,
    random: () => 1,
    logger: silentLogger,
    own: { jid: scope.jid },
    settings: () => unhurried,
    media: noMedia,
    outgoing: endlessTurns,
    onSuspicion: () => {
      suspicions += 1;
    },
  });
};
const deliveries = () =>
  store.events
    .getAfter(0, { types: ['message.delivery'] }, 100)
    .map((event) => (event.type === 'message.delivery' ? event.payload.delivery : undefined));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-outbox-'));
  store = openPromptStore(folder);
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  clock = testClock();
  // Late enough that a clock that is set back does not show a time before 1970.
  clock.jump(1_000_000_000);
  written = [];
  suspicions = 0;
  outbox = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

describe('the outbox', () => {
  it('sends in order within a chat, one after the other is acknowledged, and chats side by side', async () => {
    outbox.attach(wire);
    const first = await outbox.enqueue({ to: vera, text: 'one' });
    await outbox.enqueue({ to: vera, text: 'two' });
    await outbox.enqueue({ to: walter, text: 'other chat' });
    expect(texts()).toEqual(['one', 'other chat']);
    outbox.acknowledge(first.messageId, undefined);
    expect(texts()).toEqual(['one', 'other chat', 'two']);
  });

  it('keeps what was not acknowledged when the link breaks, and sends it again under the same id', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    outbox.detach();
    expect(outbox.get(messageId).state).toBe('queued');
    outbox.attach(wire);
    expect(written).toEqual([
      { id: messageId, text: 'one', isRepeat: false },
      { id: messageId, text: 'one', isRepeat: true },
    ]);
  });

  it('goes on after the end of its process', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    outbox = open();
    outbox.attach(wire);
    expect(written.map(({ id }) => id)).toEqual([messageId, messageId]);
  });

  it('never gives up what is not acknowledged before its time: each attempt waits longer, and its chat waits with it', async () => {
    outbox.attach(wire);
    const { messageId, expiresAt } = await outbox.enqueue({ to: vera, text: 'into the void' });
    await outbox.enqueue({ to: vera, text: 'next' });
    const waits: number[] = [];
    while (clock.now() < expiresAt) {
      clock.pass(bounds.acknowledgeMs);
      const { state, errorCode, notBefore = 0 } = outbox.get(messageId);
      if (state === 'expired') break;
      expect({ state, errorCode }).toEqual({ state: 'queued', errorCode: 'CONNECTION_TIMED_OUT' });
      waits.push(notBefore - clock.now());
      clock.pass(notBefore - clock.now());
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...waits)).toBe(300_000);
    expect(outbox.get(messageId)).toMatchObject({ state: 'expired', attempts: waits.length });
    expect(new Set(written.slice(0, -1).map(({ id }) => id))).toEqual(new Set([messageId]));
  });

  it('suspects the connection when two attempts in a row are not acknowledged', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'hello?' });
    clock.pass(bounds.acknowledgeMs);
    expect(suspicions).toBe(0);
    const other = await outbox.enqueue({ to: walter, text: 'confirmed' });
    outbox.acknowledge(other.messageId, undefined);
    clock.pass(2_000);
    clock.pass(bounds.acknowledgeMs);
    expect(suspicions).toBe(0);
    clock.pass(4_000);
    clock.pass(bounds.acknowledgeMs);
    expect(suspicions).toBe(1);
    expect(outbox.get(messageId)).toMatchObject({ state: 'queued', attempts: 3 });
  });

  it('tries soon again what could not be written at all, and holds up no other chat', async () => {
    outbox.attach(wire);
    await outbox.enqueue({ to: vera, text: 'broken' });
    await settled();
    await outbox.enqueue({ to: vera, text: 'after it' });
    await outbox.enqueue({ to: walter, text: 'other chat' });
    clock.pass(2_000);
    expect(texts()).toEqual(['broken', 'other chat', 'broken']);
  });

  it('fails at once what another attempt does not mend, and goes on with the chat', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'to nobody' });
    await outbox.enqueue({ to: vera, text: 'next' });
    await settled();
    expect(outbox.get(messageId)).toMatchObject({ state: 'failed', errorCode: 'RECIPIENT_NOT_ON_WHATSAPP' });
    expect(texts()).toEqual(['to nobody', 'next']);
  });

  it.each([421, 429, 500, 503])('sends again later what the server cannot take now (%i)', async (refusal) => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    outbox.acknowledge(messageId, refusal);
    outbox.acknowledge(messageId, refusal);
    expect(outbox.get(messageId)).toMatchObject({ state: 'queued', errorCode: 'SEND_DEFERRED', attempts: 1 });
    clock.pass(2_000);
    outbox.acknowledge(messageId, undefined);
    expect(written.map(({ isRepeat }) => isRepeat)).toEqual([false, true]);
    expect(outbox.get(messageId)).toMatchObject({ state: 'sent', attempts: 2 });
    expect(outbox.get(messageId)).not.toHaveProperty('errorCode');
    expect(deliveries()).toEqual(['server']);
  });

  it('keeps the back-off across the end of its process', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    outbox.acknowledge(messageId, 503);
    outbox.close();
    outbox = open();
    outbox.attach(wire);
    expect(written).toHaveLength(1);
    clock.pass(2_000);
    expect(written).toHaveLength(2);
  });

  it('takes a late word for what it is: given up here, it reached the server all the same', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    clock.pass(bounds.acknowledgeMs);
    expect(outbox.cancel(messageId).state).toBe('cancelled');
    outbox.noteDelivery(messageId, 'delivered');
    expect(outbox.get(messageId)).toMatchObject({ state: 'sent', delivery: 'delivered' });
    expect(deliveries()).toEqual(['error', 'server', 'delivered']);
  });

  it.each([
    [463, 'SEND_RESTRICTED'],
    [479, 'SEND_MALFORMED'],
    [400, 'SEND_REFUSED'],
  ])(
    'fails what the server refuses with %i as %s, and says so to whoever waits',
    async (refusal, errorCode) => {
      outbox.attach(wire);
      const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
      const waiting = outbox.waitFor(messageId, { timeoutMs: 60_000 });
      outbox.acknowledge(messageId, refusal);
      expect(await waiting).toMatchObject({ state: 'failed', errorCode });
      expect(store.forDevice(scope).messages.getDelivery(messageId)).toBe('error');
      expect(deliveries()).toEqual(['error']);
    },
  );

  it('gives the same item for the same key, and sends it once', async () => {
    outbox.attach(wire);
    const message = { to: vera, text: 'one', idempotencyKey: 'order 7' };
    const { messageId } = await outbox.enqueue(message);
    expect((await outbox.enqueue(message)).messageId).toBe(messageId);
    outbox.acknowledge(messageId, undefined);
    expect(await open().enqueue(message)).toMatchObject({ messageId, state: 'sent' });
    expect(texts()).toEqual(['one']);
  });

  it('does not send what has waited for too long', async () => {
    const { messageId } = await outbox.enqueue({ to: vera, text: 'lunch?', expiresInMs: 60_000 });
    const lasting = await outbox.enqueue({ to: vera, text: 'dinner?' });
    const waiting = outbox.waitFor(messageId, { timeoutMs: 600_000 });
    clock.pass(60_000);
    expect(await waiting).toMatchObject({ state: 'expired', errorCode: 'SEND_EXPIRED' });
    outbox.attach(wire);
    expect(written.map(({ id }) => id)).toEqual([lasting.messageId]);
  });

  it('takes back what is queued, and not what is under way', async () => {
    const queued = await outbox.enqueue({ to: vera, text: 'never mind' });
    expect(outbox.cancel(queued.messageId).state).toBe('cancelled');
    outbox.attach(wire);
    const underWay = await outbox.enqueue({ to: vera, text: 'too late' });
    expect(outbox.cancel(underWay.messageId).state).toBe('sending');
    expect(texts()).toEqual(['too late']);
    expect(outbox.list({}).map(({ state }) => state)).toEqual(['sending', 'cancelled']);
    expect(outbox.list({ states: ['cancelled'] })).toHaveLength(1);
  });

  it('tells the log how far a message got, each step once', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    outbox.acknowledge(messageId, undefined);
    for (const delivery of ['delivered', 'read', 'delivered', 'read'] as const) {
      outbox.noteDelivery(messageId, delivery);
    }
    expect(deliveries()).toEqual(['server', 'delivered', 'read']);
  });

  it('writes to somebody known by number in one conversation, whichever address is used', async () => {
    const lid = '900000000009@lid';
    store.forDevice(scope).contacts.put({ jid: `${vera}@s.whatsapp.net` as Jid, lid: lid as Jid });
    expect((await outbox.enqueue({ to: lid, text: 'one' })).chat).toBe(`${vera}@s.whatsapp.net`);
  });

  it.each([
    { idempotencyKey: '' },
    { idempotencyKey: 'x'.repeat(256) },
    { expiresInMs: 0 },
    { expiresInMs: 1e12 },
  ])('refuses %o and names the option', async (options) => {
    await expect(outbox.enqueue({ to: vera, text: 'one', ...options })).rejects.toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', details: { option: Object.keys(options)[0] } }),
    );
  });

  it('tells who waits when a message is sent, or how it stands when the time is up', async () => {
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    const impatient = outbox.waitFor(messageId, { timeoutMs: 1_000 });
    clock.pass(1_000);
    expect((await impatient).state).toBe('queued');
    const patient = outbox.waitFor(messageId, { timeoutMs: 60_000 });
    outbox.attach(wire);
    outbox.acknowledge(messageId, undefined);
    expect(await patient).toMatchObject({ state: 'sent', sentAt: clock.now() });
    expect(store.forDevice(scope).messages.getDelivery(messageId)).toBe('server');
  });

  it('can be asked to wait until a message is there, or read', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    const there = outbox.waitFor(messageId, { until: 'delivered' });
    const read = outbox.waitFor(messageId, { until: 'read' });
    outbox.acknowledge(messageId, undefined);
    outbox.noteDelivery(messageId, 'delivered');
    expect(await there).toMatchObject({ state: 'sent', delivery: 'delivered' });
    outbox.noteDelivery(messageId, 'read');
    expect(await read).toMatchObject({ state: 'sent', delivery: 'read' });
    expect(await outbox.waitFor(messageId, { until: 'read' })).toMatchObject({ delivery: 'read' });
  });

  it('waits for no reader of what was refused', async () => {
    outbox.attach(wire);
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    const read = outbox.waitFor(messageId, { until: 'read' });
    outbox.acknowledge(messageId, 479);
    expect(await read).toMatchObject({ state: 'failed', errorCode: 'SEND_MALFORMED', delivery: 'error' });
  });

  it('lists page by page', async () => {
    const ids: MessageId[] = [];
    for (const text of ['one', 'two', 'three'])
      ids.push((await outbox.enqueue({ to: vera, text })).messageId);
    const page = outbox.list({ limit: 2 });
    expect(page.map(({ messageId }) => messageId)).toEqual([ids[2], ids[1]]);
    const before = page.at(-1)?.messageId ?? '';
    expect(outbox.list({ limit: 2, before }).map(({ messageId }) => messageId)).toEqual([ids[0]]);
    expect(() => outbox.list({ before: '3EB0' })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' }),
    );
  });

  it('lets nobody wait when it is closed', async () => {
    const { messageId } = await outbox.enqueue({ to: vera, text: 'one' });
    const waiting = outbox.waitFor(messageId, { timeoutMs: 60_000 });
    outbox.close();
    expect((await waiting).state).toBe('queued');
  });

  it('knows only its own messages', () => {
    expect(() => outbox.get('3EB0' as MessageId)).toThrow(
      expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' }),
    );
  });

  it('sends nothing that is too late when the clock of the system jumps forward', async () => {
    const { messageId } = await outbox.enqueue({ to: vera, text: 'too late', expiresInMs: 3_600_000 });
    clock.jump(6 * 3_600_000);
    outbox.attach(wire);
    expect(outbox.get(messageId).state).toBe('expired');
    expect(texts()).toEqual([]);
  });

  it('goes on at once when the clock of the system jumps back', async () => {
    await outbox.enqueue({ to: vera, text: 'before the jump' });
    clock.jump(-6 * 3_600_000);
    outbox.attach(wire);
    await outbox.enqueue({ to: '15550010', text: 'after the jump' });
    clock.pass(5_000);
    expect(texts()).toEqual(['before the jump', 'after the jump']);
  });
});
