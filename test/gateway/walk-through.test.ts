import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { startManager, startSimulator, stateOf } from '../support/world.js';

const sh = promisify(execFile);

/** What a user types into a terminal, with the address and the token of the gateway in it. */
async function typed(command: string): Promise<unknown> {
  const { stdout } = await sh('sh', ['-c', command]);
  return JSON.parse(stdout);
}

describe('the device API, as a user of GOWA types it', () => {
  it('makes a device, links it, sends, logs out and removes it', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    const { url, secret } = await startGateway(manager);
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const type = (command: string) =>
      typed(command.replaceAll('http://localhost:3000', url).replaceAll('user:secret', `user:${secret}`));

    expect(
      await type(
        `curl -s -u user:secret -X POST http://localhost:3000/devices -H "Content-Type: application/json" -d '{"device_id": "my-device"}'`,
      ),
    ).toMatchObject({
      code: 'SUCCESS',
      results: { id: 'my-device', device_id: 'my-device', state: 'disconnected', jid: '' },
    });

    expect(await type(`curl -s -u user:secret http://localhost:3000/devices`)).toMatchObject({
      results: [{ id: 'my-device', state: 'disconnected' }],
    });

    const login = (await type(`curl -s -u user:secret http://localhost:3000/devices/my-device/login`)) as {
      results: { qr: string; qr_link: string; qr_duration: number };
    };
    expect(login).toMatchObject({
      code: 'SUCCESS',
      results: {
        device_id: 'my-device',
        qr_link: `${url}/devices/my-device/login/qr.png`,
        qr_duration: expect.any(Number),
        qr: expect.stringContaining(','),
      },
    });
    expect(login.results.qr_duration).toBeGreaterThan(0);

    const linked = stateOf(manager, 'my-device', ({ name }) => name === 'connected');
    await simulator.scan(login.results.qr, { phone: '15550001' });
    await linked;
    expect(await type(`curl -s -u user:secret http://localhost:3000/devices/my-device/status`)).toMatchObject(
      {
        results: { is_connected: true, is_logged_in: true, jid: '15550001@s.whatsapp.net' },
      },
    );

    const sent = (await type(
      `curl -s -u user:secret -X POST http://localhost:3000/send/message -H "Content-Type: application/json" -H "X-Device-Id: my-device" -d '{"phone": "15550009", "message": "Hello from GOWA"}'`,
    )) as { results: { message_id: string } };
    expect(sent).toMatchObject({ code: 'SUCCESS', results: { message_id: expect.any(String) } });
    await vera.waitForMessage(({ id }) => id === sent.results.message_id);

    // With one device the header can be left out.
    const again = (await type(
      `curl -s -u user:secret -X POST 'http://localhost:3000/send/message?wait=delivered' -H "Content-Type: application/json" -H "Idempotency-Key: order 7" -d '{"phone": "15550009@s.whatsapp.net", "message": "Once"}'`,
    )) as { results: { message_id: string } };
    expect(again).toMatchObject({ results: { status: 'sent', delivery: 'delivered' } });
    expect(
      await type(
        `curl -s -u user:secret -X POST 'http://localhost:3000/send/message?device_id=my-device' -H "Content-Type: application/json" -H "Idempotency-Key: order 7" -d '{"phone": "15550009", "message": "Once"}'`,
      ),
    ).toMatchObject({ results: { message_id: again.results.message_id } });

    expect(
      await type(`curl -s -u user:secret -X POST http://localhost:3000/devices/my-device/logout`),
    ).toMatchObject({ code: 'SUCCESS', results: { id: 'my-device', state: 'logged_out' } });
    expect(
      await type(`curl -s -u user:secret -X DELETE http://localhost:3000/devices/my-device`),
    ).toMatchObject({
      code: 'SUCCESS',
      results: { device_id: 'my-device' },
    });
    expect(await type(`curl -s -u user:secret http://localhost:3000/devices`)).toMatchObject({ results: [] });
  });

  it('links by a code that is typed on the phone', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const { url, secret } = await startGateway(manager);
    const { results } = (await typed(
      `curl -s -u user:${secret} -X POST '${url}/devices/shop/login/code?phone=+15550001'`,
    )) as { results: { pair_code: string } };
    expect(results.pair_code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    const linked = stateOf(manager, 'shop', ({ name }) => name === 'connected');
    await simulator.enterCode(results.pair_code.replace('-', ''), { phone: '15550001' });
    await linked;
  });
});
