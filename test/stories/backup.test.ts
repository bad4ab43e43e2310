import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { backupStorage, openManager } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startSimulator, stateOf, watch } from '../support/world.js';

const CLI = fileURLToPath(new URL('../../packages/core/dist/storage-cli.js', import.meta.url));
const SHOP = '15550001';
const VERA = '15550009';
const KEY = 'a long enough passphrase';
const MESSAGE_EVERY_MS = 5;

async function backUp(storage: string, to: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [CLI, 'backup', '--storage', storage, '--to', to], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      output += part;
    });
  const [code] = await once(child, 'exit');
  return { code, output };
}

describe('A backup', () => {
  it.each([
    ['plain', undefined],
    ['encrypted', KEY],
  ])(
    'of a %s storage is whole at every moment, while a device receives',
    async (_, key) => {
      const simulator = await startSimulator();
      const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
      const storage = temporaryFolder();
      const options = { endpoint: simulator.endpoint, ...(key ? { encryptionKey: key } : {}) };
      const first = await openManager({ storage, ...options });
      await first.createDevice({ id: 'shop' });
      await link(first, simulator, 'shop', SHOP);
      await first.close();
      startProgram(
        `import { openManager } from '@wharf/core';
       await openManager(${JSON.stringify({ storage, ...options })});`,
      );

      const written: string[] = [];
      let isOver = false;
      const writing = (async () => {
        while (!isOver) {
          const text = `number ${written.length}`;
          await vera.send(SHOP, text);
          written.push(text);
          await pause(MESSAGE_EVERY_MS);
        }
      })();
      const copies: { folder: string; most: number }[] = [];
      for (let round = 0; round < 5; round += 1) {
        const folder = join(temporaryFolder(), 'copy');
        expect(await backUp(storage, folder, key ? { WHARF_ENCRYPTION_KEY: key } : {})).toMatchObject({
          code: 0,
        });
        copies.push({ folder, most: written.length });
      }
      isOver = true;
      await writing;

      for (const { folder, most } of copies) {
        const copy = await openManager({ storage: folder, ...options, run: 'never' });
        const messages = await copy.listMessages('shop', VERA, { limit: 1_000 });
        const texts = messages.flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []));
        expect(texts.length).toBeLessThanOrEqual(most + 1);
        // All that came until then, without a gap.
        expect(texts.toSorted(byNumber)).toEqual(written.slice(0, texts.length));
        await copy.close();
      }
      expect(copies.length).toBe(5);
    },
    60_000,
  );

  it('is put back as a session that was restored, and goes on', async () => {
    const simulator = await startSimulator();
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const storage = temporaryFolder();
    const first = await openManager({ storage, endpoint: simulator.endpoint });
    await first.createDevice({ id: 'shop' });
    await link(first, simulator, 'shop', SHOP);
    const folder = join(temporaryFolder(), 'copy');
    expect(await backUp(storage, folder)).toMatchObject({ code: 0 });
    await first.close();

    const copy = await openManager({ storage: folder, endpoint: simulator.endpoint });
    const heard = watch(copy);
    await stateOf(copy, 'shop', (state) => state.name === 'connected');
    await heard.until('the restored session', (events) =>
      events.some(({ type }) => type === 'session.restored'),
    );
    await copy.send('shop', { to: VERA, text: 'back again' });
    await vera.waitForMessage(({ text }) => text === 'back again', { timeoutMs: 15_000 });
    await copy.close();
  });

  it('says what is wrong, and leaves nothing behind', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const manager = await openManager({ storage, endpoint: simulator.endpoint });
    const to = join(temporaryFolder(), 'copy');
    await expect(backupStorage(storage, to)).rejects.toMatchObject({ code: 'STORAGE_OPEN' });
    await manager.close();
    await expect(backupStorage(temporaryFolder(), to)).rejects.toMatchObject({ code: 'STORAGE_NOT_FOUND' });
    await expect(backupStorage(storage, join(storage, 'inside'))).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    const full = temporaryFolder();
    writeFileSync(join(full, 'mine'), '');
    await expect(backupStorage(storage, full)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(backupStorage(storage, to, { key: KEY })).rejects.toMatchObject({
      code: 'STORAGE_NOT_ENCRYPTED',
    });
    mkdirSync(join(storage, 'sessions', 'damaged'), { recursive: true });
    writeFileSync(join(storage, 'sessions', 'damaged', 'session.db'), 'x'.repeat(5_000));
    await expect(backupStorage(storage, to)).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' });
    expect(existsSync(to)).toBe(false);
  });
});

const byNumber = (a: string, b: string): number => Number(a.split(' ')[1]) - Number(b.split(' ')[1]);
