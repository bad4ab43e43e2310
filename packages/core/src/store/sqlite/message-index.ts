import { textOf } from '../../types/content.js';
import type { Message } from '../../types/message.js';
import type { Database } from './database.js';
import { scopeWords, searchWords } from './search-words.js';

/** So many messages are put into the index together. */
const BATCH = 500;

/** A message as it is stored: its number, and JSON. */
export interface StoredMessage {
  seq: number;
  message: string;
}

interface Row extends StoredMessage {
  account: number;
}

/**
 * What messages are found by: their words, their chat and who wrote them.
 *
 * They are put into the index many messages at a time, when there are enough or somebody asks.
 * The index writes a part of its own in each transaction and has to merge them all later: message by message that would cost
 * more than all the rest of storing.
 */
export interface MessageIndex {
  /** Notes that a message is to be put in. */
  add(seq: number): void;
  /** Notes that it is to be put in anew. */
  change(seq: number): void;
  /** The messages of an account that a question finds, as they are stored: the newest first, those below `before`. */
  find(account: number, query: string, before: number, limit: number): StoredMessage[];
  /** The oldest of them. */
  findOldest(account: number, query: string): StoredMessage | undefined;
}

export function messageIndex(db: Database): MessageIndex {
  const note = db.prepare('INSERT OR IGNORE INTO unindexed_messages (seq) VALUES (?)');
  const forget = db.prepare('DELETE FROM message_search WHERE rowid = ?');
  const waiting = db.prepare<[], Row>(
    'SELECT seq, account, message FROM unindexed_messages CROSS JOIN messages USING (seq) ORDER BY seq',
  );
  const isAnyWaiting = db.prepare('SELECT 1 FROM unindexed_messages LIMIT 1');
  const clear = db.prepare('DELETE FROM unindexed_messages');
  const put = db.prepare('INSERT INTO message_search (rowid, scope, words) VALUES (?, ?, ?)');
  const find = db.prepare<[string, number, number, number], StoredMessage>(searchSql);
  const findOldest = db.prepare<[string, number, number, number], StoredMessage>(
    searchSql.replace('rowid DESC', 'rowid ASC'),
  );
  let noted = (db.prepare('SELECT count(*) FROM unindexed_messages').pluck().get() as number) ?? 0;

  const catchUp = db.transaction(() => {
    for (const { seq, account, message: text } of waiting.all()) {
      const { chat, sender, content, isRevoked } = JSON.parse(text) as Message;
      const scope = scopeWords({ account, chat, from: sender.jid });
      // What an edit says is found in the message that it changes; what was taken back is not found.
      const isFound = !isRevoked && content.kind !== 'edit';
      put.run(seq, scope.join(' '), isFound ? searchWords(textOf(content)) : '');
    }
    clear.run();
    noted = 0;
  });
  const add = (seq: number) => {
    note.run(seq);
    noted += 1;
    if (noted >= BATCH) catchUp();
  };
  return {
    add,
    change(seq) {
      forget.run(seq);
      add(seq);
    },
    find(account, query, before, limit) {
      if (isAnyWaiting.get()) catchUp.immediate();
      return find.all(query, before, account, limit);
    },
    findOldest(account, query) {
      if (isAnyWaiting.get()) catchUp.immediate();
      return findOldest.get(query, Number.MAX_SAFE_INTEGER, account, 1);
    },
  };
}

/** What is asked while somebody waits: a test sees to it that the index gives it in order. */
export const searchSql = `
  SELECT seq, message FROM message_search CROSS JOIN messages ON seq = message_search.rowid
  WHERE message_search MATCH ? AND message_search.rowid < ? AND account = ? ORDER BY message_search.rowid DESC LIMIT ?`;
