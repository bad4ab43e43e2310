import type { Person } from '../../types/message.js';
import type { ContactRepository } from '../store.js';
import type { Database } from './database.js';

export function sqliteContacts(db: Database): (account: number) => ContactRepository {
  const put = db.prepare(
    `INSERT INTO contacts (account, jid, lid, person) VALUES (:account, :jid, :lid, :person)
     ON CONFLICT (account, jid) DO UPDATE SET lid = coalesce(:lid, lid), person = :person`,
  );
  const select = (condition: string) =>
    db.prepare<unknown[], string>(`SELECT person FROM contacts WHERE account = ? AND ${condition}`).pluck();
  const get = select('jid = ?');
  const getByLid = select('lid = ? AND jid <> lid');
  const getAll = select('true ORDER BY jid');
  const remove = db.prepare('DELETE FROM contacts WHERE account = ? AND jid = ?');
  const parse = (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as Person) : undefined);
  return (account) => ({
    put(person) {
      const before = get.get(account, person.jid) as string | undefined;
      const after = JSON.stringify(before === undefined ? person : { ...JSON.parse(before), ...person });
      // Mostly nothing is new; then nothing is written.
      if (after === before) return false;
      put.run({ account, jid: person.jid, lid: person.lid ?? null, person: after });
      return true;
    },
    get: (jid) => parse(get.get(account, jid)),
    getByLid: (lid) => parse(getByLid.get(account, lid)),
    delete(jid) {
      remove.run(account, jid);
    },
    getAll: () => getAll.all(account).flatMap((text) => parse(text) ?? []),
  });
}
