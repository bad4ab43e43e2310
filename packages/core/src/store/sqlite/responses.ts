import type { Jid } from '../../types/ids.js';
import type { ResponseContent } from '../../types/response.js';
import type { ResponseRepository } from '../message-extras.js';
import type { Database } from './database.js';

interface Row {
  sender: Jid;
  content: string;
  at: number;
}

export function sqliteResponses(db: Database): (account: number) => ResponseRepository {
  const put = db.prepare(
    `INSERT INTO responses (account, target, kind, sender, content, at)
     VALUES (:account, :target, :kind, :sender, :content, :at)
     ON CONFLICT (account, target, kind, sender) DO UPDATE SET content = excluded.content, at = excluded.at
     WHERE excluded.at >= at`,
  );
  const getOf = db.prepare<[number, string], Row>(
    'SELECT sender, content, at FROM responses WHERE account = ? AND target = ? ORDER BY at',
  );
  const move = db.prepare(
    'UPDATE OR REPLACE responses SET sender = :to WHERE account = :account AND sender = :from',
  );
  return (account) => ({
    put(sender, content, at) {
      const row = { target: content.target.id, kind: content.kind, content: JSON.stringify(content) };
      put.run({ account, sender, at, ...row });
    },
    getOf: (target) =>
      getOf.all(account, target).map(({ sender, content, at }) => ({
        sender,
        content: JSON.parse(content) as ResponseContent,
        at,
      })),
    move(from, to) {
      move.run({ account, from, to });
    },
  });
}
