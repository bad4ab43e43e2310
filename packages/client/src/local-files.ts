import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { type ActionName, WharfError } from '@wharf/core';

type Input = Record<string, unknown>;

/** A file of this machine that is named in the input of an action, in a way that a gateway elsewhere can use. */
export async function withLocalFiles(name: ActionName, input: Input): Promise<Input> {
  const { picture } = input;
  if (!name.endsWith('.setPicture') || typeof picture !== 'object' || picture === null) return input;
  if (!('path' in picture) || typeof picture.path !== 'string') return input;
  try {
    return { ...input, picture: { base64: (await readFile(picture.path)).toString('base64') } };
  } catch (cause) {
    throw new WharfError('MEDIA_SOURCE_UNREADABLE', { cause });
  }
}

/** Where an action is to write a file on this machine: the gateway must not hear of it. */
export function savedAs(name: ActionName, input: Input): { input: Input; path?: string } {
  if (name !== 'message.downloadMedia' && name !== 'media.get') return { input };
  const { saveAs, ...rest } = input;
  return typeof saveAs === 'string' ? { input: rest, path: saveAs } : { input };
}

/** Writes a content to a path, which has all of it or is as it was. @throws WharfError MEDIA_PATH_UNWRITABLE */
export async function save(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      for await (const bytes of content) await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_PATH_UNWRITABLE', { cause });
  }
}
