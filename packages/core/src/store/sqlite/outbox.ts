import type { Jid, MessageId } from '../../types/ids.js';
import type { Delivery, OutboxState } from '../../types/message.js';
import type { OutgoingContent } from '../../types/outgoing.js';
import { type Pace, paces } from '../../types/pacing-settings.js';
import type { OutboxEntry, OutboxRepository } from '../store.js';
import type { Database } from './database.js';

interface Row {
  id: MessageId;
  chat: Jid;
  content: string;
  audience: string | null;
  state: OutboxState;
  queued_at: number;
  expires_at: number;
  changed_at: number;
  idempotency_key: string | null;
  error_code: string | null;
  attempts: number;
  not_before: number;
  pace: string | null;
  delivery: Delivery | null;
}

function fromRow(row: Row): OutboxEntry {
  const entry: OutboxEntry = {
    messageId: row.id,
    chat: row.chat,
    content: JSON.parse(row.content) as OutgoingContent,
    state: row.state,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
    notBefore: row.not_before,
  };
  if (row.state === 'sent') entry.sentAt = row.changed_at;
  if (row.audience !== null) entry.audience = JSON.parse(row.audience) as Jid[];
  if (row.pace !== null) entry.pace = row.pace;
  if (row.delivery !== null) entry.delivery = row.delivery;
  if (row.idempotency_key !== null) entry.idempotencyKey = row.idempotency_key;
  if (row.error_code !== null) entry.errorCode = row.error_code;
  return entry;
}

const ITEM = `SELECT outbox.*, (
  SELECT delivery FROM messages INDEXED BY messages_by_id
  WHERE messages.account = outbox.account AND messages.id = outbox.id AND delivery IS NOT NULL
) AS delivery FROM outbox`;

const nextTurnSql = (pace: string) =>
  `SELECT not_before FROM outbox WHERE account = :account AND state = 'queued' AND pace = '${pace}' ORDER BY not_before LIMIT 1`;

const OPEN = `FROM outbox WHERE account = :account AND state IN ('queued', 'sending')`;

/** The statements that must stay quick however long the queue is; a test looks at their plans. */
export const outboxStatements = {
  claim: `UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE seq = (
       SELECT seq FROM outbox
       WHERE account = :account AND state = 'queued' AND pace = :pace AND not_before <= :now AND expires_at > :now
       ORDER BY not_before, seq LIMIT 1)
     RETURNING *, NULL AS delivery`,
  nextTurns: `SELECT ${paces.map((pace) => `(${nextTurnSql(pace)}) AS ${pace}`).join(', ')}`,
  isTurnFree: `SELECT pace IS NULL FROM outbox
     WHERE account = :account AND chat = :chat AND state IN ('queued', 'sending') ORDER BY seq LIMIT 1`,
  getOpen: `SELECT *, NULL AS delivery FROM outbox
     WHERE account = :account AND chat = :chat AND state IN ('queued', 'sending') ORDER BY seq LIMIT :limit`,
  hasOpen: `SELECT 1 FROM outbox WHERE account = :account AND chat = :chat AND state IN ('queued', 'sending') LIMIT 1`,
  getExpired: `${ITEM} WHERE account = :account AND state = 'queued' AND expires_at <= :now ORDER BY expires_at`,
  nextExpiry: `SELECT expires_at FROM outbox
     WHERE account = :account AND state = 'queued' ORDER BY expires_at LIMIT 1`,
  backlog: `SELECT (SELECT count(*) ${OPEN}) AS depth,
       (SELECT queued_at FROM outbox WHERE seq = (SELECT min(seq) ${OPEN})) AS oldestAt`,
  getAll: `${ITEM} WHERE account = :account AND (:before IS NULL OR seq < (SELECT seq FROM outbox WHERE account = :account AND id = :before))
       AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
     ORDER BY seq DESC LIMIT :limit`,
};

export function sqliteOutbox(db: Database): (account: number) => OutboxRepository {
  const put = db.prepare(
    `INSERT INTO outbox (account, id, chat, content, audience, state, queued_at, expires_at, changed_at, idempotency_key, attempts, not_before, pace)
     VALUES (:account, :messageId, :chat, :content, :audience, :state, :queuedAt, :expiresAt, :queuedAt, :idempotencyKey, :attempts, :notBefore, :pace)`,
  );
  const get = db.prepare<[number, string], Row>(`${ITEM} WHERE account = ? AND id = ?`);
  const getByKey = db.prepare<[number, string], Row>(`${ITEM} WHERE account = ? AND idempotency_key = ?`);
  const getAll = db.prepare<unknown[], Row>(outboxStatements.getAll);
  const isTurnFree = db.prepare<{ account: number; chat: Jid }, number>(outboxStatements.isTurnFree).pluck();
  const getOpen = db.prepare<{ account: number; chat: Jid; limit: number }, Row>(outboxStatements.getOpen);
  const hasOpen = db.prepare<{ account: number; chat: Jid }, number>(outboxStatements.hasOpen);
  const getExpired = db.prepare<{ account: number; now: number }, Row>(outboxStatements.getExpired);
  const nextExpiry = db.prepare<{ account: number }, number>(outboxStatements.nextExpiry).pluck();
  const claim = db.prepare<{ account: number; now: number; pace: string }, Row>(outboxStatements.claim);
  const nextTurns = db.prepare<{ account: number }, Record<Pace, number | null>>(outboxStatements.nextTurns);
  const countAhead = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM (
         SELECT 1 FROM outbox WHERE account = :account AND state = 'queued' AND pace = :pace
           AND (not_before, seq) < (:notBefore, (SELECT seq FROM outbox WHERE account = :account AND id = :messageId))
         LIMIT 1000)`,
    )
    .pluck();
  const putTurn = db.prepare(
    'UPDATE outbox SET pace = :pace, not_before = :notBefore WHERE account = :account AND id = :id',
  );
  const takeAlong = db.prepare(
    `UPDATE outbox SET state = 'sending', attempts = attempts + 1, pace = ?
     WHERE account = ? AND id = ? AND state = 'queued'`,
  );
  const leaveBehind = db.prepare(
    `UPDATE outbox SET state = 'queued', attempts = attempts - 1, pace = NULL
     WHERE account = ? AND id = ? AND state = 'sending'`,
  );
  const putState = db.prepare<unknown[], Pick<Row, 'chat' | 'content'>>(
    `UPDATE outbox SET state = :state, changed_at = :at, error_code = :errorCode, pace = NULL
     WHERE account = :account AND id = :id RETURNING chat, content`,
  );
  const putContent = db.prepare('UPDATE outbox SET content = ? WHERE account = ? AND id = ?');
  const getState = db
    .prepare<[number, string], OutboxState>('SELECT state FROM outbox WHERE account = ? AND id = ?')
    .pluck();
  const putBack = db.prepare(
    `UPDATE outbox SET state = 'queued', pace = :pace, not_before = :notBefore, error_code = :errorCode
     WHERE account = :account AND id = :id AND state = 'sending'`,
  );
  const requeue = db.prepare(
    `UPDATE outbox SET state = 'queued', pace = ? WHERE account = ? AND state = 'sending'`,
  );
  const hurry = db.prepare(
    `UPDATE outbox SET not_before = :now
     WHERE account = :account AND state = 'queued' AND attempts = 0 AND not_before > :now`,
  );
  const endQueued = db.prepare(
    `UPDATE outbox SET state = :state, changed_at = :at, error_code = :errorCode, pace = NULL
     WHERE account = :account AND id = :id AND state = 'queued'`,
  );
  const count = db
    .prepare<[number, string], number>('SELECT count(*) FROM outbox WHERE account = ? AND state = ?')
    .pluck();
  const backlog = db.prepare<{ account: number }, { depth: number; oldestAt: number | null }>(
    outboxStatements.backlog,
  );
  const getPacing = db.prepare<[number], string>('SELECT state FROM pacing WHERE account = ?').pluck();
  const putPacing = db.prepare(
    'INSERT INTO pacing (account, state) VALUES (:account, :state) ON CONFLICT (account) DO UPDATE SET state = :state',
  );
  return (account) => ({
    put(entry) {
      put.run({
        account,
        ...entry,
        content: JSON.stringify(entry.content),
        audience: entry.audience ? JSON.stringify(entry.audience) : null,
        idempotencyKey: entry.idempotencyKey ?? null,
        pace: entry.pace ?? null,
      });
    },
    get(id) {
      const row = get.get(account, id);
      return row && fromRow(row);
    },
    getByKey(key) {
      const row = getByKey.get(account, key);
      return row && fromRow(row);
    },
    getAll: ({ limit, states, before }) =>
      getAll
        .all({ account, limit, before: before ?? null, states: states ? JSON.stringify(states) : null })
        .map(fromRow),
    isTurnFree: (chat) => isTurnFree.get({ account, chat }) === 1,
    getOpen: (chat, limit) => getOpen.all({ account, chat, limit }).map(fromRow),
    hasOpen: (chat) => hasOpen.get({ account, chat }) !== undefined,
    getExpired: (now) => getExpired.all({ account, now }).map(fromRow),
    nextExpiry: () => nextExpiry.get({ account }) as number | undefined,
    putTurn(id, pace, notBefore) {
      putTurn.run({ account, id, pace, notBefore });
    },
    claim(now, pace) {
      const row = claim.get({ account, now, pace });
      return row && fromRow(row);
    },
    takeAlong(id, pace) {
      takeAlong.run(pace, account, id);
    },
    leaveBehind(id) {
      leaveBehind.run(account, id);
    },
    nextTurns() {
      const row = nextTurns.get({ account });
      return Object.fromEntries(
        Object.entries(row ?? {}).flatMap(([pace, at]) => (at === null ? [] : [[pace, at]])),
      );
    },
    countAhead: ({ messageId, pace, notBefore }) =>
      countAhead.get({ account, messageId, pace, notBefore }) as number,
    putState(id, state, at, errorCode) {
      const row = putState.get({ account, id, state, at, errorCode: errorCode ?? null });
      return row && { chat: row.chat, content: JSON.parse(row.content) as OutgoingContent };
    },
    putContent(id, content) {
      putContent.run(JSON.stringify(content), account, id);
    },
    getState: (id) => getState.get(account, id) as OutboxState | undefined,
    endQueued: (id, state, at, errorCode) =>
      endQueued.run({ account, id, state, at, errorCode: errorCode ?? null }).changes > 0,
    putBack(id, pace, notBefore, errorCode) {
      putBack.run({ account, id, pace, notBefore, errorCode });
    },
    requeue(pace) {
      requeue.run(pace, account);
    },
    hurry(now) {
      hurry.run({ account, now });
    },
    backlog() {
      const { depth = 0, oldestAt = null } = backlog.get({ account }) ?? {};
      return { depth, ...(oldestAt === null ? {} : { oldestAt }) };
    },
    count: (state) => count.get(account, state) as number,
    getPacing: () => getPacing.get(account) as string | undefined,
    putPacing(state) {
      putPacing.run({ account, state });
    },
  });
}
