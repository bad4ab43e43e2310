import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { DeviceId, Jid } from '../types/ids.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import { MediaFiles } from './files.js';
import { type LibraryLimits, MediaLibrary } from './library.js';

/** A media library on real files and a real database, with two devices. */
export function testLibrary(limits?: Partial<LibraryLimits>) {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-media-'));
  const store = openSqliteStore(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const accountOf = (id: string, jid: string) => {
    store.devices.put({
      id: id as DeviceId,
      state: { name: 'disconnected', reason: 'created' },
      sessionFolder: id,
      createdAt: 1,
    });
    return store.forDevice({ deviceId: id as DeviceId, jid: jid as Jid }).media;
  };
  const media = join(folder, 'media');
  const clock = testClock();
  const files = new MediaFiles(media, false);
  const all = { maxCount: 1_000, maxBytes: 1e9, maxAgeMs: 1e9, ...limits };
  const library = new MediaLibrary(files, store.media, { clock, logger: silentLogger }, all);
  const [one, other] = [accountOf('a', '1@s.whatsapp.net'), accountOf('b', '2@s.whatsapp.net')];
  return { folder, media, store, clock, files, library, one, other };
}

/** A content in pieces of a size that fits no chunk. */
export async function* pieces(content: Uint8Array, length = 10_007): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

/** All bytes of a stream. */
export async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  // What is read is used up by the next piece.
  for await (const part of content) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
