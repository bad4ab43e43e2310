import type { MessageId } from '../../types/ids.js';
import type { WantedMediaRepository } from '../media.js';
import type { Database } from './database.js';

export function sqliteWantedMedia(db: Database): (account: number) => WantedMediaRepository {
  const put = db.prepare('INSERT OR IGNORE INTO wanted_media (account, id) VALUES (?, ?)');
  const getDue = db.prepare<unknown[], { id: MessageId; attempts: number }>(
    'SELECT id, attempts FROM wanted_media WHERE account = ? AND not_before <= ? ORDER BY not_before, seq LIMIT ?',
  );
  const nextAt = db
    .prepare<unknown[], number | null>(
      'SELECT min(not_before) FROM wanted_media WHERE account = ? AND not_before > ?',
    )
    .pluck();
  const putBack = db.prepare(
    'UPDATE wanted_media SET attempts = attempts + 1, not_before = :notBefore WHERE account = :account AND id = :id',
  );
  const hurry = db.prepare('UPDATE wanted_media SET not_before = 0 WHERE account = ? AND not_before > 0');
  const remove = db.prepare('DELETE FROM wanted_media WHERE account = ? AND id = ?');
  return (account) => ({
    put(id) {
      put.run(account, id);
    },
    getDue: (now, limit) => getDue.all(account, now, limit),
    nextAt: (now) => (nextAt.get(account, now) as number | null) ?? undefined,
    putBack(id, notBefore) {
      putBack.run({ account, id, notBefore });
    },
    hurry() {
      hurry.run(account);
    },
    delete(id) {
      remove.run(account, id);
    },
  });
}
