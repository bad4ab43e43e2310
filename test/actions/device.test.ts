import { describe, expect, it } from 'vitest';
import { startManager, startSimulator, stateOf } from '../support/world.js';
import { actOf, startShop } from './shop.js';

describe('the actions of devices', () => {
  it('create, list, link by QR code, stop, start, reconnect, log out and remove a device', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    const act = (name: string, input: object) => manager.act(name as never, input as never);
    expect(await actOf(manager, 'device.create', { id: 'shop', name: 'The shop' })).toMatchObject({
      id: 'shop',
      name: 'The shop',
    });
    await expect(act('device.create', { id: 'shop' })).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
    expect(await actOf(manager, 'device.list', {})).toHaveLength(1);
    await expect(act('device.getLogin', {})).rejects.toMatchObject({ code: 'LOGIN_NOT_FOUND' });

    const step = await actOf(manager, 'device.login', {});
    expect(step).toMatchObject({ type: 'qr' });
    await simulator.scan(step.qr ?? '', { phone: '15550001' });
    await stateOf(manager, 'shop', ({ name }) => name === 'connected');
    expect(await actOf(manager, 'device.getLogin', {})).toMatchObject({ type: 'connected' });
    expect(await actOf(manager, 'device.get', {})).toMatchObject({
      state: { name: 'connected' },
      account: { phone: '15550001' },
    });
    await expect(act('device.login', {})).rejects.toMatchObject({ code: 'DEVICE_LOGGED_IN' });

    const opened = simulator.account('15550001').devices[0]?.connectionsOpened ?? 0;
    await actOf(manager, 'device.reconnect', {});
    await stateOf(manager, 'shop', ({ name }) => name === 'connected');
    expect(simulator.account('15550001').devices[0]?.connectionsOpened).toBe(opened + 1);

    expect(await actOf(manager, 'device.stop', {})).toMatchObject({ state: { name: 'disconnected' } });
    await actOf(manager, 'device.start', {});
    await stateOf(manager, 'shop', ({ name }) => name === 'connected');
    expect(await actOf(manager, 'device.logout', {})).toMatchObject({ state: { name: 'logged_out' } });
    expect(simulator.account('15550001').devices).toEqual([]);
    await expect(act('device.reconnect', {})).rejects.toMatchObject({ code: 'DEVICE_NOT_CONNECTED' });

    await expect(act('device.remove', {})).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'deviceId' },
    });
    await actOf(manager, 'device.remove', { deviceId: 'shop' });
    await expect(act('device.get', { deviceId: 'shop' })).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  it('link a device by a code for a number as people write it, and cancel a login', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const step = await actOf(manager, 'device.loginByCode', { phone: '+1 555 0001' });
    expect(step).toMatchObject({ type: 'code' });
    expect(await actOf(manager, 'device.cancelLogin', {})).toMatchObject({
      state: { name: 'disconnected', reason: 'login_cancelled' },
    });
    expect(await actOf(manager, 'device.getLogin', {})).toEqual({ type: 'cancelled' });
    await expect(manager.act('device.loginByCode', { phone: 'my phone' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });

    const { code = '' } = await actOf(manager, 'device.loginByCode', { phone: '+1 555 0001' });
    await simulator.enterCode(code, { phone: '15550001' });
    await stateOf(manager, 'shop', ({ name }) => name === 'connected');
  });

  it('show and change settings', async () => {
    const { act } = await startShop();
    expect(await act('device.getSettings', {})).toMatchObject({ pacing: { gapMs: 250 } });
    const settings = { pacing: { gapMs: 100 } };
    expect(await act('device.updateSettings', { settings })).toMatchObject({ pacing: { gapMs: 100 } });
    await expect(act('device.updateSettings', { settings: { pacing: { gapMs: -1 } } })).rejects.toMatchObject(
      {
        code: 'OPTION_INVALID',
        details: { option: 'pacing.gapMs' },
      },
    );
  });
});

describe('an action', () => {
  it('that does not exist, or has input that is none, is refused by name', async () => {
    const { manager } = await startShop();
    const act = (name: string, input: unknown) => manager.act(name as never, input as never);
    await expect(act('device.fly', {})).rejects.toMatchObject({ code: 'ACTION_NOT_FOUND' });
    await expect(act('toString', {})).rejects.toMatchObject({ code: 'ACTION_NOT_FOUND' });
    await expect(act('chat.pin', { chat: 'the cats' })).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
      details: { option: 'chat' },
    });
    await expect(act('chat.pin', { chat: '+1 555 0009', isPined: true })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'isPined' },
    });
    await expect(act('chat.pin', undefined)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('that needs a connection says what is missing', async () => {
    const { manager, simulator } = await startShop();
    const pin = () => manager.act('chat.pin', { chat: '15550009' });
    simulator.faults.add({ kind: 'refuse-connection' });
    simulator.closeConnection('15550001', 'reset');
    await stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    await expect(pin()).rejects.toMatchObject({ code: 'DEVICE_RECONNECTING', retry: 'later' });
    await manager.stopDevice('shop');
    await expect(pin()).rejects.toMatchObject({ code: 'DEVICE_NOT_CONNECTED' });
    await manager.logoutDevice('shop');
    await expect(pin()).rejects.toMatchObject({ code: 'DEVICE_LOGGED_OUT' });
  });
});
