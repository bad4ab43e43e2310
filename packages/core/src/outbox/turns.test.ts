import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../events/log.js';
import { store as storeReceived } from '../inbox/ingest.js';
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

const HOUR_MS = 3_600_000;
const scope: Scope = { deviceId: 'shop' as DeviceId, jid: '15550001@s.whatsapp.net' as Jid };
const jidOf = (phone: string) => `${phone}@s.whatsapp.net` as Jid;

let folder: string;
let store: Store;
let log: EventLog;
let clock: ReturnType<typeof testClock>;
let outbox: Outbox;
let settings: PacingSettings;
let written: string[];
let received = 0;

/** The other side of the port: a server that acknowledges whatever is written to it, a moment later. */
const wire: Wire = {
  pulse: {} as Wire['pulse'],
  media: {} as Wire['media'],
  queries: {} as Wire['queries'],
  async send({ messageId: id, content }) {
    written.push(textOf(content));
    clock.after(10, () => outbox.acknowledge(id, undefined));
  },
  async sendChatState(chat, state) {
    written.push(`${state} for ${chat}`);
  },
  logout: async () => undefined,
  close: async () => undefined,
};

function open(): Outbox {
  log = new EventLog(store, clock, silentLogger);
  return new Outbox(scope, {
    store,
    log,
    clock,
    random: () => 0,
    logger: silentLogger,
    own: { jid: scope.jid },
    settings: () => settings,
    media: noMedia,
    outgoing: endlessTurns,
    onSuspicion: () => undefined,
  });
}

/** Lets time pass in small steps, as it does. */
function pass(ms: number, stepMs = 10): void {
  for (let passed = 0; passed < ms; passed += stepMs) clock.pass(stepMs);
}

function hear(from: string, chat = jidOf(from)): void {
  received += 1;
  storeReceived(store, log, scope, {
    type: 'message',
    message: {
      id: `IN${received}` as MessageId,
      chat,
      isGroup: chat.endsWith('@g.us'),
      isFromMe: from === '15550001',
      sender: { jid: jidOf(from) },
      content: { kind: 'text', text: 'hi' },
      at: clock.now(),
      isOffline: false,
    },
  });
  outbox.noteMessage(chat);
}

const send = async (to: string, text = to) => (await outbox.enqueue({ to, text })).messageId;
const strangers = (count: number) => Array.from({ length: count }, (_, index) => `1555200${100 + index}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-turns-'));
  store = openPromptStore(folder);
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  clock = testClock();
  clock.pass(100 * HOUR_MS);
  settings = deviceSettings.parse({}).pacing;
  written = [];
  outbox = open();
  outbox.attach(wire);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

describe('an answer', () => {
  it('goes out at once, while a crowd of strangers waits', async () => {
    for (const phone of strangers(10)) await send(phone);
    pass(2_000);
    expect(written).toHaveLength(3);
    hear('15550009');
    await send('15550009', 'an answer');
    expect(written.at(-1)).toBe('an answer');
  });

  it('is what waits for somebody who writes first', async () => {
    for (const phone of strangers(3)) await send(phone);
    pass(1_000);
    const { messageId, notBefore } = await outbox.enqueue({ to: '15550009', text: 'hello' });
    expect(notBefore).toBeGreaterThan(clock.now() + 60_000);
    hear('15550009');
    expect(outbox.get(messageId).state).toBe('sending');
  });

  it('is also what one says in a group where somebody wrote, and a note to oneself', async () => {
    const group = '120363000000000001@g.us' as Jid;
    hear('15550009', group);
    await send(group, 'to the group');
    pass(250);
    await send('15550001', 'to myself');
    expect(written).toEqual(['to the group', 'to myself']);
  });

  it('keeps a second from the one before in its chat, and stays behind it', async () => {
    hear('15550009');
    for (const text of ['one', 'two', 'three']) await send('15550009', text);
    pass(900);
    expect(written).toEqual(['one']);
    pass(200);
    expect(written).toEqual(['one', 'two']);
    pass(1_000);
    expect(written).toEqual(['one', 'two', 'three']);
  });
});

describe('a stranger', () => {
  it('is one no longer once a message has reached them', async () => {
    for (const text of ['one', 'two', 'three', 'four', 'five']) await send('15550009', text);
    pass(5_000);
    expect(written).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('is nobody to whom the phone has written', async () => {
    for (const phone of strangers(3)) await send(phone);
    pass(1_000);
    hear('15550001', jidOf('15550009'));
    clock.pass(2 * HOUR_MS);
    for (const phone of strangers(6).slice(3)) await send(phone);
    pass(1_000);
    await send('15550009', 'to an acquaintance');
    expect(written.at(-1)).toBe('to an acquaintance');
  });

  it('waits as long as the item says', async () => {
    const items = await Promise.all(strangers(6).map((phone) => send(phone)));
    const last = () => outbox.get(items[5] as MessageId);
    const foretold = last().notBefore ?? 0;
    pass(foretold - clock.now() - 100, 100);
    expect(last().state).toBe('queued');
    pass(1_000, 100);
    expect(last().state).toBe('sent');
    expect(last()).not.toHaveProperty('notBefore');
  });

  it('can be cancelled while they wait, and lets the next one go earlier', async () => {
    const [, , , fourth, fifth] = (await Promise.all(
      strangers(5).map((phone) => send(phone)),
    )) as MessageId[];
    const before = outbox.get(fifth as MessageId).notBefore ?? 0;
    expect(outbox.cancel(fourth as MessageId).state).toBe('cancelled');
    expect(outbox.get(fifth as MessageId).notBefore).toBeLessThan(before);
    pass(200_000, 1_000);
    expect(written).toEqual([...strangers(3), strangers(5)[4]]);
  });

  it('is not written to for a day after WhatsApp has refused to begin a conversation; answers go on', async () => {
    outbox.detach();
    const [refused] = await Promise.all(strangers(1).map((phone) => send(phone)));
    outbox.attach({ ...wire, send: async () => undefined });
    outbox.acknowledge(refused as MessageId, 463);
    expect(outbox.get(refused as MessageId)).toMatchObject({ state: 'failed', errorCode: 'SEND_RESTRICTED' });
    outbox = open();
    outbox.attach(wire);
    const { notBefore } = await outbox.enqueue({ to: '15559999', text: 'hello' });
    expect(notBefore).toBe(clock.now() + 24 * HOUR_MS);
    pass(250);
    hear('15550009');
    await send('15550009', 'an answer');
    expect(written).toEqual(['an answer']);
  });
});

describe('pacing', () => {
  it('goes on across a restart where it was', async () => {
    for (const phone of strangers(5)) await send(phone);
    pass(1_000);
    expect(written).toHaveLength(3);
    outbox.close();
    outbox = open();
    outbox.attach(wire);
    pass(60_000, 1_000);
    expect(written).toHaveLength(3);
    pass(120_000, 1_000);
    expect(written).toHaveLength(4);
  });

  it('counts another attempt of the same message only once', async () => {
    outbox.detach();
    let isDown = true;
    const flaky: Wire = {
      ...wire,
      async send(message, isRepeat) {
        if (!isDown) await wire.send(message, isRepeat);
      },
    };
    outbox.attach(flaky);
    await send('15559999', 'first');
    outbox.detach();
    outbox.attach(flaky);
    isDown = false;
    outbox.detach();
    pass(300);
    outbox.attach(flaky);
    for (const phone of strangers(2)) await send(phone);
    pass(1_000);
    expect(written).toEqual(['first', ...strangers(2)]);
  });

  it('holds by new numbers at once, and not at all when it is switched off', async () => {
    for (const phone of strangers(8)) await send(phone);
    pass(1_000);
    expect(written).toHaveLength(3);
    settings = deviceSettings.parse({ pacing: { strangers: { burst: 5 } } }).pacing;
    outbox.repace();
    pass(1_000);
    expect(written).toHaveLength(5);
    settings = deviceSettings.parse({ pacing: { enabled: false } }).pacing;
    outbox.repace();
    expect(written).toHaveLength(8);
  });

  it('shows typing before a text, when it is asked to', async () => {
    settings = deviceSettings.parse({ pacing: { typing: { enabled: true } } }).pacing;
    hear('15550009');
    await send('15550009', 'x'.repeat(30));
    expect(written).toEqual(['composing for 15550009@s.whatsapp.net']);
    pass(1_990);
    expect(written).toHaveLength(1);
    pass(20);
    expect(written).toHaveLength(2);
  });
});
