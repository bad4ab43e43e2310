import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceId, Jid, MessageId } from '../../types/ids.js';
import type { OutboxRepository, Store } from '../store.js';
import { wharfMigrations } from './migrations.js';
import { outboxStatements } from './outbox.js';
import { openSqliteStore } from './store.js';

let folder: string;
let store: Store;
let outbox: OutboxRepository;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-outbox-'));
  store = openSqliteStore(folder);
  const id = 'a' as DeviceId;
  store.devices.put({
    id,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 1,
  });
  outbox = store.forDevice({ deviceId: id, jid: '1@s.whatsapp.net' as Jid }).outbox;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (id: string, chat: string, pace?: string, notBefore = 1) =>
  outbox.put({
    messageId: id as MessageId,
    chat: chat as Jid,
    content: { kind: 'text', text: id },
    state: 'queued',
    queuedAt: 1,
    expiresAt: 9,
    attempts: 0,
    notBefore,
    ...(pace && { pace }),
  });

describe('the outbox in SQLite', () => {
  it('gives out what has its turn at a pace, what has waited longest first, and counts the attempt', () => {
    put('late', 'v', 'answer', 3);
    put('behind it', 'v');
    put('early', 'w', 'answer', 2);
    put('stranger', 'x', 'stranger');
    expect(outbox.claim(2, 'answer')).toMatchObject({ messageId: 'early', state: 'sending', attempts: 1 });
    expect(outbox.claim(2, 'answer')).toBeUndefined();
    expect(outbox.nextTurns()).toMatchObject({ answer: 3 });
    expect(outbox.claim(3, 'answer')?.messageId).toBe('late');
    expect(outbox.claim(8, 'answer')).toBeUndefined();
    outbox.putState('late' as MessageId, 'sent', 4);
    expect(outbox.getOpen('v' as Jid, 1)[0]?.messageId).toBe('behind it');
    outbox.requeue('repeat');
    expect(outbox.claim(8, 'repeat')).toMatchObject({ messageId: 'early', attempts: 2 });
    expect(outbox.claim(9, 'stranger')).toBeUndefined();
  });

  it('tells how much is open, and since when', () => {
    expect(outbox.backlog()).toEqual({ depth: 0 });
    put('one', 'v', 'answer');
    put('two', 'w');
    outbox.claim(2, 'answer');
    expect(outbox.backlog()).toEqual({ depth: 2, oldestAt: 1 });
    outbox.putState('one' as MessageId, 'sent', 4);
    expect(outbox.backlog()).toEqual({ depth: 1, oldestAt: 1 });
    expect(outbox.endQueued('two' as MessageId, 'cancelled', 5)).toBe(true);
    expect(outbox.backlog()).toEqual({ depth: 0 });
  });

  it.each(Object.entries(outboxStatements))(
    'finds by index what "%s" asks for, and sorts nothing',
    (_, sql) => {
      const db = new Sqlite(':memory:');
      for (const migration of wharfMigrations) db.exec(migration);
      const values = { account: 1, now: 1, pace: 'x', chat: 'x', before: null, states: null, limit: 1 };
      const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(values);
      const steps = plan.map(({ detail }) => detail);
      expect(steps.filter((step) => /SCAN (?!json_each|CONSTANT ROW)|TEMP B-TREE/.test(step))).toEqual([]);
      expect(steps.filter((step) => /messages/.test(step) && !/messages_by_id/.test(step))).toEqual([]);
      expect(steps.some((step) => /SEARCH outbox USING (COVERING )?INDEX outbox_/.test(step))).toBe(true);
      db.close();
    },
  );
});
