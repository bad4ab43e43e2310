import { randomUUID } from 'node:crypto';
import { addressIn } from '../../events/addressing.js';
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

/** So many hidden addresses are at hand. */
const LIDS_AT_HAND = 1_000;

/** The hidden addresses of people, as the account of an event knows them. */
function knownLids(db: Database): (event: Row, jid: Jid) => Jid | undefined {
  const find = db
    .prepare<unknown[], Jid>(
      `SELECT lid FROM accounts JOIN contacts ON account = accounts.id
       WHERE device = ? AND accounts.jid = ? AND contacts.jid = ?`,
    )
    .pluck();
  const atHand = new Map<string, Jid>();
  return ({ device, jid: own }, jid) => {
    const key = `${device} ${own} ${jid}`;
    const known = atHand.get(key) ?? (find.get(device, own, jid) as Jid | null | undefined);
    if (!known) return undefined;
    if (atHand.size >= LIDS_AT_HAND) atHand.clear();
    atHand.set(key, known);
    return known;
  };
}

export function sqliteEvents(db: Database): EventRepository {
  const lidOf = knownLids(db);
  const fromRow = (row: Row): WharfEvent => {
    const { seq, id, device: deviceId, jid, type, at } = row;
    const payload = JSON.parse(row.payload) as WharfEvent['payload'];
    const header = { seq, id, deviceId, at, ...(jid === null ? {} : { jid }) };
    return { ...header, ...addressIn(payload, (of) => lidOf(row, of)), type, payload } as WharfEvent;
  };
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
