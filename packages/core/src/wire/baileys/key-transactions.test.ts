import type { AuthenticationState, WASocket } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { KeyTransactions } from './key-transactions.js';
import { loadBaileys } from './load.js';
import { silentBaileysLogger } from './silent-logger.js';

const baileys = await loadBaileys();

/** Keys in memory, wrapped as Baileys wraps those of a socket. */
function wrapped() {
  const stored = new Map<string, unknown>();
  const keys = {
    get: (_type: string, ids: string[]) =>
      Object.fromEntries(ids.flatMap((id) => (stored.has(id) ? [[id, stored.get(id)]] : []))),
    set: async (data: Record<string, Record<string, unknown>>) => {
      for (const values of Object.values(data))
        for (const [id, value] of Object.entries(values)) stored.set(id, value);
    },
  } as unknown as AuthenticationState['keys'];
  const options = { maxCommitRetries: 1, delayBetweenTriesMs: 1 };
  const socket = {
    authState: { keys: baileys.addTransactionCapability(keys, silentBaileysLogger, options) },
  } as unknown as WASocket;
  return { stored, keys, socket };
}

/** A transaction that has ended before work that it began writes. */
async function outlived({ keys }: WASocket['authState']): Promise<void> {
  const { promise: later, resolve } = Promise.withResolvers<void>();
  let written: Promise<void> = Promise.resolve();
  await keys.transaction(async () => {
    written = later.then(() => keys.set({ tctoken: { vera: { token: Buffer.from('t') } } }));
  }, 'me');
  resolve();
  await written;
}

describe('the keys of a connection', () => {
  it('keep what is written by work that outlives its transaction, which Baileys loses', async () => {
    const bare = wrapped();
    await outlived(bare.socket.authState);
    expect(bare.stored.has('vera')).toBe(false);

    const ours = wrapped();
    new KeyTransactions(ours.socket, ours.keys);
    await outlived(ours.socket.authState);
    expect(ours.stored.has('vera')).toBe(true);
  });

  it('are changed by one transaction after the other, by inner ones at once, and by free work beside them', async () => {
    const { socket, keys } = wrapped();
    const transactions = new KeyTransactions(socket, keys);
    const { transaction, isInTransaction } = socket.authState.keys;
    const order: string[] = [];
    const { promise: pause, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const first = transaction(async () => {
      order.push('first begins');
      begin();
      await transaction(async () => void order.push(`within: ${isInTransaction()}`), 'me');
      await pause;
      order.push('first ends');
    }, 'me');
    const second = transaction(async () => void order.push('second'), 'me');
    await begun;
    await transactions.freely(() => transaction(async () => void order.push('free'), 'me'));
    resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'within: true', 'free', 'first ends', 'second']);
    expect(isInTransaction()).toBe(false);
  });
});
