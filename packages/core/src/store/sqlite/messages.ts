import type { Jid, MessageId } from '../../types/ids.js';
import type { Delivery, Message, Person } from '../../types/message.js';
import { changed } from '../../types/message-change.js';
import type { MessageRepository } from '../store.js';
import type { Database } from './database.js';
import { messageIndex, type StoredMessage } from './message-index.js';
import { messageSeq, seqBefore } from './message-seq.js';
import { scopeQuery, searchQuery } from './search-words.js';
import { waitingChanges } from './waiting-changes.js';

const parseMessage = (text: string): Message => JSON.parse(text) as Message;
const textOf = ({ message }: { message: string }): Message => parseMessage(message);

/** Delivery only moves forward in this order: what was given up and got through all the same did get through. */
const DELIVERY_ORDER: Delivery[] = ['pending', 'error', 'server', 'delivered', 'read', 'played'];

/** Left to itself, SQLite reads all messages of the account. */
const BY_ID = 'FROM messages INDEXED BY messages_by_id WHERE account = ? AND id = ?';

/** The end of the numbers of messages. */
const NEWEST = Number.MAX_SAFE_INTEGER;

export function sqliteMessages(db: Database): (account: number) => MessageRepository {
  const seqAt = messageSeq(db);
  const isThere = db.prepare<unknown[], number>(
    `SELECT 1 FROM messages WHERE account = :account AND id = :id AND chat = :chat AND sender IN (:sender, :lid)`,
  );
  const isAnyAwaited = db.prepare(
    'SELECT 1 FROM undecryptable_messages UNION ALL SELECT 1 FROM waiting_changes LIMIT 1',
  );
  const waiting = waitingChanges(db);
  const put = db.prepare(
    `INSERT INTO messages (seq, account, chat, id, sender, message, delivery)
     VALUES (:seq, :account, :chat, :id, :sender, :message, :delivery)`,
  );
  const index = messageIndex(db);
  const get = db.prepare<[number, string], string>(`SELECT message ${BY_ID}`).pluck();
  const seqOf = db.prepare<[number, string], number>(`SELECT seq ${BY_ID}`).pluck();
  const putDelivery = db
    .prepare<unknown[], Jid>(
      `UPDATE messages INDEXED BY messages_by_id SET delivery = :delivery
       WHERE account = :account AND id = :id AND instr(:earlier, delivery || ' ') > 0 RETURNING chat`,
    )
    .pluck();
  const getDelivery = db
    .prepare<[number, string], Delivery>(`SELECT delivery ${BY_ID} AND delivery IS NOT NULL`)
    .pluck();
  const find = db.prepare<[number, string], StoredMessage>(`SELECT seq, message ${BY_ID}`);
  const rewriteText = db.prepare('UPDATE messages SET message = ? WHERE seq = ?');
  const putConfirmed = db.prepare(
    `UPDATE messages INDEXED BY messages_by_id SET delivery = :what
     WHERE account = :account AND id = :id AND delivery IS NOT 'played'`,
  );
  const putContent = db.prepare(
    `UPDATE messages INDEXED BY messages_by_id SET message = json_set(message, '$.content', json(:content))
     WHERE account = :account AND id = :id`,
  );
  const putUndecryptable = db.prepare(
    `INSERT OR IGNORE INTO undecryptable_messages (account, id, chat, sender)
     VALUES (:account, :id, :chat, :sender)`,
  );
  const removeUndecryptable = db.prepare(
    'DELETE FROM undecryptable_messages WHERE account = ? AND id = ? AND chat = ?',
  );
  const rewrite = db.prepare(
    'UPDATE OR IGNORE messages SET chat = :chat, sender = :sender, message = :message WHERE seq = :seq',
  );
  const remove = db.prepare('DELETE FROM messages WHERE seq = ?');
  const removeById = db.prepare(`DELETE ${BY_ID}`);

  return (account) => {
    const boundOf = (before: number | MessageId | undefined): number => {
      if (before === undefined) return NEWEST;
      if (typeof before === 'number') return seqBefore(before);
      return (seqOf.get(account, before) as number | undefined) ?? 0;
    };
    const keyOf = ({ id, chat, sender }: Pick<Message, 'id' | 'chat' | 'sender'>) => ({
      account,
      id,
      chat,
      sender: sender.jid,
      lid: sender.lid ?? sender.jid,
    });
    return {
      put(message, delivery) {
        const key = keyOf(message);
        if (isThere.get(key)) return false;
        const seq = seqAt(message.at);
        put.run({ ...key, seq, message: JSON.stringify(message), delivery: delivery ?? null });
        index.add(seq);
        if (!isAnyAwaited.get()) return true;
        removeUndecryptable.run(account, message.id, message.chat);
        for (const change of waiting.take(account, message.id, message.chat)) this.change(change);
        return true;
      },
      get(id) {
        const text = get.get(account, id) as string | undefined;
        return text === undefined ? undefined : parseMessage(text);
      },
      getOfChat: (chat, limit, before) =>
        index.find(account, scopeQuery({ account, chat }), boundOf(before), limit).map(textOf),
      getOldest(chat) {
        const oldest = index.findOldest(account, scopeQuery({ account, chat }));
        return oldest && textOf(oldest);
      },
      search({ text, chat, from, before, limit }) {
        const query = searchQuery({ account, chat, from }, text);
        if (query === undefined) return [];
        return index.find(account, query, boundOf(before), limit).map(textOf);
      },
      putDelivery(id: MessageId, delivery) {
        const earlier = DELIVERY_ORDER.slice(0, DELIVERY_ORDER.indexOf(delivery)).join(' ').concat(' ');
        return putDelivery.get({ account, id, delivery, earlier }) as Jid | undefined;
      },
      change(change) {
        const row = find.get(account, change.target);
        if (!row) return waiting.put(account, change);
        const message = changed(parseMessage(row.message), change);
        if (!message) return;
        rewriteText.run(JSON.stringify(message), row.seq);
        index.change(row.seq);
      },
      putConfirmed(id, what) {
        putConfirmed.run({ account, id, what });
      },
      getDelivery: (id) => getDelivery.get(account, id) as Delivery | undefined,
      putContent(id, content) {
        putContent.run({ account, id, content: JSON.stringify(content) });
      },
      putUndecryptable(message) {
        const key = keyOf(message);
        return !isThere.get(key) && putUndecryptable.run(key).changes > 0;
      },
      delete(id) {
        removeById.run(account, id);
      },
      clear(chat) {
        for (const { seq } of index.find(account, scopeQuery({ account, chat }), NEWEST, NEWEST))
          remove.run(seq);
      },
      move(lid: Jid, person: Person) {
        waiting.move(account, lid, person.jid);
        const filed = index.find(account, scopeQuery({ account, chat: lid }), NEWEST, NEWEST);
        for (const { seq, message: text } of filed) {
          const message = parseMessage(text);
          message.chat = person.jid;
          if (message.sender.jid === lid) message.sender = { ...message.sender, ...person };
          const { chat, sender } = message;
          const row = { seq, chat, sender: sender.jid, message: JSON.stringify(message) };
          // One that came under both addresses is there already.
          if (rewrite.run(row).changes === 0) remove.run(seq);
          else index.change(seq);
        }
      },
    };
  };
}
