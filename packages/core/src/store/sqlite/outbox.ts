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
  changed_at: number;
  error_code: string | null;
}

function fromRow(row: Row): OutboxEntry {
  const entry: OutboxEntry = {
    messageId: row.id,
    chat: row.chat,
    text: row.text,
    state: row.state,
    queuedAt: row.queued_at,
  };
  if (row.state === 'sent') entry.sentAt = row.changed_at;
  if (row.error_code !== null) entry.errorCode = row.error_code;
  return entry;
}

export function sqliteOutbox(db: Database): (account: number) => OutboxRepository {
  const put = db.prepare(
    `INSERT INTO outbox (account, id, chat, text, state, queued_at, changed_at)
     VALUES (:account, :messageId, :chat, :text, :state, :queuedAt, :queuedAt)`,
  );
  const get = db.prepare<[number, string], Row>('SELECT * FROM outbox WHERE account = ? AND id = ?');
  const claim = db.prepare<[number, number], Row>(
    `UPDATE outbox SET state = 'sending' WHERE seq = (
       SELECT seq FROM outbox AS candidate
       WHERE account = ? AND state = 'queued' AND NOT EXISTS (
         SELECT 1 FROM outbox AS busy
         WHERE busy.account = ? AND busy.state = 'sending' AND busy.chat = candidate.chat)
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
    put({ messageId, chat, text, state, queuedAt }) {
      put.run({ account, messageId, chat, text, state, queuedAt });
    },
    get(id) {
      const row = get.get(account, id);
      return row && fromRow(row);
    },
    claim() {
      const row = claim.get(account, account);
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
