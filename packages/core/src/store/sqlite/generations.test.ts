import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionStore } from '../store.js';
import { openStorage, type Storage } from './open-storage.js';
import { openSqliteSession } from './store.js';

let storage: string;
let folder: string;
beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'wharf-generations-'));
  folder = join(storage, 'sessions', 'one');
});
afterEach(() => rmSync(storage, { recursive: true, force: true }));

async function use<T>(work: (storage: Storage) => T): Promise<T> {
  const open = await openStorage(storage, { key: undefined });
  try {
    return work(open);
  } finally {
    open.store.close();
  }
}

const openOnce = () =>
  use(({ openSession }) => {
    const session = openSession(folder);
    const { isRestored } = session;
    session.close();
    return isRestored;
  });

describe('the generations of a session', () => {
  it('go on from opening to opening', async () => {
    for (let opening = 0; opening < 3; opening += 1) expect(await openOnce()).toBe(false);
  });

  it('tell an older copy, until its keys are renewed', async () => {
    await openOnce();
    cpSync(folder, join(storage, 'backup'), { recursive: true });
    await openOnce();
    rmSync(folder, { recursive: true });
    cpSync(join(storage, 'backup'), folder, { recursive: true });
    expect(await openOnce()).toBe(true);
    // Also when the process dies before it has renewed them.
    expect(await openOnce()).toBe(true);
    await use(({ openSession }) => {
      const session = openSession(folder);
      session.settleRestored();
      expect(session.isRestored).toBe(false);
      session.close();
    });
    expect(await openOnce()).toBe(false);
  });

  it('are not confused by a process that dies between its two writes', async () => {
    await openOnce();
    await use(({ store }) => {
      const session = openSqliteSession(folder);
      const dies = (): never => {
        throw new Error('killed');
      };
      const dying: SessionStore = { ...session, isRestored: false, set: dies };
      expect(() => store.noteOpening('one', dying)).toThrow('killed');
      session.close();
    });
    expect(await openOnce()).toBe(false);
  });

  it('do not mind a session that is newer than the other file', async () => {
    await openOnce();
    cpSync(join(storage, 'wharf.db'), join(storage, 'old.db'));
    await openOnce();
    cpSync(join(storage, 'old.db'), join(storage, 'wharf.db'));
    expect(await openOnce()).toBe(false);
  });
});
