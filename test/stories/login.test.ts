import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { lineOf, startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { startManager, startSimulator, stateOf, watch } from '../support/world.js';

/** The first code of a login by phone number. */
async function codeOf(login: AsyncIterable<{ type: string; code?: string }>): Promise<string> {
  for await (const step of login) if (step.type === 'code' && step.code) return step.code;
  throw new Error('The login ended without a code.');
}

describe('a login', () => {
  it('by a code that is typed on the phone ends connected, and messages come', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const heard = watch(manager, { deviceId: 'shop' });
    const login = await manager.loginDevice('shop', { method: 'code', phone: '+1 555 0001 000' });
    const code = await codeOf(login);
    expect(code).toMatch(/^[0-9A-Z]{8}$/);
    await simulator.enterCode(code, { phone: '15550001000', name: 'Ann' });
    expect(await login.outcome).toMatchObject({ type: 'connected', account: { phone: '15550001000' } });
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await simulator.addContact({ phone: '15550009', name: 'Vera' }).send('15550001000', 'hi');
    await heard.until('the message is in the log', () => heard.texts().includes('hi'));
  });

  it('goes on after a code was typed wrong', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop', { method: 'code', phone: '15550001' });
    const code = await codeOf(login);
    const wrong = code === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA';
    await expect(simulator.enterCode(wrong, { phone: '15550001' })).rejects.toMatchObject({
      code: 'CODE_WRONG',
    });
    await simulator.enterCode(code, { phone: '15550001' });
    expect(await login.outcome).toMatchObject({ type: 'connected' });
  });

  it.each(['always', 'never'] as const)(
    'begins anew when the process was killed after it had shown a code (run: %s)',
    async (run) => {
      const simulator = await startSimulator();
      const storage = temporaryFolder();
      const killed = startProgram(
        `import { openManager } from '@wharf/core';
         const manager = await openManager({ storage: process.env.STORAGE });
         await manager.createDevice({ id: 'shop' });
         const login = await manager.loginDevice('shop', { method: 'code', phone: '15550001' });
         for await (const { type } of login) if (type === 'code') console.log('shown');`,
        { STORAGE: storage, WHARF_ENDPOINT: JSON.stringify(simulator.endpoint) },
      );
      await lineOf(killed, 'shown');
      killed.kill('SIGKILL');
      await once(killed, 'exit');

      const manager = await startManager(simulator, { storage, run });
      const login = await manager.loginDevice('shop', { method: 'code', phone: '15550001' });
      await simulator.enterCode(await codeOf(login), { phone: '15550001' });
      expect(await login.outcome).toMatchObject({ type: 'connected' });
    },
  );

  it('can change from QR to code; the first attempt counts as cancelled', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const byQr = await manager.loginDevice('shop');
    expect(await manager.loginDevice('shop')).toBe(byQr);
    const byCode = await manager.loginDevice('shop', { method: 'code', phone: '15550001' });
    expect(await byQr.outcome).toEqual({ type: 'cancelled' });
    await simulator.enterCode(await codeOf(byCode), { phone: '15550001' });
    expect(await byCode.outcome).toMatchObject({ type: 'connected' });
  });

  it('to an account that asks for a passkey ends with what to do', async () => {
    const simulator = await startSimulator();
    simulator.setPasskey('15550001', true);
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    for await (const step of login) {
      if (step.type === 'qr') simulator.scan(step.qr, { phone: '15550001' }).catch(() => undefined);
    }
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'PASSKEY_REQUIRED' } });
    expect((await manager.getDevice('shop')).state).toEqual({
      name: 'disconnected',
      reason: 'passkey_required',
    });
  });

  it.each([
    { method: 'sms' },
    { method: 'code' },
    { method: 'code', phone: 'Vera' },
    { method: 'code', phone: '1@lid' },
  ])('as %o is refused', async (how) => {
    const manager = await startManager(await startSimulator());
    await manager.createDevice({ id: 'shop' });
    await expect(manager.loginDevice('shop', how as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
