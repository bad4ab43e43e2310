import type { Jid, MessageId } from '../../types/ids.js';
import type { Delivery, Message, Person } from '../../types/message.js';
import type { Chat, ChatRepository, ContactRepository, MessageRepository } from '../store.js';
import type { Database } from './database.js';

const parseMessage = (text: string): Message => JSON.parse(text) as Message;

/** Delivery only moves forward in this order: what was given up and got through all the same did get through. */
const DELIVERY_ORDER: Delivery[] = ['pending', 'error', 'server', 'delivered', 'read', 'played'];

/** Left to itself, SQLite reads all messages of the account. */
const BY_ID = 'FROM messages INDEXED BY messages_by_id WHERE account = ? AND id = ?';

export function sqliteMessages(db: Database): (account: number) => MessageRepository {
  const put = db.prepare(
    `INSERT OR IGNORE INTO messages (account, chat, id, sender, at, message, delivery)
     VALUES (:account, :chat, :id, :sender, :at, :message, :delivery)`,
  );
  const get = db.prepare<[number, string], string>(`SELECT message ${BY_ID}`).pluck();
  const getOfChat = db
    .prepare<[number, string, number], string>(
      'SELECT message FROM messages WHERE account = ? AND chat = ? ORDER BY at DESC LIMIT ?',
    )
    .pluck();
  const putDelivery = db.prepare(
    `UPDATE messages INDEXED BY messages_by_id SET delivery = :delivery
     WHERE account = :account AND id = :id AND delivery IN (SELECT value FROM json_each(:earlier))`,
  );
  const getDelivery = db
    .prepare<[number, string], Delivery>(`SELECT delivery ${BY_ID} AND delivery IS NOT NULL`)
    .pluck();
  const hasExchanged = db
    .prepare<[number, string], number>(
      `SELECT EXISTS (SELECT 1 FROM messages INDEXED BY messages_by_time
       WHERE account = ? AND chat = ? AND (delivery IS NULL OR delivery NOT IN ('pending', 'error')))`,
    )
    .pluck();
  return (account) => ({
    put(message, delivery) {
      const { changes } = put.run({
        account,
        chat: message.chat,
        id: message.id,
        sender: message.sender.jid,
        at: message.at,
        message: JSON.stringify(message),
        delivery: delivery ?? null,
      });
      return changes > 0;
    },
    get(id) {
      const text = get.get(account, id) as string | undefined;
      return text === undefined ? undefined : parseMessage(text);
    },
    getOfChat: (chat, limit) => (getOfChat.all(account, chat, limit) as string[]).map(parseMessage),
    putDelivery(id: MessageId, delivery) {
      const earlier = DELIVERY_ORDER.slice(0, DELIVERY_ORDER.indexOf(delivery));
      return putDelivery.run({ account, id, delivery, earlier: JSON.stringify(earlier) }).changes > 0;
    },
    getDelivery: (id) => getDelivery.get(account, id) as Delivery | undefined,
    hasExchanged: (chat) => hasExchanged.get(account, chat) === 1,
  });
}

export function sqliteChats(db: Database): (account: number) => ChatRepository {
  const touch = db.prepare(
    `INSERT INTO chats (account, jid, name, last_message_at, heard_at)
     VALUES (:account, :jid, :name, :lastMessageAt, :heardAt)
     ON CONFLICT (account, jid) DO UPDATE SET
       name = coalesce(:name, name), last_message_at = max(last_message_at, :lastMessageAt),
       heard_at = max(coalesce(heard_at, :heardAt), coalesce(:heardAt, heard_at))`,
  );
  const getAll = db.prepare<[number, number], { jid: Jid; name: string | null; last_message_at: number }>(
    'SELECT jid, name, last_message_at FROM chats WHERE account = ? ORDER BY last_message_at DESC LIMIT ?',
  );
  const getHeardAt = db
    .prepare<[number, string], number | null>('SELECT heard_at FROM chats WHERE account = ? AND jid = ?')
    .pluck();
  return (account) => ({
    touch({ jid, name, lastMessageAt }, heardAt) {
      touch.run({ account, jid, name: name ?? null, lastMessageAt, heardAt: heardAt ?? null });
    },
    getHeardAt: (chat) => (getHeardAt.get(account, chat) as number | null) ?? undefined,
    getAll: (limit) =>
      getAll.all(account, limit).map(({ jid, name, last_message_at: lastMessageAt }): Chat => {
        return name === null ? { jid, lastMessageAt } : { jid, name, lastMessageAt };
      }),
  });
}

export function sqliteContacts(db: Database): (account: number) => ContactRepository {
  const put = db.prepare(
    `INSERT INTO contacts (account, jid, lid, person) VALUES (:account, :jid, :lid, :person)
     ON CONFLICT (account, jid) DO UPDATE SET lid = coalesce(:lid, lid), person = json_patch(person, :person)`,
  );
  const select = (condition: string) =>
    db.prepare<unknown[], string>(`SELECT person FROM contacts WHERE account = ? AND ${condition}`).pluck();
  const get = select('jid = ?');
  const getByLid = select('lid = ? AND jid <> lid');
  const getAll = select('true ORDER BY jid');
  const parse = (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as Person) : undefined);
  return (account) => ({
    put(person) {
      put.run({ account, jid: person.jid, lid: person.lid ?? null, person: JSON.stringify(person) });
    },
    get: (jid) => parse(get.get(account, jid)),
    getByLid: (lid) => parse(getByLid.get(account, lid)),
    getAll: () => getAll.all(account).flatMap((text) => parse(text) ?? []),
  });
}
