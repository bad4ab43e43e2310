import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { watchFile } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { n8nFolder, type Place, storageOf } from './credential.js';

/**
 * The places whose devices have asked something, for the process of n8n that reads the answers.
 *
 * A credential can be read only while a node runs; after a restart of n8n none does. So a place is written down when
 * something is asked there, sealed with n8n's own key, as its credential is.
 */
const folderOf = () => join(storageOf({ kind: 'gateway', url: '', token: '' }), 'asked');

/** How often the process that reads the answers looks for places of other processes. Milliseconds. */
const lookEveryMs = 2_000;

/** Writes a place down. */
export async function noteAskedPlace(place: Place): Promise<void> {
  const text = JSON.stringify(place);
  const folder = folderOf();
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).includes(name)) return;
  const sealed = seal(text, await n8nKey());
  const file = join(folder, `${name}.${process.pid}`);
  await writeFile(file, sealed, { mode: 0o600 });
  await rename(file, join(folder, name));
}

/** Tells of every place that was written down, now and later, once. */
export async function watchAskedPlaces(tell: (place: Place) => void): Promise<void> {
  const folder = folderOf();
  const known = new Set<string>();
  const look = async () => {
    for (const name of await readdir(folder).catch(() => [])) {
      if (known.has(name) || name.includes('.')) continue;
      known.add(name);
      const place = await read(join(folder, name));
      if (place) tell(place);
    }
  };
  watchFile(folder, { interval: lookEveryMs, persistent: false }, () => void look());
  await look();
}

/** One that n8n's key does not open any more is of no use to anybody. */
async function read(file: string): Promise<Place | undefined> {
  try {
    return JSON.parse(unseal(await readFile(file), await n8nKey())) as Place;
  } catch {
    await rm(file, { force: true });
    return undefined;
  }
}

const nonceBytes = 12;
const tagBytes = 16;

function seal(text: string, key: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function unseal(sealed: Buffer, key: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([
    decipher.update(sealed.subarray(nonceBytes + tagBytes)),
    decipher.final(),
  ]).toString();
}

/** A key of our own, made of the one n8n encrypts its credentials with; every process of an n8n has the same. */
async function n8nKey(): Promise<Buffer> {
  const { N8N_ENCRYPTION_KEY: given, N8N_ENCRYPTION_KEY_FILE: file } = process.env;
  const secret =
    given ??
    (file ? (await readFile(file, 'utf8')).trim() : undefined) ??
    String(JSON.parse(await readFile(join(n8nFolder(), 'config'), 'utf8')).encryptionKey);
  return Buffer.from(hkdfSync('sha256', secret, '', 'wharf asked places', 32));
}
