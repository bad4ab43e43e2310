import { statSync } from 'node:fs';
import type { Database } from './database.js';

/** Where a session keeps which file it was in when it was last opened. */
export const FILE_MARK = { type: 'wharf', id: 'file' };

/** Tells a file from every copy of it, also after it was renamed: its number in the file system, and when that was given out. */
export function fileMark(path: string): string {
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  return `${ino} ${birthtimeNs}`;
}

/** Lets the copy of a session take the place of its original without being taken for one that was restored. */
export function forgetFileMark(session: Database): void {
  session.prepare('DELETE FROM keys WHERE type = ? AND id = ?').run(FILE_MARK.type, FILE_MARK.id);
}
