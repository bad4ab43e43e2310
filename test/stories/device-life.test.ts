import { describe, expect, it } from 'vitest';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

describe('a device', () => {
  it('is linked by QR, hears a contact, and answers', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const heard = watch(manager);
    const device = await link(manager, simulator, 'shop', '15550001');
    expect(device.account?.phone).toBe('15550001');

    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    await vera.send('15550001', 'hi');
    await heard.until('the message is in the log', () => heard.texts().includes('hi'));
    const [event] = heard.events.filter(({ type }) => type === 'message');
    expect(event).toMatchObject({
      deviceId: 'shop',
      payload: {
        chat: '15550009@s.whatsapp.net',
        sender: { phone: '15550009', name: 'Vera' },
        isFromMe: false,
      },
    });

    const item = await manager.send('shop', { to: '15550009@s.whatsapp.net', text: 'hello Vera' });
    const sent = await manager.waitForSend('shop', item.messageId);
    expect(sent.state).toBe('sent');
    await vera.waitForMessage((message) => message.text === 'hello Vera', { timeoutMs: 5000 });
    simulator.unlink('15550001', 1);
    await stateOf(manager, 'shop', ({ name }) => name === 'logged_out');
  });
});
