import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeKey } from '../store/sqlite/change-key.js';
import { openStorage } from '../store/sqlite/open-storage.js';
import type { DeviceId, Jid } from '../types/ids.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import { CHUNK_BYTES } from './file-cipher.js';
import { MediaFiles } from './files.js';
import { MediaLibrary } from './library.js';
import { collect, pieces, testLibrary } from './test-library.js';

const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('base64');
const use = (owner: string, isHeld = false) => ({ owner, isHeld });

async function* broken(): AsyncGenerator<Uint8Array> {
  yield randomBytes(200_000);
  throw new Error('cut off');
}

describe('a content in the library', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 1_000_001])(
    'is read as it was written, all %i bytes of it',
    async (size) => {
      const { library, one } = testLibrary();
      const content = randomBytes(size);
      const kept = await library.put(one, pieces(content), use('m1'));
      expect(kept).toEqual({ sha256: hashOf(content), sizeBytes: size });
      expect(await collect(library.read(one, kept.sha256))).toEqual(content);
    },
  );

  it('can be read in part', async () => {
    const { library, one } = testLibrary();
    const content = randomBytes(5 * CHUNK_BYTES + 77);
    const { sha256 } = await library.put(one, pieces(content), use('m1'));
    for (const [start, end] of [
      [0, 10],
      [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
      [3 * CHUNK_BYTES, content.length],
      [7, 7],
    ] as const)
      expect(await collect(library.read(one, sha256, start, end))).toEqual(content.subarray(start, end));
  });

  it('is one file, however many accounts have it, until nobody uses it any more', async () => {
    const { library, media, one, other, clock } = testLibrary();
    const content = randomBytes(100_000);
    const { sha256 } = await library.put(one, pieces(content), use('m1'));
    expect(one.use(sha256, use('m2'), clock.now())).toMatchObject({ sha256 });
    await library.put(other, pieces(content), use('m1'));
    expect(readdirSync(media)).toHaveLength(1);
    expect(library.getTotal()).toEqual({ count: 1, bytes: 100_000 });
    for (const release of [() => one.release('m1'), () => one.release('m2')]) {
      release();
      await library.tidy();
      expect(readdirSync(media)).toHaveLength(1);
    }
    await expect(collect(library.read(one, sha256))).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
    expect(await collect(library.read(other, sha256))).toEqual(content);
    other.release('m1');
    await library.tidy();
    expect(readdirSync(media)).toEqual([]);
    expect(library.getTotal()).toEqual({ count: 0, bytes: 0 });
  });

  it('cannot be reached by an account that does not have it', async () => {
    const { library, one, other, clock } = testLibrary();
    const { sha256 } = await library.put(one, pieces(randomBytes(10)), use('m1'));
    expect(other.use(sha256, use('m2'), clock.now())).toBeUndefined();
    await expect(collect(library.read(other, sha256))).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
  });

  it('cannot be read in the folder, by name or content, by anybody but its owner', async () => {
    const { library, media, one } = testLibrary();
    const content = Buffer.from('meet me at nine '.repeat(10_000));
    const { sha256 } = await library.put(one, pieces(content), use('m1'));
    const [name = ''] = readdirSync(media);
    expect(name).not.toContain(Buffer.from(sha256, 'base64').toString('hex').slice(0, 8));
    expect(readFileSync(join(media, name)).includes('meet me')).toBe(false);
    expect(statSync(join(media, name)).mode & 0o777).toBe(0o600);
    expect(statSync(media).mode & 0o777).toBe(0o700);
  });

  it('is refused when it is not the expected one, and when it does not come to its end', async () => {
    const { library, media, one } = testLibrary();
    const content = randomBytes(300_000);
    const wrong = hashOf(randomBytes(1));
    await expect(library.put(one, pieces(content), use('m1'), wrong)).rejects.toMatchObject({
      code: 'MEDIA_CORRUPT',
    });
    await expect(library.put(one, broken(), use('m1'))).rejects.toThrow('cut off');
    expect(readdirSync(media)).toEqual([]);
    await library.put(one, pieces(content), use('m1'), hashOf(content));
    expect(readdirSync(media)).toHaveLength(1);
  });

  it.each([
    [
      'flipped',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes.writeUInt8(bytes.readUInt8(70_000) ^ 1, 70_000);
        writeFileSync(file, bytes);
      },
    ],
    ['cut off after a chunk', (file: string) => truncateSync(file, CHUNK_BYTES + 16)],
  ])('that was %s on the disk is noticed, and may come anew', async (_what, damage) => {
    const { library, media, one } = testLibrary();
    const content = randomBytes(2 * CHUNK_BYTES);
    const { sha256 } = await library.put(one, pieces(content), use('m1'));
    damage(join(media, readdirSync(media)[0] ?? ''));
    await expect(collect(library.read(one, sha256))).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
    await library.put(one, pieces(content), use('m1'));
    expect(await collect(library.read(one, sha256))).toEqual(content);
  });
});

describe('the limits of the library', () => {
  const fill = async ({ library, one, clock }: ReturnType<typeof testLibrary>, count: number) => {
    const kept: string[] = [];
    for (let index = 0; index < count; index += 1) {
      kept.push((await library.put(one, pieces(randomBytes(1_000)), use(`m${index}`, index === 0))).sha256);
      clock.pass(1_000);
    }
    return kept;
  };

  it.each([
    ['count', { maxCount: 4 }],
    ['size', { maxBytes: 4_000 }],
    ['age', { maxAgeMs: 3_001 }],
  ])('by %s take the oldest away, but nothing that is held', async (_name, limits) => {
    const world = testLibrary(limits);
    const kept = await fill(world, 10);
    await world.library.tidy();
    const left = kept.flatMap((sha256, index) => (world.one.get(sha256) ? [index] : []));
    expect(left).toEqual([0, 7, 8, 9]);
    expect(readdirSync(world.media)).toHaveLength(4);
  });

  it('are kept however much there is', async () => {
    const world = testLibrary({ maxCount: 5 });
    await fill(world, 250);
    await world.library.tidy();
    expect(readdirSync(world.media)).toHaveLength(5);
  });
});

describe('what a dead process has left', () => {
  it('is deleted, and what somebody writes or has stored is not', async () => {
    const { library, media, one } = testLibrary();
    mkdirSync(media);
    const old = new Date(Date.now() - 11 * 60_000);
    const make = (name: string, isOld: boolean) => {
      writeFileSync(join(media, name), 'x');
      if (isOld) utimesSync(join(media, name), old, old);
    };
    await library.put(one, pieces(randomBytes(10)), use('m1'));
    const [stored = ''] = readdirSync(media);
    utimesSync(join(media, stored), old, old);
    make('abandoned.part', true);
    make('unknown', true);
    make('under-way.part', false);
    await library.tidy();
    expect(readdirSync(media).sort()).toEqual([stored, 'under-way.part'].sort());
    expect(existsSync(join(media, stored))).toBe(true);
  });
});

describe('an encrypted storage', () => {
  it('keeps its media through a change of its key, and none of it or of its keys can be read in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-media-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const content = Buffer.from('meet me at nine '.repeat(20_000));
    const keys: [string, string] = ['the first passphrase', 'the second passphrase'];
    const opened = async (passphrase: string) => {
      const { store } = await openStorage(folder, { key: { passphrase } });
      const id = 'a' as DeviceId;
      const state = { name: 'disconnected', reason: 'created' } as const;
      store.devices.put({ id, state, sessionFolder: 'a', createdAt: 1 });
      const account = store.forDevice({ deviceId: id, jid: '1@s.whatsapp.net' as Jid }).media;
      const limits = { maxCount: 10, maxBytes: 1e9, maxAgeMs: 1e9 };
      const files = new MediaFiles(join(folder, 'media'), true);
      const library = new MediaLibrary(
        files,
        store.media,
        { clock: testClock(), logger: silentLogger },
        limits,
      );
      return { store, account, library };
    };
    const before = await opened(keys[0]);
    const { sha256 } = await before.library.put(before.account, pieces(content), use('m1'));
    const key = Buffer.from(before.account.get(sha256)?.key ?? []).toString('latin1');
    before.store.close();
    const sealed = readdirSync(join(folder, 'media')).map((name) =>
      readFileSync(join(folder, 'media', name)),
    );
    await changeKey(folder, { from: { passphrase: keys[0] }, to: { passphrase: keys[1] } });
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
      expect(bytes.includes('meet me') || bytes.includes(key), entry.name).toBe(false);
    }
    const after = await opened(keys[1]);
    expect(await collect(after.library.read(after.account, sha256))).toEqual(content);
    after.store.close();
    // Nothing of them had to be written anew.
    expect(
      readdirSync(join(folder, 'media')).map((name) => readFileSync(join(folder, 'media', name))),
    ).toEqual(sealed);
  });
});
