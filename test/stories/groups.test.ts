import { describe, expect, it } from 'vitest';
import { link, startManager, startSimulator, watch } from '../support/world.js';

describe('a group', () => {
  it('carries texts to a device and from it, with the person who wrote', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const walter = simulator.addContact({ phone: '15550008', name: 'Walter' });
    const heard = watch(manager);
    const group = simulator.groups.create({
      by: '15550009',
      subject: 'Cats',
      members: ['15550001', '15550008'],
    });
    await vera.send(group.jid, 'hello all');
    await heard.until('the text is in the log', () => heard.texts().includes('hello all'));
    expect(heard.events.find(({ type }) => type === 'message')?.payload).toMatchObject({
      chat: group.jid,
      isGroup: true,
      sender: { jid: '15550009@s.whatsapp.net', phone: '15550009', name: 'Vera' },
    });

    const { messageId } = await manager.send('shop', { to: group.jid, text: 'hello Vera and Walter' });
    expect(await manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    for (const member of [vera, walter]) {
      await member.waitForMessage(({ text }) => text === 'hello Vera and Walter', { timeoutMs: 5_000 });
    }
  });
});
