import type { WaitingAnswer, WaitingAnswerRepository } from '../message-extras.js';
import type { Database } from './database.js';

/** So many wait for each account; what most of them wait for will never come. */
const MOST = 1_000;

type Row = Omit<WaitingAnswer, 'isTold'> & { is_told: 0 | 1 };

export function sqliteWaitingAnswers(db: Database): (account: number) => WaitingAnswerRepository {
  const put = db.prepare(
    'INSERT OR IGNORE INTO waiting_answers (account, target, id, is_told) VALUES (?, ?, ?, ?)',
  );
  const prune = db.prepare(
    `DELETE FROM waiting_answers WHERE seq IN
     (SELECT seq FROM waiting_answers WHERE account = ? ORDER BY seq DESC LIMIT -1 OFFSET ?)`,
  );
  const take = db.prepare<unknown[], Row>(
    'DELETE FROM waiting_answers WHERE account = ? AND target = ? RETURNING id, is_told',
  );
  return (account) => ({
    put(target, { id, isTold }) {
      put.run(account, target, id, isTold ? 1 : 0);
      prune.run(account, MOST);
    },
    take: (target) => take.all(account, target).map((row) => ({ id: row.id, isTold: row.is_told === 1 })),
  });
}
