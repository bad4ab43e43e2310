import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../events/log.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Scope, Store } from '../store/store.js';
import type { Content } from '../types/content.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import { store as storeReceived } from './ingest.js';

const vera = { jid: '15550009@s.whatsapp.net' as Jid, lid: '99@lid' as Jid };
const walter = { jid: '15550008@s.whatsapp.net' as Jid };
const group = '120363@g.us' as Jid;
const target = { id: 'M0' as MessageId };

let folder: string;
let store: Store;
let log: EventLog;
let scope: Scope;
let count = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-effects-'));
  store = openSqliteStore(folder);
  log = new EventLog(store, systemClock, silentLogger);
  useDevice();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** Begins with nothing stored. */
function useDevice(): void {
  count += 1;
  scope = { deviceId: `shop${count}` as DeviceId, jid: '1@s.whatsapp.net' as Jid };
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: `x${count}`,
    createdAt: 0,
  });
}

const message = (id: string, at: number, content: Content, change: Partial<Message> = {}): Message => ({
  id: id as MessageId,
  chat: vera.jid,
  isGroup: false,
  isFromMe: false,
  sender: vera,
  content,
  at,
  isOffline: false,
  ...change,
});
const text = (said: string): Content => ({ kind: 'text', text: said });
const edit = (id: string, at: number, said: string, change?: Partial<Message>) =>
  message(id, at, { kind: 'edit', target, text: said }, change);
const revoke = (id: string, at: number, change?: Partial<Message>) =>
  message(id, at, { kind: 'revoke', target }, change);

const raw = Uint8Array.of(1);
const ingest = (...received: Message[]) => {
  for (const one of received)
    store.transaction(() =>
      storeReceived(store, log, scope, {
        type: 'message',
        message: one,
        ...(one.content.kind === 'text' ? {} : { raw }),
      }),
    );
};
const stored = () => store.forDevice(scope).messages.get(target.id);
const found = (said: string) =>
  store
    .forDevice(scope)
    .messages.search({ text: said, limit: 10 })
    .map(({ id }) => id);

describe('an edit', () => {
  it('changes what is stored and found, and leaves the rest as it was', () => {
    const quoted = { id: 'Q' as MessageId };
    ingest(message('M0', 1_000, { kind: 'text', text: 'at five', quoted }), edit('E1', 2_000, 'at six'));
    expect(stored()).toMatchObject({ content: { text: 'at six', quoted }, editedAt: 2_000, at: 1_000 });
    expect(found('six')).toEqual(['M0']);
    expect(found('five')).toEqual([]);
  });

  it('gives a picture another caption, and nothing to what has none', () => {
    const media = { mimetype: 'image/png' };
    ingest(message('M0', 1_000, { kind: 'image', media }), edit('E1', 2_000, 'a cat'));
    expect(stored()?.content).toEqual({ kind: 'image', media, caption: 'a cat' });
    useDevice();
    ingest(message('M0', 1_000, { kind: 'location', latitude: 1, longitude: 2 }), edit('E1', 2_000, 'x'));
    expect(stored()).not.toHaveProperty('editedAt');
  });

  it('is made by the author alone', () => {
    const inGroup = { chat: group, isGroup: true };
    ingest(
      message('M0', 1_000, text('mine'), inGroup),
      edit('E1', 2_000, 'yours', { ...inGroup, sender: walter }),
    );
    expect(stored()?.content).toEqual(text('mine'));
    ingest(edit('E2', 3_000, 'mine too', { ...inGroup, sender: { jid: vera.lid } }));
    expect(stored()?.content).toEqual(text('mine too'));
  });

  it('ends in the same, in whatever order and however often it all comes', () => {
    const all = [
      message('M0', 1_000, text('first')),
      edit('E1', 2_000, 'second'),
      edit('E2', 3_000, 'third'),
      edit('X1', 4_000, 'not mine', { sender: walter }),
    ];
    const orders = fc.shuffledSubarray([...all, ...all], { minLength: 8 });
    fc.assert(
      fc.property(orders, (order) => {
        useDevice();
        ingest(...order);
        expect(stored()).toMatchObject({ content: text('third'), editedAt: 3_000 });
        expect(found('third')).toEqual(['M0']);
        expect(found('first')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a revoke', () => {
  it('marks the message, which no search finds any more, also before it comes', () => {
    for (const order of ['before', 'after'] as const) {
      useDevice();
      const both = [message('M0', 1_000, text('oh dear')), revoke('R1', 2_000)];
      ingest(...(order === 'after' ? both : both.toReversed()), edit('E1', 3_000, 'never mind'));
      expect(stored()).toMatchObject({ isRevoked: true, content: text('oh dear') });
      expect(found('dear')).toEqual([]);
      expect(found('mind')).toEqual([]);
    }
  });

  it('is the right of the author, and in a group of its admins, whom the server knows', () => {
    ingest(message('M0', 1_000, text('mine')), revoke('R1', 2_000, { sender: walter }));
    expect(stored()).not.toHaveProperty('isRevoked');
    useDevice();
    const inGroup = { chat: group, isGroup: true };
    ingest(message('M0', 1_000, text('mine'), inGroup), revoke('R1', 2_000, { ...inGroup, sender: walter }));
    expect(stored()).toHaveProperty('isRevoked', true);
  });

  it('of another chat changes nothing', () => {
    ingest(message('M0', 1_000, text('mine')), revoke('R1', 2_000, { chat: walter.jid }));
    expect(stored()).not.toHaveProperty('isRevoked');
  });

  it('that waits finds its message when the chat has become another one', () => {
    const hidden = { chat: vera.lid, sender: { jid: vera.lid, lid: vera.lid } };
    ingest(revoke('R1', 2_000, hidden), message('M0', 1_000, text('mine')));
    expect(stored()).toMatchObject({ chat: vera.jid, isRevoked: true });
  });
});
