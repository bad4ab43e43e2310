import { join } from 'node:path';
import type { SessionStore } from '../store.js';
import type { Database } from './database.js';
import { FILE_MARK, fileMark } from './file-mark.js';

const GENERATION = { type: 'wharf', id: 'generation' };
/** Where a session keeps that it is older than it should be, until its keys are renewed. */
export const RESTORED = { type: 'wharf', id: 'restored' };

/**
 * Numbers the openings of each session, in `wharf.db` and in `session.db`, so that an older copy of either is noticed; and marks
 * the file, so that a copy of both is.
 *
 * @returns what notes that a session was opened; it is marked as restored when it is older than when it was last opened, or a copy
 */
export function sqliteGenerations(db: Database): (folder: string, session: SessionStore) => void {
  const get = db.prepare<[string], { last: number; next: number }>(
    'SELECT last, next FROM session_generations WHERE folder = ?',
  );
  const put = db.prepare(
    `INSERT INTO session_generations (folder, last, next) VALUES (?, ?, ?)
     ON CONFLICT (folder) DO UPDATE SET last = excluded.last, next = excluded.next`,
  );
  return (folder, session) => {
    const found = Number(session.get(GENERATION.type, [GENERATION.id]).get(GENERATION.id) ?? 0);
    const known = get.get(folder) ?? { last: found, next: found };
    const next = Math.max(known.next, found) + 1;
    // Announced before it is written, so that a process that dies in between leaves nothing to wonder about.
    put.run(folder, found, next);
    const mark = fileMark(join(session.folder, 'session.db'));
    const lastMark = session.get(FILE_MARK.type, [FILE_MARK.id]).get(FILE_MARK.id) ?? mark;
    const isRestored = found < known.last || mark !== lastMark;
    session.set([
      { ...GENERATION, value: String(next) },
      { ...FILE_MARK, value: mark },
      ...(isRestored ? [{ ...RESTORED, value: String(known.last - found) }] : []),
    ]);
    session.flush();
    put.run(folder, next, next);
  };
}
