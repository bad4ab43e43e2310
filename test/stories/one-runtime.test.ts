import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openManager, shareManager } from '@wharf/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Two copies of the built package, as a host has them that installs two packages with their own dependencies. */
function twoCopies(): string[] {
  const folder = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return ['one', 'two'].map((name) => {
    cpSync(join(ROOT, 'packages/core/dist'), join(folder, name, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'packages/core/package.json'), join(folder, name, 'package.json'));
    return join(folder, name, 'dist/index.js');
  });
}

describe('a storage in one process', () => {
  it('has one manager, also when the package is loaded twice', async () => {
    const [one, two] = twoCopies();
    const { code, stdout } = await runProgram(
      `const { shareManager: first } = await import(${JSON.stringify(one)});
       const { shareManager: second, openManager, isWharfError } = await import(${JSON.stringify(two)});
       const options = { storage: ${JSON.stringify(temporaryFolder())} };
       const leases = [await first(options), await second(options)];
       await leases[0].manager.createDevice({ id: 'shop' });
       const refusal = await openManager(options).catch((error) => error.code);
       const devices = (await leases[1].manager.listDevices()).map(({ id }) => id);
       await leases[0].release();
       const stillOpen = (await leases[1].manager.listDevices()).length;
       await leases[1].release();
       const manager = await openManager(options);
       await manager.close();
       console.log(JSON.stringify({
         isTwice: first !== second, isOne: leases[0].manager === leases[1].manager, refusal, devices, stillOpen,
       }));`,
    );
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      isTwice: true,
      isOne: true,
      refusal: 'STORAGE_OPEN',
      devices: ['shop'],
      stillOpen: 1,
    });
  });

  it('is not opened a second time, under whatever name, until the first manager has closed', async () => {
    const storage = temporaryFolder();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(storage, link);
    const manager = await openManager({ storage });
    for (const again of [storage, link]) {
      await expect(openManager({ storage: again })).rejects.toMatchObject({ code: 'STORAGE_OPEN' });
      await expect(shareManager({ storage: again })).rejects.toMatchObject({ code: 'STORAGE_OPEN' });
    }
    await manager.close();
    await (await openManager({ storage: link })).close();
  });

  it('refuses a caller who wants to share it with other options, and takes one who leaves them out', async () => {
    const storage = temporaryFolder();
    const first = await shareManager({ storage, run: 'when-listening' });
    onTestFinished(() => first.release());
    await expect(shareManager({ storage, run: 'never' })).rejects.toMatchObject({
      code: 'OPTIONS_DIFFER',
      details: { option: 'run' },
    });
    const second = await shareManager({ storage, restore: true });
    expect(second.manager).toBe(first.manager);
    await second.release();
  });
});
