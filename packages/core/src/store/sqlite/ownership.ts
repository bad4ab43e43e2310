import type { DeviceId } from '../../types/ids.js';
import type { Command, CommandRepository, OwnerRepository, Wish, WishRepository } from '../store.js';
import type { Database } from './database.js';

export function sqliteOwners(db: Database): OwnerRepository {
  const getAll = db.prepare<[], { device: DeviceId; instance: string }>('SELECT * FROM owners');
  const put = db.prepare(
    `INSERT INTO owners (device, instance) VALUES (?, ?)
     ON CONFLICT (device) DO UPDATE SET instance = excluded.instance`,
  );
  const remove = db.prepare('DELETE FROM owners WHERE device = ? AND instance = ?');
  return {
    getAll: () => new Map(getAll.all().map(({ device, instance }) => [device, instance])),
    put(device, instance) {
      put.run(device, instance);
    },
    delete(device, instance) {
      remove.run(device, instance);
    },
  };
}

export function sqliteWishes(db: Database): WishRepository {
  const getAll = db.prepare<[], Wish>(
    'SELECT device, instance, rank, step FROM wishes ORDER BY device, rank DESC, seq',
  );
  const put = db.prepare(
    `INSERT INTO wishes (device, instance, rank, step) VALUES (:device, :instance, :rank, :step)
     ON CONFLICT (device, instance) DO UPDATE SET rank = excluded.rank, step = excluded.step`,
  );
  const remove = db.prepare('DELETE FROM wishes WHERE device = ? AND instance = ?');
  const removeAll = db.prepare('DELETE FROM wishes WHERE instance = ?');
  return {
    getAll: () => getAll.all(),
    put(wish) {
      put.run(wish);
    },
    delete(device, instance) {
      remove.run(device, instance);
    },
    deleteAll(instance) {
      removeAll.run(instance);
    },
  };
}

export function sqliteCommands(db: Database): CommandRepository {
  const put = db.prepare(
    'INSERT INTO commands (device, action, input, at) VALUES (:device, :action, :input, :at)',
  );
  const getOpen = db.prepare<[], Command & { input: string | null }>(
    `SELECT id, device, action, input, at FROM commands WHERE step = 'asked' ORDER BY id`,
  );
  const claim = db.prepare(`UPDATE commands SET step = 'begun' WHERE id = ? AND step = 'asked'`);
  const answer = db.prepare(`UPDATE commands SET step = 'answered', error_code = ?, result = ? WHERE id = ?`);
  const getAnswer = db.prepare<[number], { errorCode: string | null; result: string | null }>(
    `SELECT error_code AS errorCode, result FROM commands WHERE id = ? AND step = 'answered'`,
  );
  const remove = db.prepare('DELETE FROM commands WHERE id = ?');
  return {
    put: (command) => Number(put.run({ input: null, ...command }).lastInsertRowid),
    getOpen: () =>
      getOpen.all().map(({ input, ...command }) => (input === null ? command : { ...command, input })),
    claim: (id) => claim.run(id).changes > 0,
    answer(id, { errorCode, result }) {
      answer.run(errorCode ?? null, result ?? null, id);
    },
    getAnswer(id) {
      const row = getAnswer.get(id);
      if (!row) return undefined;
      const { errorCode, result } = row;
      return { ...(errorCode === null ? {} : { errorCode }), ...(result === null ? {} : { result }) };
    },
    delete(id) {
      remove.run(id);
    },
  };
}
