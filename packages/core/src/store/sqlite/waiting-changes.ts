import type { Jid, MessageId } from '../../types/ids.js';
import type { MessageChange } from '../../types/message-change.js';
import type { Database } from './database.js';

/** Changes whose message has not come yet: the latest of each kind by each person. */
export interface WaitingChanges {
  put(account: number, change: MessageChange): void;
  /** Those for a message, the oldest first; they wait no longer. */
  take(account: number, target: MessageId, chat: Jid): MessageChange[];
  /** Two addresses turn out to be one person's. */
  move(account: number, from: Jid, to: Jid): void;
}

type Row = Omit<MessageChange, 'text'> & { text: string | null };

export function waitingChanges(db: Database): WaitingChanges {
  const put = db.prepare(
    `INSERT INTO waiting_changes (account, target, chat, sender, is_edit, text, at)
     VALUES (:account, :target, :chat, :by, :isEdit, :text, :at)
     ON CONFLICT (account, target, chat, sender, is_edit) DO UPDATE SET text = excluded.text, at = excluded.at
     WHERE excluded.at >= at`,
  );
  const take = db.prepare<unknown[], Row>(
    `DELETE FROM waiting_changes WHERE account = ? AND target = ? AND chat = ?
     RETURNING target, chat, sender AS "by", text, at`,
  );
  const move = db.prepare(
    `UPDATE OR REPLACE waiting_changes SET chat = iif(chat = :from, :to, chat), sender = iif(sender = :from, :to, sender)
     WHERE account = :account AND (chat = :from OR sender = :from)`,
  );
  return {
    put(account, change) {
      const { text } = change;
      put.run({ account, ...change, text: text ?? null, isEdit: text === undefined ? 0 : 1 });
    },
    take: (account, target, chat) =>
      take
        .all(account, target, chat)
        .map((row) => ({ ...row, text: row.text ?? undefined }))
        .toSorted((one, other) => one.at - other.at),
    move(account, from, to) {
      move.run({ account, from, to });
    },
  };
}
