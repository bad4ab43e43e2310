import type { EventType } from '../../events/events.js';
import { ALL_DEVICES } from '../../events/events.js';
import type { DeviceId } from '../../types/ids.js';
import {
  type DeadLetter,
  type WebhookOutage,
  type WebhookRecord,
  type WebhookRepository,
  webhookConsumer,
} from '../webhooks.js';
import type { Database } from './database.js';

interface Row {
  id: string;
  device: DeviceId | null;
  settings: string;
  secret: string;
  created_at: number;
}

interface LetterRow {
  id: number;
  event: string;
  attempts: number;
  error: string;
  died_at: number;
}

const fromRow = ({ id, device, settings, secret, created_at: createdAt }: Row): WebhookRecord => ({
  ...JSON.parse(settings),
  id,
  ...(device === null ? {} : { deviceId: device }),
  secret,
  createdAt,
});

const fromLetter = ({ id, event, attempts, error, died_at: diedAt }: LetterRow): DeadLetter => ({
  id,
  event: JSON.parse(event),
  attempts,
  error,
  diedAt,
});

export function sqliteWebhooks(db: Database): WebhookRepository {
  const put = db.prepare(
    `INSERT INTO webhooks (id, device, settings, secret, created_at) VALUES (:id, :device, :settings, :secret, :createdAt)
     ON CONFLICT (id) DO UPDATE SET device = excluded.device, settings = excluded.settings, secret = excluded.secret`,
  );
  const get = db.prepare<[string], Row>('SELECT * FROM webhooks WHERE id = ?');
  const getAll = db.prepare<[], Row>('SELECT * FROM webhooks ORDER BY created_at, id');
  const remove = db.prepare('DELETE FROM webhooks WHERE id = ?');
  const getOutage = db.prepare<[string], string | null>('SELECT outage FROM webhooks WHERE id = ?').pluck();
  const putOutage = db.prepare('UPDATE webhooks SET outage = ? WHERE id = ?');
  // A webhook or a device may have been deleted meanwhile: then nobody asks for the letter any more.
  const bury = db.prepare(
    `INSERT OR IGNORE INTO dead_letters (webhook, device, seq, event, attempts, error, died_at)
     SELECT id, :device, :seq, :event, :attempts, :error, :diedAt FROM webhooks
     WHERE id = :webhook AND (:device IS NULL OR EXISTS (SELECT 1 FROM devices WHERE devices.id = :device))`,
  );
  const letters = db.prepare<unknown[], LetterRow>(
    `SELECT id, event, attempts, error, died_at FROM dead_letters
     WHERE webhook = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const count = db.prepare<[string], number>('SELECT count(*) FROM dead_letters WHERE webhook = ?').pluck();
  const putFailure = db.prepare('UPDATE dead_letters SET attempts = attempts + 1, error = ? WHERE id = ?');
  const removeLetters = db.prepare(
    'DELETE FROM dead_letters WHERE webhook = :webhook AND (:id IS NULL OR id = :id)',
  );
  const waiting = db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM events
       WHERE seq > coalesce((SELECT seq FROM cursors WHERE consumer = :consumer), 0)
         AND (:device IS NULL OR device = :device)
         AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))`,
    )
    .pluck();

  const find = (id: string): WebhookRecord | undefined => {
    const row = get.get(id);
    return row && fromRow(row);
  };
  return {
    put({ id, deviceId, secret, createdAt, ...settings }) {
      put.run({ id, device: deviceId ?? null, settings: JSON.stringify(settings), secret, createdAt });
    },
    get: find,
    getAll: () => getAll.all().map(fromRow),
    delete(id) {
      remove.run(id);
    },
    getOutage(id) {
      const text = getOutage.get(id);
      return text ? (JSON.parse(text) as WebhookOutage) : undefined;
    },
    putOutage(id, outage) {
      putOutage.run(outage ? JSON.stringify(outage) : null, id);
    },
    bury(webhook, { event, ...letter }) {
      const device = event.deviceId === ALL_DEVICES ? null : event.deviceId;
      bury.run({ ...letter, webhook, device, seq: event.seq, event: JSON.stringify(event) });
    },
    getDeadLetters: (id, { after, limit }) => letters.all(id, after, limit).map(fromLetter),
    countDeadLetters: (id) => count.get(id) as number,
    putFailure(letterId, error) {
      putFailure.run(error, letterId);
    },
    deleteDeadLetters: (id, letterId) => removeLetters.run({ webhook: id, id: letterId ?? null }).changes,
    countWaiting(id) {
      const webhook = find(id);
      if (!webhook) return 0;
      const types: EventType[] | undefined = webhook.types;
      return waiting.get({
        consumer: webhookConsumer(id),
        device: webhook.deviceId ?? null,
        types: types ? JSON.stringify(types) : null,
      }) as number;
    },
  };
}
