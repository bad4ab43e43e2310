import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startShop } from '../actions/shop.js';
import { startGateway } from '../support/gateway.js';
import { Receiver } from '../support/receiver.js';
import { temporaryFolder } from '../support/storage.js';
import { startManager, startSimulator, stateOf } from '../support/world.js';

const program = fileURLToPath(new URL('../../packages/gateway/dist/cli.js', import.meta.url));

/** The gateway as a user starts it. */
function run(...args: string[]) {
  const child = spawn(process.execPath, [program, 'serve', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let errors = '';
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = once(child, 'exit').then(([code]) => code as number);
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = lines.map((text) => pattern.exec(text)).find(Boolean);
        if (match) resolve(match[1] ?? match[0]);
      };
      waiting.add(look);
      look();
      void ended.then((code) => reject(new Error(`The gateway ended with ${code}: ${errors}`)));
    });
  return { child, line, lines, ended, errors: () => errors };
}

describe('the program', () => {
  it('prints a token at its first start alone, works with the simulator, and ends in good order', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const first = run('--port', '0', '--storage', storage, '--endpoint', simulator.endpoint.http);
    const url = await first.line(/ready: (\S+)$/);
    const token = await first.line(/^token: (\S+)$/);
    const call = (path: string, at = url, method = 'GET') =>
      fetch(at + path, { method, headers: { authorization: `Bearer ${token}` } }).then((answer) =>
        answer.json(),
      );
    const created = await fetch(`${url}/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"device_id":"shop"}',
    });
    expect(created.status).toBe(200);
    const { results } = (await call('/devices/shop/login')) as { results: { qr: string } };
    await simulator.scan(results.qr, { phone: '15550001' });
    await expect
      .poll(() => call('/devices/shop/status'))
      .toMatchObject({ results: { state: 'connected', is_logged_in: true } });
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    // What it keeps of the token does not let anybody in.
    const kept = join(storage, 'gateway', 'tokens.json');
    expect(readFileSync(kept, 'utf8')).not.toContain(token);
    expect(statSync(kept).mode & 0o077).toBe(0);
    // Nothing of what was asked for is in the log: the number was in a path, the code in an answer.
    expect(first.errors()).toContain('"route":"/devices/:id/login"');
    for (const secret of [token, results.qr, '15550001']) expect(first.errors()).not.toContain(secret);

    const second = run('--port', '0', '--storage', storage, '--endpoint', JSON.stringify(simulator.endpoint));
    const next = await second.line(/ready: (\S+)$/);
    await expect
      .poll(() => call('/devices/shop/status', next))
      .toMatchObject({ results: { state: 'connected' } });
    expect(second.lines.join('\n')).not.toContain('token:');
  }, 40_000);

  it('says what is wrong with what it is started with', async () => {
    const taken = new URL((await startSimulator()).endpoint.http).port;
    const storage = temporaryFolder();
    const ends = async (...args: string[]) => {
      const { ended, errors } = run('--storage', storage, ...args);
      return [await ended, errors()] as const;
    };
    expect(await ends('--port', 'http')).toEqual([1, expect.stringContaining('An option has a value')]);
    expect(await ends('--port', '0', '--host', '0.0.0.0', '--no-token')).toEqual([
      1,
      expect.stringContaining('A gateway without tokens answers this machine alone.'),
    ]);
    expect(await ends('--port', '0', '--trust-proxy', 'proxy.example')).toEqual([
      1,
      expect.stringContaining('An option has a value'),
    ]);
    expect(await ends('--port', '0', '--no-token', '--trust-proxy', 'loopback')).toEqual([
      1,
      expect.stringContaining('A gateway without tokens answers this machine alone.'),
    ]);
    expect(await ends('--port', taken)).toEqual([
      1,
      expect.stringContaining('cannot listen at this address'),
    ]);
  }, 30_000);
});

describe('a gateway without tokens', () => {
  it('answers this machine alone, and not the page of a name that leads here', async () => {
    const manager = await startManager(await startSimulator());
    const { app } = await startGateway(manager, { tokens: undefined } as object);
    const from = (remoteAddress: string, host = 'localhost:3000') =>
      app.inject({ url: '/devices', remoteAddress, headers: { host } });
    expect((await from('127.0.0.1')).statusCode).toBe(200);
    expect((await from('::1', '[::1]:3000')).statusCode).toBe(200);
    for (const response of [await from('192.168.1.7'), await from('127.0.0.1', 'evil.example')]) {
      expect(response.statusCode).toBe(403);
      expect(response.json()).toMatchObject({ code: 'GATEWAY_OPEN' });
    }
  });
});

describe('the audit log', () => {
  it('says which token has changed what, the failures too, and nothing about anybody', async () => {
    const { manager } = await startShop();
    const gateway = await startGateway(manager);
    const token = gateway.tokenFor(['read']);
    const admin = gateway.tokens.list()[0]?.id;
    await gateway.call('POST', '/devices', { body: { device_id: 'new' } });
    await gateway.call('DELETE', '/devices/shop', { token });
    await gateway.call('POST', '/actions/device.stop', { body: { deviceId: 'shop' } });
    await gateway.call('POST', '/send/message', { body: { phone: '15550009', message: 'secret' } });
    await gateway.call('GET', '/devices');
    const { body } = await gateway.call('GET', '/audit');
    expect(body.results).toMatchObject([
      { token: admin, action: 'POST /actions/device.stop', device: 'shop', status: 200 },
      { action: 'DELETE /devices/:id', status: 403 },
      { token: admin, action: 'POST /devices', device: 'new', status: 200, at: expect.any(Number) },
    ]);
  });
});

describe('the limits', () => {
  it('let a token ask so often and no more, and health as often as wanted', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager, { limits: { requestsPerMinute: 3 } });
    const other = gateway.tokenFor(['read']);
    for (let i = 0; i < 3; i++) expect((await gateway.call('GET', '/devices')).status).toBe(200);
    const refused = await gateway.call('GET', '/devices');
    expect(refused).toMatchObject({ status: 429, body: { code: 'REQUEST_TOO_OFTEN' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await gateway.call('GET', '/devices', { token: other })).status).toBe(200);
    for (let i = 0; i < 10; i++)
      expect((await gateway.call('GET', '/health/live', { token: null })).status).toBe(200);
  });
});

describe('a gateway behind a proxy', () => {
  const guess = async (trustedProxies?: string[]) => {
    const manager = await startManager(await startSimulator());
    const limits = { failuresPerMinute: 2 };
    const { app } = await startGateway(manager, { limits, ...(trustedProxies ? { trustedProxies } : {}) });
    return async (forwardedFor: string, remoteAddress = '10.0.0.1') => {
      const headers = { 'x-forwarded-for': forwardedFor, authorization: 'Bearer guessed' };
      return (await app.inject({ url: '/devices', remoteAddress, headers })).statusCode;
    };
  };

  it('limits whoever has asked, and believes no one else', async () => {
    const call = await guess(['10.0.0.0/8', 'loopback']);
    for (const status of [401, 401, 429]) expect(await call('203.0.113.7')).toBe(status);
    expect(await call('203.0.113.8')).toBe(401);
    expect(await call('203.0.113.7', '127.0.0.1')).toBe(429);
    // What a client says of itself comes before what the proxy says of it.
    expect(await call('203.0.113.9, 203.0.113.7')).toBe(429);
    for (const [index, status] of [401, 401, 429].entries())
      expect(await call(`203.0.113.${20 + index}`, '198.51.100.1')).toBe(status);
  });

  it('that was not named limits all together', async () => {
    const call = await guess();
    for (const [index, status] of [401, 401, 429].entries())
      expect(await call(`203.0.113.${index}`)).toBe(status);
  });
});

describe('the metrics', () => {
  it('tell the state of devices, their queue, what came and went, and how requests ended', async () => {
    const { manager, simulator, vera } = await startShop();
    const gateway = await startGateway(manager);
    const token = gateway.tokenFor(['metrics']);
    const read = async () => (await gateway.call('GET', '/metrics', { token })).body as string;
    // Counted also when nobody has asked yet.
    await vera.send('15550001', 'hello');
    await gateway.call('POST', '/send/message?wait=sent', { body: { phone: '15550009', message: 'hi' } });
    expect(await read()).toContain('wharf_device_state{device="shop",state="connected"} 1');
    await expect.poll(read).toContain('wharf_messages_received_total{device="shop"} 1');
    await expect.poll(read).toContain('wharf_messages_sent_total{device="shop"} 1');
    simulator.faults.add({ kind: 'refuse-connection' });
    const down = stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    simulator.closeConnection('15550001', 'reset');
    await down;
    await gateway.call('POST', '/send/message', { body: { phone: '15550009', message: 'later' } });
    const text = await read();
    expect(text).toContain('wharf_queue_depth{device="shop"} 1');
    expect(text).toMatch(/wharf_queue_oldest_seconds\{device="shop"\} \d/);
    expect(text).toMatch(/wharf_reconnects_total\{device="shop",reason="\w+"\} 1/);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toMatch(
      /wharf_http_request_seconds_count\{method="POST",route="\/send\/message",status="200"\} 2/,
    );
    expect(text).not.toContain('15550009');
  });
});

describe('the metrics of webhooks', () => {
  it('tell what waits for each, and nothing of one that is gone', async () => {
    const { manager, vera } = await startShop();
    const gateway = await startGateway(manager);
    const read = async () => (await gateway.call('GET', '/metrics')).body as string;
    const receiver = await new Receiver(() => 500).open();
    const hook = { url: receiver.url, deviceId: 'shop', types: ['message'] };
    const { body } = await gateway.call('POST', '/webhooks', { body: hook });
    const labels = `{webhook="${body.results.id}",device="shop"}`;
    expect(await read()).toContain(`wharf_webhook_backlog${labels} 0`);
    for (const text of ['one', 'two']) await vera.send('15550001', text);
    await expect.poll(read).toContain(`wharf_webhook_backlog${labels} 2`);
    expect(await read()).toContain(`wharf_webhook_dead_letters${labels} 0`);
    await gateway.call('DELETE', `/webhooks/${body.results.id}`);
    expect(await read()).not.toContain(body.results.id);
  });
});

describe('/openapi.json', () => {
  it('describes every route, and needs no token', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager);
    const { body, status } = await gateway.call('GET', '/openapi.json', { token: null });
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    for (const { method, path } of gateway.app.routeTable) {
      if (path === '/openapi.json' || path === '/actions/:name') continue;
      // Pages for a browser.
      if (path === '/' || path.startsWith('/console')) continue;
      const found = body.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(found?.summary, `${method} ${path}`).toEqual(expect.any(String));
    }
    const { requestBody, responses } = body.paths['/actions/group.create'].post;
    expect(requestBody.content['application/json'].schema.properties).toMatchObject({
      subject: { type: 'string' },
    });
    expect(responses['200'].content['application/json'].schema.properties).toHaveProperty('results');
  });
});
