import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';

it('a message that was confirmed to the server and not stored when the process died is there after the next start', async () => {
  const simulator = await startSimulator();
  const storage = temporaryFolder();
  const first = await startManager(simulator, { storage });
  await first.createDevice({ id: 'shop' });
  await link(first, simulator, 'shop', SHOP);
  await first.close();
  const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
  const confirmed: string[] = [];
  simulator.on('receipt', ({ id, type, to }) => {
    if (type !== 'retry' && to === vera.phone) confirmed.push(id);
  });

  // Dies in the very moment in which it would store what Vera writes.
  const child = startProgram(
    `import Sqlite from 'better-sqlite3-multiple-ciphers';
     import { openManager } from '@wharf/core';
     const { prepare } = Sqlite.prototype;
     Sqlite.prototype.prepare = function (sql) {
       const statement = prepare.call(this, sql);
       if (/INSERT.* INTO messages/.test(sql)) statement.run = () => process.kill(process.pid, 'SIGKILL');
       return statement;
     };
     await openManager(${JSON.stringify({ storage, endpoint: simulator.endpoint })});`,
  );
  const sent = await vera.send(SHOP, 'do not lose this');
  const [, signal] = await once(child, 'exit');
  expect({ signal, output: child.output() }).toEqual({ signal: 'SIGKILL', output: '' });
  expect(confirmed).toContain(sent.id);

  const second = await startManager(simulator, { storage });
  const heard = watch(second);
  await heard.until('the message is in the log', () => heard.texts().includes('do not lose this'));
  await stateOf(second, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
  expect(heard.texts()).toEqual(['do not lose this']);
  await vera.send(SHOP, 'and this');
  await heard.until('the next one is, too', () => heard.texts().includes('and this'));
  expect(heard.texts()).toEqual(['do not lose this', 'and this']);
});
