import type { Manager } from '@wharf/core';
import type { Contact } from '@wharf/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Companion } from '../../packages/simulator/src/accounts/device.js';
import { SignalSide } from '../../packages/simulator/src/accounts/signal.js';
import { stanza } from '../../packages/simulator/src/stanza/node.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const MALLORY = '15550008';

async function startShop(storage = temporaryFolder()) {
  const simulator = await startSimulator();
  const manager = await startManager(simulator, { storage });
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', SHOP);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  return { simulator, manager, vera, storage };
}

async function send(manager: Manager, to: string, text: string) {
  const { messageId } = await manager.send('shop', { to, text });
  expect((await manager.waitForSend('shop', messageId)).state).toBe('sent');
  return messageId;
}

/** Nobody can decrypt anything, until the result is called. */
function spoilKeys(): () => void {
  const spoiling = vi.spyOn(SignalSide.prototype, 'decrypt').mockImplementation(() => {
    throw new Error('The keys are gone.');
  });
  onTestFinished(() => spoiling.mockRestore());
  return () => spoiling.mockRestore();
}

/** The linked device as the server has it, from its next login on. */
function nextCompanion(): Promise<Companion> {
  const { attach } = Companion.prototype;
  return new Promise((resolve) => {
    const attaching = vi.spyOn(Companion.prototype, 'attach').mockImplementation(function (
      this: Companion,
      link,
    ) {
      resolve(this);
      return attach.call(this, link);
    });
    onTestFinished(() => attaching.mockRestore());
  });
}

const textsOf = ({ messages }: Contact) => messages.map(({ text }) => text);

describe('a recipient who could not read a message', () => {
  it('gets it again, also from a process that has started since', async () => {
    const { simulator, manager, vera, storage } = await startShop();
    await send(manager, VERA, 'hello');
    await vera.waitForMessage(({ text }) => text === 'hello');

    const recover = spoilKeys();
    // The receipt that asks for it waits on the server until the next login.
    simulator.faults.add({ kind: 'drop', only: { tag: 'receipt' } });
    const asked = new Promise<void>((resolve) => {
      simulator.on('receipt', ({ type }) => type === 'retry' && resolve());
    });
    const id = await send(manager, VERA, 'say again?');
    await asked;
    recover();
    await manager.close();
    simulator.faults.clear();

    await startManager(simulator, { storage });
    const { id: again } = await vera.waitForMessage(({ text }) => text === 'say again?');
    expect(again).toBe(id);
    expect(textsOf(vera)).toEqual(['hello', 'say again?']);
  });
});

describe('a receipt that asks for a message again', () => {
  it('gets nothing for whom the message was not, whatever the server says of them', async () => {
    const attached = nextCompanion();
    const { simulator, manager, vera } = await startShop();
    const companion = await attached;
    await manager.createDevice({ id: 'mallory' });
    await link(manager, simulator, 'mallory', MALLORY);
    const group = simulator.groups.create({ by: MALLORY, subject: 'Us', members: [SHOP] });
    const heard = watch(manager, { deviceId: 'shop' });
    const secret = await send(manager, VERA, 'for Vera only');
    await vera.waitForMessage(({ text }) => text === 'for Vera only');
    const { id: received } = await vera.send(SHOP, 'for the shop only');
    await heard.until('it is in', () => heard.texts().includes('for the shop only'));

    const sent: string[] = [];
    const dealtWith = new Map<string, () => void>();
    simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
      if (direction === 'in' && tag === 'message') sent.push(attrs.id ?? '');
      if (direction === 'in' && tag === 'ack') dealtWith.get(attrs.id ?? '')?.();
    });
    const person = `${MALLORY}@s.whatsapp.net`;
    const device = `${MALLORY}:1@s.whatsapp.net`;
    const claims = [
      { from: person },
      { from: device },
      { from: group.jid, participant: person },
      { from: `${VERA}@s.whatsapp.net`, participant: device },
    ];
    const forgeAll = async () => {
      for (const id of [secret, received])
        for (const claim of claims) {
          const retry = [stanza('retry', { count: 1, id, t: 1, v: 1 })];
          const done = new Promise<void>((resolve) => dealtWith.set(id, resolve));
          companion.deliver(stanza('receipt', { ...claim, id, type: 'retry', t: 1 }, retry));
          await done;
        }
    };
    await forgeAll();
    // What is remembered in memory alone is gone then.
    await manager.stopDevice('shop');
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await forgeAll();
    const last = await send(manager, VERA, 'all is well');
    expect(sent).toEqual([last]);
  });
});
