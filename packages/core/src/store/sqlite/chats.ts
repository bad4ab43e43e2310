import type { Jid } from '../../types/ids.js';
import type { Chat, ChatRepository, StoredChat } from '../store.js';
import type { Database } from './database.js';

interface Row {
  jid: Jid;
  name: string | null;
  last_message_at: number;
  heard_at?: number | null;
  is_in_use?: 0 | 1;
  unread: number;
}

function fromRow({ jid, name, last_message_at: lastMessageAt, unread: unreadCount }: Row): StoredChat {
  return { jid, ...(name === null ? {} : { name }), lastMessageAt, unreadCount };
}

export function sqliteChats(db: Database): (account: number) => ChatRepository {
  const touch = db.prepare(
    `INSERT INTO chats (account, jid, name, last_message_at, heard_at, is_in_use, unread)
     VALUES (:account, :jid, :name, :lastMessageAt, :heardAt, :isInUse, :news)
     ON CONFLICT (account, jid) DO UPDATE SET
       name = coalesce(:name, name), last_message_at = max(last_message_at, :lastMessageAt),
       heard_at = max(coalesce(heard_at, :heardAt), coalesce(:heardAt, heard_at)), is_in_use = max(is_in_use, :isInUse),
       unread = iif(:isSeen, 0, unread + :news)`,
  );
  const use = db.prepare('UPDATE chats SET is_in_use = 1 WHERE account = ? AND jid = ? AND is_in_use = 0');
  const getAll = db.prepare<[number, number, string, number], Row>(chatsSql);
  const get = db.prepare<[number, string], Row>('SELECT * FROM chats WHERE account = ? AND jid = ?');
  const putUnread = db.prepare('UPDATE chats SET unread = ? WHERE account = ? AND jid = ? AND unread <> ?');
  const countRead = db.prepare(
    'UPDATE chats SET unread = unread - 1 WHERE account = ? AND jid = ? AND unread > 0',
  );
  const remove = db.prepare('DELETE FROM chats WHERE account = ? AND jid = ?');
  return (account) => {
    const put = (
      { jid, name, lastMessageAt }: Chat,
      heardAt: number | null,
      isInUse: 0 | 1,
      news: number,
      isSeen: 0 | 1,
    ) => touch.run({ account, jid, name: name ?? null, lastMessageAt, heardAt, isInUse, news, isSeen });
    return {
      touch(chat, passed, isPast = false) {
        const isIn = passed === 'in';
        const heardAt = isIn ? chat.lastMessageAt : null;
        put(chat, heardAt, passed ? 1 : 0, isIn && !isPast ? 1 : 0, passed === 'out' && !isPast ? 1 : 0);
      },
      putUnread(jid, count) {
        putUnread.run(count, account, jid, count);
      },
      countRead(jid) {
        countRead.run(account, jid);
      },
      use(jid) {
        use.run(account, jid);
      },
      getUse(jid) {
        const row = get.get(account, jid);
        const heardAt = row?.heard_at ?? undefined;
        return { isInUse: row?.is_in_use === 1, ...(heardAt === undefined ? {} : { heardAt }) };
      },
      getAll(limit, before) {
        // The name comes after the time: two chats may have been used at the same one.
        const jid = typeof before === 'string' ? before : '';
        const at =
          typeof before === 'string'
            ? (get.get(account, before)?.last_message_at ?? 0)
            : (before ?? Number.MAX_SAFE_INTEGER);
        return getAll.all(account, at, jid, limit).map(fromRow);
      },
      get(jid) {
        const row = get.get(account, jid);
        return row && fromRow(row);
      },
      delete(jid) {
        remove.run(account, jid);
      },
      move(from, to) {
        const row = get.get(account, from);
        if (!row) return;
        put({ ...fromRow(row), jid: to }, row.heard_at ?? null, row.is_in_use ?? 0, row.unread, 0);
        remove.run(account, from);
      },
    };
  };
}

/** What is asked while somebody waits: a test sees to it that it has its index. */
export const chatsSql = `
  SELECT jid, name, last_message_at, unread FROM chats WHERE account = ? AND (last_message_at, jid) < (?, ?)
  ORDER BY last_message_at DESC, jid DESC LIMIT ?`;
