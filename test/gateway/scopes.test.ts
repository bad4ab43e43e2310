import { scopes } from '@wharf/gateway';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { startManager, startSimulator } from '../support/world.js';

/** A path of a route that is about a device with this ID, or about nothing that there is. */
const pathOf = (path: string, id: string): string =>
  path
    .replace(':sha256', `${'A'.repeat(43)}=`)
    .replace('/devices/:id', `/devices/${id}`)
    .replace(/:\w+/g, 'x');

async function start() {
  const manager = await startManager(await startSimulator());
  await manager.createDevice({ id: 'mine' });
  await manager.createDevice({ id: 'theirs' });
  return { manager, gateway: await startGateway(manager) };
}

describe('every route', () => {
  it('is refused without a token, with one of another scope, and let through with one of its own', async () => {
    const { gateway } = await start();
    const { app } = gateway;
    const limited = Object.fromEntries(
      scopes.map((scope) => [
        scope,
        { own: gateway.tokenFor([scope]), others: gateway.tokenFor(scopes.filter((one) => one !== scope)) },
      ]),
    );
    expect(app.routeTable.length).toBeGreaterThan(150);
    for (const { method, path, scope } of app.routeTable) {
      const url = pathOf(path, 'nobody');
      const send = (token?: string) =>
        app.inject({
          method: method as 'GET',
          url,
          headers: { 'x-device-id': 'nobody', ...(token ? { authorization: `Bearer ${token}` } : {}) },
          remoteAddress: `10.0.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`,
        });
      const name = `${method} ${path}`;
      if (scope === 'public') {
        // Two of them lead on to the console.
        expect([200, 302], name).toContain((await send()).statusCode);
        continue;
      }
      const none = await send();
      expect(none.statusCode, name).toBe(401);
      expect(none.json(), name).toMatchObject({ code: 'TOKEN_REQUIRED' });
      const other = await send(limited[scope]?.others);
      expect(other.json(), name).toMatchObject({
        code: 'TOKEN_SCOPE_MISSING',
        results: { details: { scope } },
      });
      expect(other.statusCode, name).toBe(403);
      const own = await send(limited[scope]?.own);
      expect([401, 403], name).not.toContain(own.statusCode);
      expect(own.statusCode, `${name} ${own.body}`).toBeLessThan(500);
    }
  });

  it('is as good as without devices for a token that is limited to others', async () => {
    const { gateway } = await start();
    const { app } = gateway;
    const token = gateway.tokenFor([...scopes], ['mine']);
    for (const { method, path, isGlobal, device, scope } of app.routeTable) {
      const name = `${method} ${path}`;
      const response = await app.inject({
        method: method as 'GET',
        url: pathOf(path, 'theirs'),
        headers: { 'x-device-id': 'theirs', authorization: `Bearer ${token}` },
        ...(method === 'POST' ? { payload: {} } : {}),
      });
      if (isGlobal) expect(response.statusCode, name).toBe(403);
      else if (
        device ||
        (path.startsWith('/actions/') && !/list$|:name$/.test(path.replace('device.list', 'list')))
      )
        expect(response.json(), name).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
      else if (scope !== 'public' && response.statusCode === 200)
        expect(response.body, name).not.toContain('theirs');
    }
  });
});

describe('a token', () => {
  it('sees the devices it is limited to, and they are all there are', async () => {
    const { gateway } = await start();
    const token = gateway.tokenFor(['read'], ['mine']);
    const ids = async (path: string, method = 'GET') =>
      (await gateway.call(method, path, { token })).body.results.map(({ id }: { id: string }) => id);
    expect(await ids('/devices')).toEqual(['mine']);
    expect(await ids('/actions/device.list', 'POST')).toEqual(['mine']);
    // The only one it may use needs no name.
    expect((await gateway.call('GET', '/app/status', { token })).body.results).toMatchObject({
      device_id: 'mine',
    });
  });

  it('is made, listed without its secret, and good for nothing once it is taken away', async () => {
    const { gateway } = await start();
    const made = await gateway.call('POST', '/tokens', { body: { name: 'n8n', scopes: ['read'] } });
    const { id, token } = made.body.results;
    expect((await gateway.call('GET', '/devices', { token })).status).toBe(200);
    const list = await gateway.call('GET', '/tokens');
    expect(list.body.results).toContainEqual({
      id,
      name: 'n8n',
      scopes: ['read'],
      createdAt: expect.any(Number),
    });
    expect(JSON.stringify(list.body)).not.toContain(token);
    expect((await gateway.call('DELETE', `/tokens/${id}`)).status).toBe(200);
    expect((await gateway.call('GET', '/devices', { token })).status).toBe(401);
    expect((await gateway.call('DELETE', `/tokens/${id}`)).body).toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  });

  it('makes none that allows more than itself', async () => {
    const { gateway } = await start();
    const token = gateway.tokenFor(['manage']);
    const answer = await gateway.call('POST', '/tokens', { token, body: { scopes: ['read'] } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'TOKEN_SCOPE_MISSING' } });
  });

  it('of one gateway is nothing to another', async () => {
    const { gateway } = await start();
    const other = await start();
    await other.manager.createDevice({ id: 'elsewhere' });
    expect((await other.gateway.call('GET', '/devices', { token: gateway.secret })).status).toBe(401);
    expect((await gateway.call('GET', '/devices/elsewhere')).status).toBe(404);
  });

  it('that was guessed too often is not looked at any more', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager, { limits: { failuresPerMinute: 3 } });
    const guess = () => gateway.call('GET', '/devices', { token: 'wharf_guess' });
    for (let i = 0; i < 3; i++) expect((await guess()).status).toBe(401);
    expect(await guess()).toMatchObject({ status: 429, body: { code: 'REQUEST_TOO_OFTEN' } });
    // Whoever has a good one is not kept out by it.
    expect((await gateway.call('GET', '/devices')).status).toBe(200);
  });
});
