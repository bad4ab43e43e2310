import type { MediaFile, MediaFileRepository, MediaRepository } from '../media.js';
import type { Database } from './database.js';

interface Row {
  id: number;
  sha256: Uint8Array;
  file: string;
  key: Uint8Array;
  sizeBytes: number;
}

const COLUMNS = 'media.id, media.sha256, media.file, media.key, media.size_bytes AS sizeBytes';

/** Nothing that is held: for a message that is still to go out, say. */
const FREE = 'NOT EXISTS (SELECT 1 FROM media_uses WHERE media = media.id AND is_held)';

const bytesOf = (sha256: string): Uint8Array => Buffer.from(sha256, 'base64');
const fromRow = ({ sha256, file, key, sizeBytes }: Row): MediaFile => ({
  sha256: Buffer.from(sha256).toString('base64'),
  file,
  key,
  sizeBytes,
});

export function sqliteMedia(db: Database): (account: number) => MediaRepository {
  const add = db.prepare(
    `INSERT INTO media (sha256, file, key, size_bytes, used_at) VALUES (:sha256, :file, :key, :sizeBytes, :at)
     ON CONFLICT (sha256) DO NOTHING`,
  );
  const find = db.prepare<unknown[], Row>(`SELECT ${COLUMNS} FROM media WHERE sha256 = ?`);
  const get = db.prepare<unknown[], Row>(
    `SELECT ${COLUMNS} FROM media WHERE sha256 = ? AND id IN (SELECT media FROM media_uses WHERE account = ?)`,
  );
  const use = db.prepare(
    `INSERT INTO media_uses (account, owner, media, is_held) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, owner, media) DO UPDATE SET is_held = excluded.is_held`,
  );
  const touch = db.prepare('UPDATE media SET used_at = max(used_at, ?) WHERE id = ?');
  const release = db.prepare(
    `DELETE FROM media_uses WHERE account = :account AND owner = :owner
     AND (:sha256 IS NULL OR media = (SELECT id FROM media WHERE sha256 = :sha256))`,
  );
  const unhold = db.prepare('UPDATE media_uses SET is_held = 0 WHERE account = ? AND owner = ?');
  return (account) => ({
    put: (file, { owner, isHeld }, at) =>
      db
        .transaction(() => {
          add.run({ ...file, sha256: bytesOf(file.sha256), at });
          const row = find.get(bytesOf(file.sha256)) as Row;
          use.run(account, owner, row.id, Number(isHeld));
          touch.run(at, row.id);
          return fromRow(row);
        })
        .immediate(),
    get(sha256) {
      const row = get.get(bytesOf(sha256), account);
      return row && fromRow(row);
    },
    use: (sha256, { owner, isHeld }, at) =>
      db
        .transaction(() => {
          const row = get.get(bytesOf(sha256), account);
          if (!row) return undefined;
          use.run(account, owner, row.id, Number(isHeld));
          touch.run(at, row.id);
          return fromRow(row);
        })
        .immediate(),
    release(owner, sha256) {
      release.run({ account, owner, sha256: sha256 === undefined ? null : bytesOf(sha256) });
    },
    unhold(owner) {
      unhold.run(account, owner);
    },
  });
}

export function sqliteMediaFiles(db: Database): MediaFileRepository {
  const has = db.prepare<[string], number>('SELECT 1 FROM media WHERE file = ?').pluck();
  const total = db.prepare<[], { count: number; bytes: number }>(
    'SELECT count(*) AS count, coalesce(sum(size_bytes), 0) AS bytes FROM media',
  );
  const due = db.prepare<unknown[], Row>(
    `SELECT ${COLUMNS} FROM media
     WHERE id NOT IN (SELECT media FROM media_uses) OR (used_at < ? AND ${FREE}) LIMIT ?`,
  );
  const oldest = db.prepare<unknown[], Row>(
    `SELECT ${COLUMNS} FROM media WHERE ${FREE} ORDER BY used_at, id LIMIT ?`,
  );
  const remove = db.prepare('DELETE FROM media WHERE id = ?');
  const forget = db.prepare('DELETE FROM media WHERE file = ?');
  const getTotal = () => total.get() as { count: number; bytes: number };
  const take = (row: Row): string => {
    remove.run(row.id);
    return row.file;
  };
  return {
    has: (file) => has.get(file) !== undefined,
    getTotal,
    prune: ({ count, bytes, before }, most) =>
      db
        .transaction(() => {
          const files = due.all(before, most).map(take);
          const left = getTotal();
          if (left.count <= count && left.bytes <= bytes) return files;
          for (const row of oldest.all(most - files.length)) {
            if (left.count <= count && left.bytes <= bytes) break;
            left.count -= 1;
            left.bytes -= row.sizeBytes;
            files.push(take(row));
          }
          return files;
        })
        .immediate(),
    forget(file) {
      forget.run(file);
    },
  };
}
