import { hkdfSync, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WharfError } from '../../errors/errors.js';
import type { EncryptionKey } from './encryption-key.js';

/** The file that says that a storage is encrypted, and how its key is made of the user's. It holds nothing secret. */
export const ENCRYPTION_FILE = 'encryption.json';

const KEY_BYTES = 32;

/** 64 MB and about half a second: OWASP's recommendation for scrypt, in the form that needs less memory at once. */
const SCRYPT = { N: 2 ** 16, r: 8, p: 2 };

const schema = z.object({
  version: z.literal(1),
  cipher: z.literal('aegis-256'),
  /** Only for a passphrase. */
  scrypt: z.object({ N: z.int().max(2 ** 20), r: z.int().max(32), p: z.int().max(16) }).optional(),
  salt: z.base64().min(24),
  /** Tells the right key from a wrong one, so that a damaged file is not taken for a wrong key. */
  check: z.base64(),
});

type Description = z.infer<typeof schema>;

/** A description for the encryption file, and the key of the databases that goes with it. */
export interface NewEncryption {
  description: Description;
  databaseKey: Uint8Array;
}

/** Whether the storage is encrypted. */
export function isEncrypted(storage: string): boolean {
  return existsSync(join(storage, ENCRYPTION_FILE));
}

/** Makes the key of the databases from the user's, under a new salt. */
export async function newEncryption(key: EncryptionKey): Promise<NewEncryption> {
  const salt = randomBytes(16).toString('base64');
  const described = { salt, ...('passphrase' in key ? { scrypt: SCRYPT } : {}) };
  const { databaseKey, check } = await derive(key, described);
  const description = { version: 1 as const, cipher: 'aegis-256' as const, ...described };
  return { description: { ...description, check: check.toString('base64') }, databaseKey };
}

/**
 * Gives the key of the databases of an encrypted storage.
 *
 * @throws WharfError ENCRYPTION_KEY_WRONG, STORAGE_DAMAGED
 */
export async function unlockStorage(storage: string, key: EncryptionKey): Promise<Uint8Array> {
  const description = readDescription(storage);
  const { databaseKey, check } = await derive(key, description);
  const expected = Buffer.from(description.check, 'base64');
  if (check.length !== expected.length || !timingSafeEqual(check, expected)) {
    throw new WharfError('ENCRYPTION_KEY_WRONG');
  }
  return databaseKey;
}

/** Writes the encryption file; it is there as a whole or not at all. */
export function writeDescription(folder: string, description: Description): void {
  const file = join(folder, ENCRYPTION_FILE);
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, `${JSON.stringify(description, null, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}

function readDescription(storage: string): Description {
  try {
    return schema.parse(JSON.parse(readFileSync(join(storage, ENCRYPTION_FILE), 'utf8')));
  } catch (cause) {
    throw new WharfError('STORAGE_DAMAGED', { cause, details: { file: ENCRYPTION_FILE } });
  }
}

async function derive(key: EncryptionKey, { salt, scrypt: cost }: Pick<Description, 'salt' | 'scrypt'>) {
  // A key where the storage has a passphrase, or the other way round.
  if ('bytes' in key !== (cost === undefined)) throw new WharfError('ENCRYPTION_KEY_WRONG');
  const saltBytes = Buffer.from(salt, 'base64');
  const master = 'bytes' in key ? key.bytes : await stretch(key.passphrase, saltBytes, cost ?? SCRYPT);
  const part = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', master, saltBytes, `wharf ${use}`, bytes));
  return { databaseKey: part('databases', KEY_BYTES), check: part('check', 16) };
}

function stretch(passphrase: string, salt: Uint8Array, cost: { N: number; r: number; p: number }) {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
}
