import { createSimulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

describe('a message that a device sends', () => {
  it('is followed to its reader, and every step is in the log', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera', autoRead: true });
    const heard = watch(manager);
    const { messageId } = await manager.send('shop', { to: '15550009', text: 'hello' });
    await vera.waitForMessage(({ text }) => text === 'hello', { timeoutMs: 5_000 });
    const steps = () =>
      heard.events.flatMap((event) =>
        event.type === 'message.delivery' && event.payload.messageId === messageId
          ? [event.payload.delivery]
          : [],
      );
    vera.read('15550001');
    await heard.until('it was read', () => steps().includes('read'));
    expect(steps()).toEqual([...new Set(steps())]);
    expect(steps().at(-1)).toBe('read');
    expect(await manager.getMessage('shop', messageId)).toMatchObject({ delivery: 'read' });
  });

  it('is delivered, however soon the receipt comes: Baileys folds an early one into the echo of the message', async () => {
    const simulator = await createSimulator({ port: 0, receiptDelayMs: 0 });
    onTestFinished(() => simulator.close());
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    await manager.updateSettings('shop', { pacing: { enabled: false } });
    simulator.addContact({ phone: '15550009', name: 'Vera', autoRead: false });
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      const { messageId } = await manager.send('shop', { to: '15550009', text });
      expect(await manager.waitForSend('shop', messageId, { until: 'delivered' })).toMatchObject({
        state: 'sent',
        delivery: 'delivered',
      });
    }
  });

  it('fails at once when the recipient is not on WhatsApp, and holds up nobody', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const nobody = await manager.send('shop', { to: '+49 170 9999999', text: 'hello?' });
    await manager.send('shop', { to: '15550009', text: 'hello' });
    expect(await manager.waitForSend('shop', nobody.messageId)).toMatchObject({
      state: 'failed',
      errorCode: 'RECIPIENT_NOT_ON_WHATSAPP',
    });
    await vera.waitForMessage(({ text }) => text === 'hello', { timeoutMs: 5_000 });
  });

  it('is sent once for a key, also when the call is repeated after a restart', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const message = { to: '15550009', text: 'your order', idempotencyKey: 'order 7' };
    const before = await startManager(simulator, { storage });
    await before.createDevice({ id: 'shop' });
    await link(before, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const { messageId } = await before.send('shop', message);
    await before.waitForSend('shop', messageId);
    await before.close();

    const after = await startManager(simulator, { storage });
    expect(await after.send('shop', message)).toMatchObject({ messageId, state: 'sent' });
    const last = await after.send('shop', { to: '15550009', text: 'anything else?' });
    await after.waitForSend('shop', last.messageId);
    await vera.waitForMessage(({ text }) => text === 'anything else?', { timeoutMs: 5_000 });
    expect(vera.messages.map(({ text }) => text)).toEqual(['your order', 'anything else?']);
    expect((await after.listSends('shop')).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });
});
