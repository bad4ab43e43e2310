import { randomUUID } from 'node:crypto';
import type { EventType, WharfEvent } from '../../events/events.js';
import type { DeviceId, Jid } from '../../types/ids.js';
import type { CursorRepository, EventRepository } from '../store.js';
import type { Database } from './database.js';

interface Row {
  seq: number;
  id: string;
  device: DeviceId;
  jid: Jid | null;
  type: EventType;
  at: number;
  payload: string;
}

function fromRow({ seq, id, device, jid, type, at, payload }: Row): WharfEvent {
  const header = { seq, id, deviceId: device, at, ...(jid === null ? {} : { jid }) };
  return { ...header, type, payload: JSON.parse(payload) } as WharfEvent;
}

export function sqliteEvents(db: Database): EventRepository {
  const append = db.prepare(
    `INSERT INTO events (id, device, jid, type, at, payload) VALUES (:id, :device, :jid, :type, :at, :payload)`,
  );
  const getAfter = db.prepare<unknown[], Row>(
    `SELECT * FROM events
     WHERE seq > :after AND (:device IS NULL OR device = :device)
       AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
     ORDER BY seq LIMIT :limit`,
  );
  const range = db.prepare<[], { prunedSeq: number; lastSeq: number }>(
    `SELECT (SELECT seq FROM pruned_events) AS prunedSeq,
            coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS lastSeq`,
  );
  const oldest = db.prepare<[], { seq: number; at: number }>(
    'SELECT seq, at FROM events ORDER BY seq LIMIT 1',
  );
  const lastBefore = db
    .prepare<[number, number], number>(
      'SELECT max(seq) FROM (SELECT seq, at FROM events ORDER BY seq LIMIT ?) WHERE at < ?',
    )
    .pluck();
  const prune = db.prepare('DELETE FROM events WHERE seq <= ?');
  const notePruned = db.prepare('UPDATE pruned_events SET seq = max(seq, ?)');
  return {
    append(event, at) {
      const id = randomUUID();
      const { lastInsertRowid } = append.run({
        id,
        device: event.deviceId,
        jid: event.jid ?? null,
        type: event.type,
        at,
        payload: JSON.stringify(event.payload),
      });
      return { ...event, seq: Number(lastInsertRowid), id, at };
    },
    getAfter: (afterSeq, filter, limit) =>
      getAfter
        .all({
          after: afterSeq,
          device: filter.deviceId ?? null,
          types: filter.types ? JSON.stringify(filter.types) : null,
          limit,
        })
        .map(fromRow),
    range: () => range.get() ?? { prunedSeq: 0, lastSeq: 0 },
    prune({ before, count, limit }) {
      const first = oldest.get();
      if (!first) return;
      const { lastSeq } = range.get() as { lastSeq: number };
      const tooMany = Math.min(lastSeq - count, first.seq + limit - 1);
      // The others are looked at only when the oldest one says that there is something to find.
      const tooOld = first.at < before ? (lastBefore.get(limit, before) as number) : 0;
      const seq = Math.max(tooMany, tooOld);
      if (seq < first.seq) return;
      prune.run(seq);
      notePruned.run(seq);
    },
  };
}

export function sqliteCursors(db: Database): CursorRepository {
  const get = db.prepare<[string], number>('SELECT seq FROM cursors WHERE consumer = ?').pluck();
  const put = db.prepare(
    `INSERT INTO cursors (consumer, seq, confirmed_at) VALUES (?, ?, ?)
     ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq, confirmed_at = excluded.confirmed_at`,
  );
  const remove = db.prepare('DELETE FROM cursors WHERE consumer = ?');
  return {
    get: (consumer) => get.get(consumer) as number | undefined,
    put(consumer, seq, at) {
      put.run(consumer, seq, at);
    },
    delete(consumer) {
      remove.run(consumer);
    },
  };
}
