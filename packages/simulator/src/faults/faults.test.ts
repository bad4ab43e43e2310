import { once } from 'node:events';
import { makeWASocket, proto } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, silentBaileysLogger, TestClient } from '../test-client.js';
import type { Fault } from './fault.js';

const { ERROR, SERVER_ACK } = proto.WebMessageInfo.Status;
const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';

let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(async () => {
  for (const client of connectedClients) client.disconnect();
  await simulator.close();
});

/** A round trip that the server must answer. */
function ping(client: TestClient, timeoutMs = 2_000): Promise<unknown> {
  const attrs = { to: '@s.whatsapp.net', type: 'get', xmlns: 'w:p' };
  return client.socket.query({ tag: 'iq', attrs, content: [{ tag: 'ping', attrs: {} }] }, timeoutMs);
}

/** Every stanza with a tag that the client gets from now on. */
function received(client: TestClient, tag: string): { attrs: Record<string, string> }[] {
  const seen: { attrs: Record<string, string> }[] = [];
  client.socket.ws.on(`CB:${tag}`, (node: { attrs: Record<string, string> }) => seen.push(node));
  return seen;
}

function nextStanza(client: TestClient, pattern: string): Promise<{ attrs: Record<string, string> }> {
  return new Promise((resolve) => client.socket.ws.once(pattern, resolve));
}

describe('A connection that breaks', () => {
  it.each([
    [{ kind: 'close', code: 401 }, 401],
    [{ kind: 'close', code: 402 }, 402],
    [{ kind: 'close', code: 403 }, 403],
    [{ kind: 'close', code: 405 }, 405],
    [{ kind: 'close', code: 406 }, 406],
    [{ kind: 'close', code: 408 }, 408],
    [{ kind: 'close', code: 409 }, 409],
    [{ kind: 'close', code: 411 }, 411],
    [{ kind: 'close', code: 428 }, 428],
    [{ kind: 'close', code: 440 }, 440],
    [{ kind: 'close', code: 500 }, 500],
    [{ kind: 'close', code: 503 }, 503],
    [{ kind: 'close', code: 'reset' }, 428],
    [{ kind: 'close', code: 503, afterMs: 20 }, 503],
    [{ kind: 'cut', only: { tag: 'iq' } }, 428],
  ] as [Fault, number][])('by %j is seen as %i', async (fault, code) => {
    const client = await pairedClient(simulator, ANN);
    simulator.faults.add({ ...fault, target: ANN });
    if (fault.kind === 'cut') await ping(client).catch(() => {});
    expect(await client.closed()).toBe(code);
  });

  it('restarts by 515', async () => {
    const client = await pairedClient(simulator, ANN);
    const opened = client.open();
    simulator.faults.add({ kind: 'close', code: 515 });
    await opened;
  });

  it('does so after the stanza that was waited for, and only for the account that was meant', async () => {
    const ann = await pairedClient(simulator, ANN);
    const bob = await pairedClient(simulator, BOB);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.faults.add({
      kind: 'close',
      code: 503,
      target: ANN,
      after: { direction: 'out', tag: 'message', type: 'text', count: 2 },
    });
    const stanzas = received(ann, 'message,type:text');
    await vera.send(ANN, 'one');
    await vera.send(BOB, 'one');
    await vera.send(BOB, 'two');
    await ann.message('one');
    await vera.send(ANN, 'two');
    expect(await ann.closed()).toBe(503);
    expect(stanzas).toHaveLength(2);
    await bob.message('two');
    await ping(bob);
    expect(simulator.faults.list()).toMatchObject([{ id: 'f1', state: 'spent', strikes: 1 }]);
  });
});

describe('A fault for one device', () => {
  it('leaves the other devices of the account alone', async () => {
    const first = await pairedClient(simulator, ANN);
    const second = await pairedClient(simulator, ANN);
    simulator.faults.add({ kind: 'close', code: 503, target: `${ANN}:2@s.whatsapp.net` });
    expect(await second.closed()).toBe(503);
    await ping(first);
    expect(simulator.account(ANN).devices).toMatchObject([{ connected: true }, { connected: false }]);
  });
});

describe('A login', () => {
  it.each([401, 402, 403, 405, 409, 500, 503] as const)('is refused with %i', async (reason) => {
    const client = await pairedClient(simulator, ANN);
    simulator.faults.add({ kind: 'refuse-login', reason, target: ANN, times: 1 });
    client.disconnect();
    const again = new TestClient(simulator.endpoint.ws, client.auth).connect();
    expect(await again.closed()).toBe(reason);
    await again.connect().open();
  });
});

describe('A connection that never comes about', () => {
  it('is refused by HTTP', async () => {
    simulator.faults.add({ kind: 'refuse-connection', times: 1 });
    const socket = new WebSocket(simulator.endpoint.ws);
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(503);
    response.destroy();
    await pairedClient(simulator, ANN);
  });

  it('hangs before the handshake is done', async () => {
    const client = await pairedClient(simulator, ANN);
    client.disconnect();
    simulator.faults.add({ kind: 'hang' });
    const socket = makeWASocket({
      waWebSocketUrl: simulator.endpoint.ws,
      auth: client.auth,
      version: [2, 3000, 1],
      logger: silentBaileysLogger,
      connectTimeoutMs: 200,
    });
    const closed = new Promise((resolve) =>
      socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
        if (connection === 'close') resolve(lastDisconnect?.error);
      }),
    );
    expect(await closed).toMatchObject({ output: { statusCode: 408 } });
  });
});

describe('A silent connection', () => {
  it('answers pings and delivers nothing; all comes with the next login', async () => {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { id } = simulator.faults.add({ kind: 'silent', answersQueries: true, target: ANN });
    const messages = received(client, 'message');
    await vera.send(ANN, 'into the void');
    await ping(client);
    await ping(client);
    expect(messages).toEqual([]);
    simulator.faults.remove(id);
    client.disconnect();
    await client.connect().message('into the void');
  });

  it('answers nothing at all', async () => {
    const client = await pairedClient(simulator, ANN);
    simulator.faults.add({ kind: 'silent', forMs: 60_000 });
    await expect(ping(client, 300)).rejects.toThrow('Timed Out');
    simulator.faults.clear();
    await ping(client);
  });

  it('is given up by a client that looks after its connection: 408', async () => {
    // Baileys looks once per interval, and gives up when nothing has come for five seconds more than that.
    const client = new TestClient(simulator.endpoint.ws, undefined, { keepAliveIntervalMs: 250 });
    await simulator.scan(await client.connect().qr(), { phone: ANN, name: 'Ann' });
    await client.open();
    simulator.faults.add({ kind: 'silent', target: ANN });
    expect(await client.closed()).toBe(408);
  }, 15_000);
});

describe('Stanzas on their way', () => {
  it('are late, and stay in order', async () => {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.faults.add({ kind: 'latency', ms: 60, jitterMs: 80 });
    const startedAt = performance.now();
    await ping(client);
    expect(performance.now() - startedAt).toBeGreaterThan(55);
    for (const text of ['one', 'two', 'three', 'four']) await vera.send(ANN, text);
    await client.message('four');
    expect(
      client.messages.filter(({ key }) => !key.fromMe).map(({ message }) => message?.conversation),
    ).toEqual(['one', 'two', 'three', 'four']);
  });

  it('lose their acks, or get them twice', async () => {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera', autoRead: false });
    simulator.faults.add({ kind: 'drop', only: { tag: 'ack', class: 'message' }, times: 1 });
    simulator.faults.add({ kind: 'duplicate', only: { tag: 'ack', class: 'message' } });
    const acks = received(client, 'ack,class:message');
    await client.send(vera.jid, 'not acknowledged');
    const id = await client.send(vera.jid, 'acknowledged twice');
    await client.status(id, SERVER_ACK);
    await ping(client);
    expect(acks.map(({ attrs }) => attrs.id)).toEqual([id, id]);
    await vera.waitForMessage(({ text }) => text === 'not acknowledged');
  });

  it('carry the wrong time', async () => {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.faults.add({ kind: 'clock-skew', seconds: -86_400 });
    const message = nextStanza(client, 'CB:message');
    await vera.send(ANN, 'from yesterday');
    const age = Date.now() / 1_000 - Number((await message).attrs.t);
    expect(age).toBeGreaterThan(86_300);
    expect(age).toBeLessThan(86_500);
  });
});

describe('A server', () => {
  it.each([463, 479, 421])('refuses messages with %i', async (code) => {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.faults.add({ kind: 'refuse-messages', code, times: 1 });
    const ack = nextStanza(client, 'CB:ack,class:message');
    const id = await client.send(vera.jid, 'refused');
    expect((await ack).attrs).toMatchObject({ id, error: String(code) });
    await client.until('the error', () =>
      client.events.some(
        ({ name, value }) =>
          (name === 'messages.update' && value.some(({ update }) => update.status === ERROR)) ||
          (name === 'messages.upsert' && value.messages.some(({ status }) => status === ERROR)),
      ),
    );
    await client.send(vera.jid, 'taken');
    await vera.waitForMessage(({ text }) => text === 'taken');
    expect(vera.messages.map(({ text }) => text)).toEqual(['taken']);
  });

  it('refuses queries of one kind', async () => {
    const client = await pairedClient(simulator, ANN);
    simulator.faults.add({
      kind: 'refuse-queries',
      code: 429,
      text: 'rate-overlimit',
      only: { xmlns: 'w:p' },
    });
    await expect(ping(client)).rejects.toMatchObject({ message: 'rate-overlimit', data: 429 });
    await client.socket.fetchBlocklist();
  });

  it('reads slowly', async () => {
    const client = await pairedClient(simulator, ANN);
    simulator.faults.add({ kind: 'slow-reader', bytesPerSecond: 500 });
    await ping(client);
    const startedAt = performance.now();
    await ping(client);
    expect(performance.now() - startedAt).toBeGreaterThan(60);
  });
});

describe('A script of faults', () => {
  async function acksLost(seed: number): Promise<boolean[]> {
    const client = await pairedClient(simulator, ANN);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera', autoRead: false });
    simulator.faults.play({
      seed,
      faults: [{ kind: 'drop', only: { tag: 'ack', class: 'message' }, chance: 0.5 }],
    });
    const acks = received(client, 'ack,class:message');
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push(await client.send(vera.jid, `message ${count}`));
    await ping(client);
    return ids.map((id) => acks.some(({ attrs }) => attrs.id === id));
  }

  it('does the same under the same seed, and something else under another', async () => {
    const runs: boolean[][] = [];
    for (const seed of [7, 7, 8]) {
      runs.push(await acksLost(seed));
      await simulator.close();
      simulator = await createSimulator({ receiptDelayMs: 1 });
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).not.toEqual(runs[2]);
  });

  it('is played, shown and stopped by way of the control API', async () => {
    const call = (method: string, path: string, body?: unknown) =>
      fetch(simulator.endpoint.http + path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    const client = await pairedClient(simulator, ANN);
    const played = await call('PUT', '/faults', {
      seed: 3,
      faults: [
        { kind: 'latency', ms: 5 },
        { kind: 'close', code: 440, target: ANN, afterMs: 50 },
      ],
    });
    expect(await played.json()).toMatchObject([
      { id: 'f1', state: 'active' },
      { id: 'f2', state: 'waiting' },
    ]);
    expect(await client.closed()).toBe(440);
    expect(await (await call('GET', '/faults')).json()).toMatchObject([{}, { state: 'spent', strikes: 1 }]);
    expect((await call('POST', '/faults', { kind: 'silent' })).status).toBe(201);
    expect((await call('POST', '/faults', { kind: 'sabotage' })).status).toBe(400);
    expect((await call('DELETE', '/faults/f1')).status).toBe(204);
    expect((await call('DELETE', '/faults/f1')).status).toBe(404);
    expect((await call('DELETE', '/faults')).status).toBe(204);
    expect(simulator.faults.list()).toEqual([]);
  });
});
