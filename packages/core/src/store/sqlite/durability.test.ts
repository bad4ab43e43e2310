import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openManager } from '../../open-manager.js';
import type { Durability } from '../../types/durability.js';

/** How SQLite says it: 1 leaves the time of writing to the system, 2 waits for the disk at every commit. */
const NORMAL = 1;
const FULL = 2;

/** The settings of every database that a manager with a device in its login has opened, by file name. */
async function settingsOf(durability?: Durability) {
  const storage = mkdtempSync(join(tmpdir(), 'wharf-durability-'));
  const prepare = vi.spyOn(Sqlite.prototype, 'prepare');
  onTestFinished(() => {
    prepare.mockRestore();
    rmSync(storage, { recursive: true, force: true });
  });
  const manager = await openManager({
    storage,
    // Nobody listens there: the session is opened all the same.
    endpoint: { ws: 'ws://127.0.0.1:9/ws/chat', noiseRootPublicKey: '00'.repeat(32) },
    ...(durability && { durability }),
  });
  await manager.createDevice({ id: 'shop' });
  await manager.loginDevice('shop');
  const opened = new Set(prepare.mock.contexts as Sqlite.Database[]);
  const settings = [...opened]
    // A lock is a file, too, and holds nothing.
    .filter((db) => db.open && db.name.endsWith('.db'))
    .map((db) => [
      basename(db.name),
      db.pragma('journal_mode', { simple: true }),
      db.pragma('synchronous', { simple: true }),
    ]);
  await manager.close();
  return settings;
}

describe('durability', () => {
  it('waits for the disk, in every file, when power may fail', async () => {
    expect(await settingsOf('power')).toEqual([
      ['wharf.db', 'wal', FULL],
      ['session.db', 'wal', FULL],
    ]);
  });

  it.each([undefined, 'process'] as const)('does not wait for it by default (%s)', async (durability) => {
    expect(await settingsOf(durability)).toEqual([
      ['wharf.db', 'wal', NORMAL],
      ['session.db', 'wal', NORMAL],
    ]);
  });

  it('is one of the two', async () => {
    await expect(
      openManager({ storage: tmpdir(), durability: 'eternal' as Durability }),
    ).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'durability' },
    });
  });
});
