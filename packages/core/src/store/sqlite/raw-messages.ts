import type { MessageId } from '../../types/ids.js';
import type { RawMessageRepository } from '../message-extras.js';
import type { Database } from './database.js';

export function sqliteRawMessages(db: Database): (account: number) => RawMessageRepository {
  const put = db.prepare(
    `INSERT OR REPLACE INTO raw_messages (seq, raw)
     SELECT seq, :raw FROM messages INDEXED BY messages_by_id WHERE account = :account AND id = :id AND chat = :chat`,
  );
  const get = db
    .prepare<[number, string], Buffer>(
      `SELECT raw FROM messages INDEXED BY messages_by_id CROSS JOIN raw_messages USING (seq) WHERE account = ? AND id = ?`,
    )
    .pluck();
  return (account) => ({
    put({ id, chat }, raw) {
      put.run({ account, id, chat, raw });
    },
    get: (id: MessageId) => get.get(account, id) as Buffer | undefined,
  });
}
