import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decryptStorage, encryptStorage, openManager, rekeyStorage } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import {
  fillStorage,
  leaks,
  readStorage,
  SECRETS,
  SESSIONS,
  snapshot,
} from '../../packages/core/src/store/sqlite/test-storage.js';
import { lineOf, startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';

const CLI = fileURLToPath(new URL('../../packages/core/dist/storage-cli.js', import.meta.url));

const keyOf = (round: number): string => round.toString(16).padStart(2, '0').repeat(32);
const small = { messages: 50, sessionBytes: 1_200 };
/** Takes long enough to be killed in the middle. */
const big = { messages: 2_000, sessionBytes: 300_000 };

/** A sequence that looks random and is the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** With which of these keys the storage opens; whatever it opens with, everything is there. */
async function opensWith(
  storage: string,
  keys: Array<string | undefined>,
  { messages, sessionBytes } = small,
): Promise<Array<string | undefined>> {
  const whole = { messages, contacts: ['Vera Example'], sessions: SESSIONS.map(() => sessionBytes) };
  const good = [];
  for (const key of keys) {
    const refusal = await readStorage(storage, key).then(
      (found) => void expect(found).toEqual(whole),
      (error: unknown) => error,
    );
    if (refusal === undefined) good.push(key);
    else expect((refusal as { code: string }).code).toMatch(/^(ENCRYPTION_KEY|STORAGE_NOT_ENCRYPTED)/);
  }
  return good;
}

/** Starts a change of the key in a process of its own, once that process is ready for it. */
async function startChange(storage: string, from: string | undefined, to: string | undefined, before = '') {
  const call =
    from === undefined
      ? ['encryptStorage', [storage, to]]
      : to === undefined
        ? ['decryptStorage', [storage, from]]
        : ['rekeyStorage', [storage, from, to]];
  const child = startProgram(
    `import { ${call[0]} } from '@wharf/core';
     import fs from 'node:fs';
     import { syncBuiltinESMExports } from 'node:module';
     ${before}
     syncBuiltinESMExports();
     console.log('ready');
     await ${call[0]}(...${JSON.stringify(call[1])});`,
  );
  const ended = once(child, 'exit');
  await lineOf(child, 'ready');
  return { child, ended };
}

const change = (storage: string, from: string | undefined, to: string | undefined): Promise<void> => {
  if (from === undefined) return encryptStorage(storage, to ?? '');
  return to === undefined ? decryptStorage(storage, from) : rekeyStorage(storage, from, to);
};

describe('a change of the key', () => {
  it('that is killed at a random moment, 20 times, loses nothing and is completed by the same command', {
    timeout: 120_000,
  }, async () => {
    const storage = temporaryFolder();
    await fillStorage(storage, keyOf(1), big);
    const begin = performance.now();
    await rekeyStorage(storage, keyOf(1), keyOf(0xff));
    const duration = performance.now() - begin;
    await rekeyStorage(storage, keyOf(0xff), keyOf(1));

    const next = random(7);
    let kills = 0;
    let halfDone = 0;
    for (let round = 1; kills < 20; round += 1) {
      const [from, to] = [keyOf(round), keyOf(round + 1)];
      const { child, ended } = await startChange(storage, from, to);
      setTimeout(() => child.kill('SIGKILL'), next() * duration * 2);
      const [, signal] = await ended;
      if (signal === 'SIGKILL') kills += 1;
      if (readdirSync(storage).some((name) => name.startsWith('conversion'))) halfDone += 1;
      // Whatever the moment was: one key opens it, and all is there.
      expect(await opensWith(storage, [from, to], big)).toHaveLength(1);
      await change(storage, from, to);
      expect(await opensWith(storage, [from, to], big)).toEqual([to]);
      expect(leaks(storage, SECRETS)).toEqual([]);
    }
    expect(halfDone).toBeGreaterThan(5);
  });

  it.each([
    ['to encrypt', undefined, keyOf(2)],
    ['to decrypt', keyOf(1), undefined],
  ])(
    '%s that is killed before any one of its renames and deletions loses nothing',
    {
      timeout: 120_000,
    },
    async (_name, from, to) => {
      for (let step = 1; ; step += 1) {
        const storage = temporaryFolder();
        await fillStorage(storage, from, small);
        const { ended } = await startChange(
          storage,
          from,
          to,
          `let steps = 0;
         for (const name of ['renameSync', 'rmSync', 'copyFileSync']) {
           const original = fs[name];
           fs[name] = (...values) => {
             steps += 1;
             if (steps === ${step}) process.kill(process.pid, 'SIGKILL');
             return original(...values);
           };
         }`,
        );
        const [, signal] = await ended;
        expect(await opensWith(storage, [from, to])).toHaveLength(1);
        await change(storage, from, to);
        expect(await opensWith(storage, [from, to])).toEqual([to]);
        expect(readdirSync(storage).filter((name) => name.startsWith('conversion'))).toEqual([]);
        expect(existsSync(join(storage, 'encryption.json'))).toBe(to !== undefined);
        if (to) expect(leaks(storage, SECRETS)).toEqual([]);
        if (signal !== 'SIGKILL') {
          expect(step).toBeGreaterThan(10);
          return;
        }
      }
    },
  );

  it('is refused while a manager uses the storage, and a manager while it runs', async () => {
    const storage = temporaryFolder();
    await fillStorage(storage, keyOf(1));
    const manager = await openManager({ storage, encryptionKey: keyOf(1) });
    await expect(rekeyStorage(storage, keyOf(1), keyOf(2))).rejects.toMatchObject({ code: 'STORAGE_IN_USE' });
    await manager.close();
    await rekeyStorage(storage, keyOf(1), keyOf(2));
    await (await openManager({ storage, encryptionKey: keyOf(2) })).close();
  });

  it('with a wrong key, or of a folder that is no storage, changes nothing', async () => {
    const storage = temporaryFolder();
    await expect(encryptStorage(storage, keyOf(1))).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    await fillStorage(storage);
    await expect(rekeyStorage(storage, keyOf(1), keyOf(2))).rejects.toMatchObject({
      code: 'STORAGE_NOT_ENCRYPTED',
    });
    await encryptStorage(storage, keyOf(1));
    const before = snapshot(storage);
    const wrong = { code: 'ENCRYPTION_KEY_WRONG' };
    await expect(rekeyStorage(storage, keyOf(3), keyOf(2))).rejects.toMatchObject(wrong);
    await expect(encryptStorage(storage, keyOf(3))).rejects.toMatchObject(wrong);
    await expect(decryptStorage(storage, keyOf(3))).rejects.toMatchObject(wrong);
    expect(snapshot(storage)).toEqual(before);
  });
});

describe('the command wharf-storage', () => {
  const run = (
    args: string[],
    { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      input,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('encrypts, re-keys and decrypts, with keys from a file, the environment and stdin', async () => {
    const storage = temporaryFolder();
    const keyFile = join(temporaryFolder(), 'key');
    writeFileSync(keyFile, `${keyOf(1)}\n`, { mode: 0o600 });
    await fillStorage(storage);
    expect(run(['encrypt', '--storage', storage, '--key-file', keyFile])).toMatchObject({ status: 0 });
    expect(leaks(storage, SECRETS)).toEqual([]);
    expect(
      run(['rekey', '--storage', storage], { input: `${keyOf(1)}\ncorrect horse battery\n` }),
    ).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect((await readStorage(storage, 'correct horse battery')).messages).toBe(50);
    const env = { WHARF_ENCRYPTION_KEY: 'correct horse battery' };
    expect(run(['decrypt', '--storage', storage], { env })).toMatchObject({ status: 0 });
    expect((await readStorage(storage)).messages).toBe(50);
  });

  it('says what is wrong, with a code for scripts', async () => {
    const storage = temporaryFolder();
    await fillStorage(storage, keyOf(1));
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('rekey') });
    expect(run(['encrypt'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--storage') });
    expect(run(['open', '--storage', storage])).toMatchObject({ status: 2 });
    expect(run(['decrypt', '--storage', storage])).toMatchObject({ status: 2 });
    expect(run(['decrypt', '--storage', storage], { input: `${keyOf(9)}\n` })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENCRYPTION_KEY_WRONG'),
    });
    expect(run(['decrypt', '--storage', storage, keyOf(1)])).toMatchObject({ status: 2 });
  });
});
