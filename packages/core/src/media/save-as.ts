import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WharfError } from '../errors/errors.js';
import { free } from '../util/free.js';
import { isWithin } from './source/within.js';

/**
 * Writes a content to a path, which has all of it or is as it was, and uses it up.
 *
 * @throws WharfError MEDIA_PATH_UNWRITABLE, MEDIA_NOT_STORED
 */
export async function saveAs(
  path: string,
  content: AsyncIterable<Uint8Array>,
  forbiddenFolder: string,
): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const folder = await realpath(dirname(path));
    if (isWithin(await realpath(forbiddenFolder), folder))
      throw new Error('The path leads into the storage.');
    const handle = await open(part, 'wx', 0o600);
    try {
      for await (const bytes of content) {
        await handle.writeFile(bytes);
        free(bytes);
      }
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_PATH_UNWRITABLE', { cause });
  }
}
