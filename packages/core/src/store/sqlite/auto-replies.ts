import type { AutoReplyRepository, ChatReplies } from '../auto-replies.js';
import type { Database } from './database.js';

export function sqliteAutoReplies(db: Database): (account: number) => AutoReplyRepository {
  const get = db
    .prepare<unknown[], string>('SELECT replies FROM auto_replies WHERE account = ? AND chat = ?')
    .pluck();
  const put = db.prepare(
    `INSERT INTO auto_replies (account, chat, replies) VALUES (?, ?, ?)
     ON CONFLICT (account, chat) DO UPDATE SET replies = excluded.replies`,
  );
  return (account) => ({
    get(chat) {
      const text = get.get(account, chat) as string | undefined;
      return text === undefined ? undefined : (JSON.parse(text) as ChatReplies);
    },
    put(chat, replies) {
      put.run(account, chat, JSON.stringify(replies));
    },
  });
}
