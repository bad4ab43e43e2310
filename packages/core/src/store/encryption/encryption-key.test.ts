import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEncryptionKey } from './encryption-key.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Buffer.alloc(32, 0xab);
const hex = bytes.toString('hex');

function keyFile(text: string, mode = 0o600): string {
  const file = join(folder, 'key');
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return file;
}

describe('an encryption key', () => {
  it.each([
    ['32 bytes', bytes],
    ['hexadecimal digits', hex],
    ['capital hexadecimal digits', hex.toUpperCase()],
    ['base64', bytes.toString('base64')],
  ])('may be %s', (_name, encryptionKey) => {
    const key = readEncryptionKey({ encryptionKey }, {});
    expect(key && 'bytes' in key && Buffer.from(key.bytes)).toEqual(bytes);
  });

  it('may be a passphrase', () => {
    expect(readEncryptionKey({ encryptionKey: 'correct horse' }, {})).toEqual({
      passphrase: 'correct horse',
    });
  });

  it.each([['too short'], [''], [Buffer.alloc(31)], [Buffer.alloc(33)]])(
    'is refused when nobody can mean it: %s',
    (encryptionKey) => {
      expect(() => readEncryptionKey({ encryptionKey }, {})).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', details: { option: 'encryptionKey' } }),
      );
    },
  );

  it('comes from the option, else the file, else the environment, else the file named there', () => {
    const file = keyFile('from the key file\n');
    const env = { WHARF_ENCRYPTION_KEY: 'from the environment', WHARF_ENCRYPTION_KEY_FILE: file };
    expect(readEncryptionKey({ encryptionKey: 'from the option', encryptionKeyFile: file }, env)).toEqual({
      passphrase: 'from the option',
    });
    expect(readEncryptionKey({ encryptionKeyFile: file }, env)).toEqual({ passphrase: 'from the key file' });
    expect(readEncryptionKey({}, env)).toEqual({ passphrase: 'from the environment' });
    expect(readEncryptionKey({}, { WHARF_ENCRYPTION_KEY_FILE: file })).toEqual({
      passphrase: 'from the key file',
    });
    expect(readEncryptionKey({}, {})).toBeUndefined();
  });
});

describe('a key file', () => {
  it.each([0o600, 0o400])('may be %o', (mode) => {
    expect(readEncryptionKey({ encryptionKeyFile: keyFile(hex, mode) }, {})).toBeDefined();
  });

  it.each([0o644, 0o640, 0o604])('may not be %o, and the error says what to do', (mode) => {
    expect(() => readEncryptionKey({ encryptionKeyFile: keyFile(hex, mode) }, {})).toThrow(/chmod 600/);
  });

  it.each([
    ['is missing', () => join(folder, 'nowhere')],
    ['is empty', () => keyFile('\n')],
    ['is a folder', () => folder],
    ['is far too long', () => keyFile('x'.repeat(5_000))],
  ])('that %s is refused', (_name, file) => {
    expect(() => readEncryptionKey({ encryptionKeyFile: file() }, {})).toThrow(
      expect.objectContaining({ code: 'ENCRYPTION_KEY_UNREADABLE' }),
    );
  });
});
