import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import type { WharfEvent } from './events.js';
import { EventLog } from './log.js';

let folder: string;
let store: Store;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-log-'));
  open();
});
afterEach(async () => {
  await log.close();
  store.close();
  rmSync(folder, { recursive: true });
});

function open(): void {
  store = openSqliteStore(folder);
  log = new EventLog(store, systemClock, silentLogger);
  for (const id of ['a', 'b'] as DeviceId[]) {
    if (!store.devices.get(id)) {
      store.devices.put({
        id,
        state: { name: 'disconnected', reason: 'created' },
        sessionFolder: id,
        createdAt: 0,
      });
    }
  }
}

const append = (deviceId: string, reason: 'created' | 'stopped' = 'created') =>
  log.append({
    type: 'device.state',
    deviceId: deviceId as DeviceId,
    payload: {
      state: { name: 'disconnected', reason },
      previous: { name: 'disconnected', reason: 'created' },
    },
  });

/** A consumer that keeps what it got and can be waited for. */
function reader(options: { name: string; deviceId?: string; startAt?: 'now' | 'beginning' }) {
  const seqs: number[] = [];
  const events: WharfEvent[] = [];
  let look: () => void = () => undefined;
  const consumer = log.consume(options, (event) => {
    seqs.push(event.seq);
    events.push(event);
    look();
  });
  const count = (wanted: number) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (seqs.length >= wanted) resolve();
      };
      look();
    });
  return { consumer, seqs, events, count };
}

describe('the event log', () => {
  it('hands over in order, from the beginning when asked to', async () => {
    const numbers = [append('a'), append('b'), append('a')].map(({ seq }) => seq);
    const all = reader({ name: 'all', startAt: 'beginning' });
    await all.count(3);
    expect(all.seqs).toEqual(numbers);
  });

  it('begins with what is new when a consumer is new', async () => {
    append('a');
    const late = reader({ name: 'late' });
    // The cursor of a new consumer is set when it begins to run.
    await Promise.resolve();
    const { seq } = append('a');
    await late.count(1);
    expect(late.seqs).toEqual([seq]);
  });

  it('gives a consumer only the device it asked for', async () => {
    append('a');
    const { seq } = append('b');
    const b = reader({ name: 'b', deviceId: 'b', startAt: 'beginning' });
    await b.count(1);
    expect(b.seqs).toEqual([seq]);
  });

  it('goes on at the cursor after a restart, and gives an event again that was not confirmed', async () => {
    const [first, second] = [append('a'), append('a')];
    const failing = new Promise<void>((resolve) => {
      log.consume({ name: 'c', startAt: 'beginning' }, ({ seq }) => {
        if (seq === second.seq) {
          resolve();
          throw new Error('the process died here');
        }
      });
    });
    await failing;
    await log.close();
    store.close();
    open();
    const again = reader({ name: 'c' });
    await again.count(1);
    expect(again.seqs).toEqual([second.seq]);
    expect(first.seq).toBeLessThan(second.seq);
  });

  it('offers an event again to a handler that throws, and nothing after it before', async () => {
    const first = append('a');
    append('a');
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      log.consume({ name: 'c', startAt: 'beginning' }, ({ seq }) => {
        seen.push(seq);
        if (seen.length === 1) throw new Error('not now');
        if (seen.length === 3) resolve();
      });
    });
    expect(seen).toEqual([first.seq, first.seq, first.seq + 1]);
  });

  it('lets one consumer of a name run at a time; the new one takes over without a repetition', async () => {
    const old = reader({ name: 'same', startAt: 'beginning' });
    append('a');
    await old.count(1);
    const young = reader({ name: 'same' });
    append('a');
    await young.count(1);
    expect(old.seqs.length + young.seqs.length).toBe(2);
  });

  it('tells a consumer that events were pruned before it read them', async () => {
    const first = append('a');
    const away = reader({ name: 'away', startAt: 'beginning' });
    await away.count(1);
    await away.consumer.stop();
    append('a');
    append('a');
    const last = append('a');
    store.events.prune({ before: 0, count: 1, limit: 100 });
    const back = reader({ name: 'away' });
    await back.count(2);
    expect(back.events[0]).toMatchObject({
      type: 'events.missed',
      payload: { fromSeq: first.seq + 1, toSeq: last.seq - 1 },
    });
    expect(back.seqs).toEqual([last.seq - 1, last.seq]);
  });

  it('reads without a name from where the caller says, and keeps no cursor', async () => {
    const numbers = [append('a'), append('a'), append('a')].map(({ seq }) => seq);
    const read = (startAt: number) =>
      new Promise<number>((resolve) => {
        log.consume({ startAt }, ({ seq }) => resolve(seq));
      });
    expect(await read(numbers[0] ?? 0)).toBe(numbers[1]);
    const beyond = read(1_000_000);
    await Promise.resolve();
    expect(await Promise.race([beyond, Promise.resolve('nothing')])).toBe('nothing');
    const next = append('a');
    expect(await beyond).toBe(next.seq);
  });

  it('does not wake readers with an event whose transaction was rolled back', async () => {
    const all = reader({ name: 'all', startAt: 'beginning' });
    expect(() =>
      store.transaction(() => {
        append('a');
        throw new Error('rolled back');
      }),
    ).toThrow();
    const { seq } = append('b');
    await all.count(1);
    expect(all.seqs).toEqual([seq]);
  });

  it('costs nobody anything when a consumer is stuck, and writes the cursor of the others down', async () => {
    const stuck = log.consume({ name: 'stuck', startAt: 'beginning' }, () => new Promise(() => undefined));
    const total = 100_000;
    store.transaction(() => {
      for (let count = 0; count < total; count += 1) append('a');
    });
    let last = 0;
    await new Promise<void>((resolve) => {
      log.consume({ name: 'quick', startAt: 'beginning' }, ({ seq }) => {
        expect(seq).toBe(last + 1);
        last = seq;
        if (seq === total) resolve();
      });
    });
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(store.cursors.get('quick')).toBe(total);
    expect(store.cursors.get('stuck')).toBe(0);
    await log.deleteConsumer('stuck');
    expect(store.cursors.get('stuck')).toBeUndefined();
    await stuck.stop();
  }, 60_000);

  it('deletes what is too old or too much in slices, the oldest first', async () => {
    store.transaction(() => {
      for (let count = 0; count < 20; count += 1) append('a');
    });
    const seqs = () => store.events.getAfter(0, {}, 100).map(({ seq }) => seq);
    store.events.prune({ before: 0, count: 5, limit: 10 });
    expect(seqs()).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    store.events.prune({ before: 0, count: 5, limit: 10 });
    expect(seqs()).toEqual([16, 17, 18, 19, 20]);
    store.events.prune({ before: 0, count: 5, limit: 10 });
    expect(seqs()).toEqual([16, 17, 18, 19, 20]);
    expect(store.events.range()).toEqual({ prunedSeq: 15, lastSeq: 20 });
    store.events.prune({ before: Date.now() + 1_000, count: 5, limit: 10 });
    expect(seqs()).toEqual([]);
  });

  it('forgets a consumer that is deleted', async () => {
    append('a');
    const first = reader({ name: 'gone', startAt: 'beginning' });
    await first.count(1);
    await log.deleteConsumer('gone');
    const second = reader({ name: 'gone', startAt: 'beginning' });
    await second.count(1);
    expect(second.seqs).toEqual(first.seqs);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'c', deviceId: '../x' }, 'deviceId'],
    [{ name: 'c', types: ['nonsense'] as never }, 'types.0'],
  ])('refuses %o and names the option', (options, option) => {
    expect(() => log.consume(options, () => undefined)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', details: { option } }),
    );
  });
});
