import type { Jid, MessageId } from '../../types/ids.js';
import type { OutboxState } from '../../types/message.js';
import type { OutboxEntry, OutboxRepository } from '../store.js';
import type { Database } from './database.js';

interface Row {
  id: MessageId;
  chat: Jid;
  text: string;
  state: OutboxState;
  queued_at: number;
  expires_at: number;
  changed_at: number;
  idempotency_key: string | null;
  error_code: string | null;
}

function fromRow(row: Row): OutboxEntry {
  const entry: OutboxEntry = {
    messageId: row.id,
    chat: row.chat,
    text: row.text,
    state: row.state,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
  };
  if (row.state === 'sent') entry.sentAt = row.changed_at;
  if (row.idempotency_key !== null) entry.idempotencyKey = row.idempotency_key;
  if (row.error_code !== null) entry.errorCode = row.error_code;
  return entry;
}

export function sqliteOutbox(db: Database): (account: number) => OutboxRepository {
  const put = db.prepare(
    `INSERT INTO outbox (account, id, chat, text, state, queued_at, expires_at, changed_at, idempotency_key)
     VALUES (:account, :messageId, :chat, :text, :state, :queuedAt, :expiresAt, :queuedAt, :idempotencyKey)`,
  );
  const get = db.prepare<[number, string], Row>('SELECT * FROM outbox WHERE account = ? AND id = ?');
  const getByKey = db.prepare<[number, string], Row>(
    'SELECT * FROM outbox WHERE account = ? AND idempotency_key = ?',
  );
  const getAll = db.prepare<unknown[], Row>(
    `SELECT * FROM outbox
     WHERE account = :account AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
     ORDER BY seq DESC LIMIT :limit`,
  );
  const getExpired = db.prepare<[number, number], Row>(
    `SELECT * FROM outbox WHERE account = ? AND state = 'queued' AND expires_at <= ? ORDER BY seq`,
  );
  const nextExpiry = db
    .prepare<[number], number>(`SELECT min(expires_at) FROM outbox WHERE account = ? AND state = 'queued'`)
    .pluck();
  const claim = db.prepare<{ account: number; now: number }, Row>(
    `UPDATE outbox SET state = 'sending' WHERE seq = (
       SELECT seq FROM outbox AS candidate
       WHERE account = :account AND state = 'queued' AND expires_at > :now AND NOT EXISTS (
         SELECT 1 FROM outbox AS busy
         WHERE busy.account = :account AND busy.state = 'sending' AND busy.chat = candidate.chat)
       ORDER BY seq LIMIT 1)
     RETURNING *`,
  );
  const putState = db.prepare(
    `UPDATE outbox SET state = :state, changed_at = :at, error_code = :errorCode
     WHERE account = :account AND id = :id`,
  );
  const requeue = db.prepare(`UPDATE outbox SET state = 'queued' WHERE account = ? AND state = 'sending'`);
  const count = db
    .prepare<[number, string], number>('SELECT count(*) FROM outbox WHERE account = ? AND state = ?')
    .pluck();
  return (account) => ({
    put(entry) {
      put.run({ account, ...entry, idempotencyKey: entry.idempotencyKey ?? null });
    },
    get(id) {
      const row = get.get(account, id);
      return row && fromRow(row);
    },
    getByKey(key) {
      const row = getByKey.get(account, key);
      return row && fromRow(row);
    },
    getAll: (limit, states) =>
      getAll.all({ account, limit, states: states ? JSON.stringify(states) : null }).map(fromRow),
    getExpired: (now) => getExpired.all(account, now).map(fromRow),
    nextExpiry: () => (nextExpiry.get(account) as number | null) ?? undefined,
    claim(now) {
      const row = claim.get({ account, now });
      return row && fromRow(row);
    },
    putState(id, state, at, errorCode) {
      putState.run({ account, id, state, at, errorCode: errorCode ?? null });
    },
    requeue() {
      requeue.run(account);
    },
    count: (state) => count.get(account, state) as number,
  });
}
