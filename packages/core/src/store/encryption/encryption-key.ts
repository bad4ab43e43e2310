import { readFileSync, statSync } from 'node:fs';
import { WharfError } from '../../errors/errors.js';

/** What a user encrypts a storage with: 32 bytes, or a passphrase that a key is derived from. */
export type EncryptionKey = { bytes: Uint8Array } | { passphrase: string };

/** Where a key may come from. The first that is there counts, in this order. */
export interface KeyOptions {
  /** 32 bytes, as such or as 64 hexadecimal digits or in base64; or a passphrase of 12 characters or more. */
  encryptionKey?: string | Uint8Array | undefined;
  /** A file with one of these texts in it, which nobody but its owner can read. */
  encryptionKeyFile?: string | undefined;
}

const KEY_BYTES = 32;
const SHORTEST_PASSPHRASE = 12;

/** More than any key, and little enough to read whole. */
const LONGEST_FILE = 4_096;

/**
 * Reads the key of a storage from the options, else from `WHARF_ENCRYPTION_KEY` or `WHARF_ENCRYPTION_KEY_FILE`; undefined for none.
 *
 * @throws WharfError OPTION_INVALID, ENCRYPTION_KEY_UNREADABLE, ENCRYPTION_KEY_EXPOSED
 */
export function readEncryptionKey(
  { encryptionKey, encryptionKeyFile }: KeyOptions,
  env: NodeJS.ProcessEnv = process.env,
): EncryptionKey | undefined {
  if (encryptionKey !== undefined) return parseEncryptionKey(encryptionKey);
  if (encryptionKeyFile !== undefined) return parseEncryptionKey(readKeyFile(encryptionKeyFile));
  if (env.WHARF_ENCRYPTION_KEY) return parseEncryptionKey(env.WHARF_ENCRYPTION_KEY);
  if (env.WHARF_ENCRYPTION_KEY_FILE) return parseEncryptionKey(readKeyFile(env.WHARF_ENCRYPTION_KEY_FILE));
  return undefined;
}

/** @throws WharfError OPTION_INVALID */
export function parseEncryptionKey(value: string | Uint8Array): EncryptionKey {
  if (value instanceof Uint8Array && value.length === KEY_BYTES) return { bytes: Uint8Array.from(value) };
  if (typeof value === 'string') {
    if (/^[0-9a-f]{64}$/i.test(value)) return { bytes: Buffer.from(value, 'hex') };
    if (/^[A-Za-z0-9+/]{43}=$/.test(value)) return { bytes: Buffer.from(value, 'base64') };
    if (value.length >= SHORTEST_PASSPHRASE) return { passphrase: value };
  }
  throw new WharfError('OPTION_INVALID', { details: { option: 'encryptionKey' } });
}

/** @throws WharfError ENCRYPTION_KEY_UNREADABLE, ENCRYPTION_KEY_EXPOSED */
export function readKeyFile(file: string): string {
  let text: string;
  try {
    const { mode, size } = statSync(file);
    // Windows has no such modes.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new WharfError('ENCRYPTION_KEY_EXPOSED');
    if (size > LONGEST_FILE) throw new WharfError('ENCRYPTION_KEY_UNREADABLE');
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw cause instanceof WharfError ? cause : new WharfError('ENCRYPTION_KEY_UNREADABLE', { cause });
  }
  if (text === '') throw new WharfError('ENCRYPTION_KEY_UNREADABLE');
  return text;
}
