import type { Account, DeviceState } from '../../types/device.js';
import type { DeviceId } from '../../types/ids.js';
import type { DeviceRecord, DeviceRepository } from '../store.js';
import type { Database } from './database.js';

interface Row {
  id: DeviceId;
  name: string | null;
  state: string;
  account: string | null;
  session_folder: string;
  created_at: number;
}

function fromRow(row: Row): DeviceRecord {
  const record: DeviceRecord = {
    id: row.id,
    state: JSON.parse(row.state) as DeviceState,
    sessionFolder: row.session_folder,
    createdAt: row.created_at,
  };
  if (row.name !== null) record.name = row.name;
  if (row.account !== null) record.account = JSON.parse(row.account) as Account;
  return record;
}

export function sqliteDevices(db: Database): Omit<DeviceRepository, 'forget'> {
  const put = db.prepare(
    `INSERT INTO devices (id, name, state, account, session_folder, created_at)
     VALUES (:id, :name, :state, :account, :sessionFolder, :createdAt)
     ON CONFLICT (id) DO UPDATE SET name = :name, state = :state, account = :account, session_folder = :sessionFolder`,
  );
  const get = db.prepare<[string], Row>('SELECT * FROM devices WHERE id = ?');
  const getAll = db.prepare<[], Row>('SELECT * FROM devices ORDER BY created_at, id');
  const remove = db.prepare('DELETE FROM devices WHERE id = ?');
  const getSettings = db.prepare<[string], string>('SELECT settings FROM devices WHERE id = ?').pluck();
  const putSettings = db.prepare('UPDATE devices SET settings = ? WHERE id = ?');
  return {
    put(device) {
      put.run({
        id: device.id,
        name: device.name ?? null,
        state: JSON.stringify(device.state),
        account: device.account ? JSON.stringify(device.account) : null,
        sessionFolder: device.sessionFolder,
        createdAt: device.createdAt,
      });
    },
    get(id) {
      const row = get.get(id);
      return row && fromRow(row);
    },
    getAll: () => getAll.all().map(fromRow),
    getSettings: (id) => (getSettings.get(id) as string | undefined) ?? '{}',
    putSettings(id, settings) {
      putSettings.run(settings, id);
    },
    delete(id) {
      remove.run(id);
    },
  };
}
