import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../events/events.js';
import { EventLog } from '../events/log.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Store } from '../store/store.js';
import { webhookConsumer } from '../store/webhooks.js';
import type { DeviceId, Jid } from '../types/ids.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import { passes } from './chat-filter.js';
import { Webhooks } from './webhooks.js';

const url = 'https://hooks.example/in';
let folder: string;
let store: Store;
let log: EventLog;
let webhooks: Webhooks;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-webhooks-'));
  store = openSqliteStore(folder);
  const clock = testClock();
  log = new EventLog(store, clock, silentLogger);
  webhooks = new Webhooks(store, clock);
  for (const id of ['a', 'b'] as DeviceId[])
    store.devices.put({
      id,
      state: { name: 'disconnected', reason: 'created' },
      sessionFolder: id,
      createdAt: 0,
    });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const happen = (deviceId = 'a', change: Partial<NewEvent> = {}) =>
  log.append({
    type: 'session.restored',
    deviceId: deviceId as DeviceId,
    payload: { retired: 1 },
    ...change,
  } as NewEvent);

describe('a webhook', () => {
  it('is made with a secret that is shown once and never again', () => {
    const { secret, ...shown } = webhooks.create({ url });
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(shown).toEqual({
      id: expect.any(String),
      url,
      format: 'wharf',
      isEnabled: true,
      createdAt: 1_000_000,
      waiting: 0,
      deadLetters: 0,
    });
    const given = webhooks.create({ url, secret: 'a secret of the caller' });
    expect(given).not.toHaveProperty('secret');
    const seen = JSON.stringify([webhooks.list(), webhooks.get(shown.id), webhooks.update(shown.id, {})]);
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain('a secret of the caller');
    expect(
      webhooks
        .records()
        .map((record) => record.secret)
        .toSorted(),
    ).toEqual([secret, 'a secret of the caller'].toSorted());
  });

  it('waits for what happens from its creation on, also while nobody delivers', () => {
    happen();
    const { id } = webhooks.create({ url, deviceId: 'a', types: ['session.restored'] });
    happen();
    happen('b');
    expect(webhooks.get(id).waiting).toBe(1);
  });

  it('changes what is said, drops a filter that is null, and is tried again at once', () => {
    const { id } = webhooks.create({ url, types: ['message'], chats: ['+1 555 0009 000'] });
    expect(webhooks.get(id).chats).toEqual(['15550009000@s.whatsapp.net']);
    webhooks.putOutage(id, {
      seq: 1,
      since: 0,
      attempts: 3,
      nextAttemptAt: 9e9,
      error: 'HTTP 500',
      isGeneral: false,
    });
    const changed = webhooks.update(id, { types: null, format: 'gowa' });
    expect(changed).toMatchObject({ format: 'gowa', chats: ['15550009000@s.whatsapp.net'] });
    expect(changed).not.toHaveProperty('types');
    expect(changed.outage).toEqual({ since: 0, attempts: 3, nextAttemptAt: 1_000_000, error: 'HTTP 500' });
  });

  it('goes with its device, with its cursor and its dead letters', () => {
    const { id } = webhooks.create({ url, deviceId: 'a' });
    const general = webhooks.create({ url });
    for (const device of ['a', 'b'])
      webhooks.bury(general.id, happen(device), { attempts: 1, error: 'HTTP 500' });
    store.devices.delete('a' as DeviceId);
    expect(webhooks.list().map((each) => each.id)).toEqual([general.id]);
    expect(store.cursors.get(webhookConsumer(id))).toBeUndefined();
    expect(webhooks.listDeadLetters(general.id).map(({ event }) => event.deviceId)).toEqual(['b']);
    webhooks.delete(general.id);
    expect(store.cursors.get(webhookConsumer(general.id))).toBeUndefined();
  });

  it.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'https://name:word@example.com' }, 'url'],
    [{ url, types: ['nonsense'] }, 'types.0'],
    [{ url, chats: ['nobody'] }, 'chats.0'],
    [{ url, secret: 'short' }, 'secret'],
    [{ url, nonsense: 1 }, 'nonsense'],
    [{ url, deviceId: '../x' }, 'deviceId'],
  ])('is refused as %o', (request, option) => {
    expect(() => webhooks.create(request as never)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', details: { option } }),
    );
    expect(webhooks.list()).toEqual([]);
  });

  it('is refused for a device that is not there, and not found under another ID', () => {
    expect(() => webhooks.create({ url, deviceId: 'c' })).toThrow(
      expect.objectContaining({ code: 'DEVICE_NOT_FOUND' }),
    );
    for (const ask of [
      () => webhooks.get('x'),
      () => webhooks.update('x', {}),
      () => webhooks.delete('x'),
      () => webhooks.listDeadLetters('x'),
      () => webhooks.dropDeadLetters('x'),
    ])
      expect(ask).toThrow(expect.objectContaining({ code: 'WEBHOOK_NOT_FOUND' }));
  });
});

describe('dead letters', () => {
  it('are filed once each, listed in pages, and dropped one by one or all', () => {
    const { id } = webhooks.create({ url });
    const events = [happen(), happen(), happen()];
    for (const event of [...events, ...events]) webhooks.bury(id, event, { attempts: 2, error: 'HTTP 500' });
    const [first, ...others] = webhooks.listDeadLetters(id);
    expect(others.map(({ event }) => event)).toEqual(events.slice(1));
    expect(first).toMatchObject({ event: events[0], attempts: 2, error: 'HTTP 500', diedAt: 1_000_000 });
    expect(webhooks.listDeadLetters(id, { after: first?.id ?? 0, limit: 1 })).toEqual(others.slice(0, 1));
    expect(webhooks.dropDeadLetters(id, first?.id)).toBe(1);
    expect(() => webhooks.dropDeadLetters(id, first?.id)).toThrow(
      expect.objectContaining({ code: 'DEAD_LETTER_NOT_FOUND' }),
    );
    expect(webhooks.dropDeadLetters(id)).toBe(2);
    expect(webhooks.get(id).deadLetters).toBe(0);
  });
});

describe('the secrets of webhooks', () => {
  it('are on no disk in plain when the storage is encrypted', () => {
    const encrypted = join(folder, 'encrypted');
    const sealed = openSqliteStore(encrypted, { key: new Uint8Array(32).fill(7) });
    const { secret = '' } = new Webhooks(sealed, testClock()).create({ url });
    const files = ['wharf.db', 'wharf.db-wal'].map((name) => readFileSync(join(encrypted, name)));
    sealed.close();
    expect(secret).toHaveLength(64);
    for (const file of files) expect(file.includes(secret)).toBe(false);
  });
});

describe('a filter by chat', () => {
  const group = '120363000000000001@g.us' as Jid;
  const vera = '15550009@s.whatsapp.net' as Jid;
  const about = (chat: Jid) =>
    happen('a', { type: 'message.delivery', payload: { messageId: 'M' as never, chat, delivery: 'read' } });

  it.each([
    [{}, [true, true, true]],
    [{ chats: [vera] }, [false, true, true]],
    [{ chats: ['@g.us'] }, [true, false, true]],
    [{ ignoredChats: ['@g.us'] }, [false, true, true]],
    [{ chats: [vera, group], ignoredChats: [vera] }, [true, false, true]],
  ])('%o lets a group, a person and what is about no chat pass: %o', (filter, expected) => {
    const events = [about(group), about(vera), happen()].flatMap(({ seq }) =>
      store.events.getAfter(seq - 1, {}, 1),
    );
    expect(events.map((event) => passes(filter, event))).toEqual(expected);
  });
});
