import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NodeRedHost } from './host.js';

const as = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('The admin routes of a Node-RED with users', () => {
  let simulator: Simulator;
  let host: NodeRedHost;

  beforeAll(async () => {
    simulator = await createSimulator();
    host = await NodeRedHost.start({ endpoint: simulator.endpoint, hasUsers: true });
  });

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  const status = async (method: string, path: string, token?: string) =>
    (await host.request(method, path, method === 'POST' ? {} : undefined, token ? as(token) : {})).status;

  it('show the code to a user who may deploy, and to nobody else', async () => {
    expect(await status('POST', 'wharf-device/phone/login', 'rw')).toBe(200);
    const qr = await vi.waitFor(
      async () => {
        const answer = await host.json<{ code?: { qr: string; image: string } }>(
          'GET',
          'wharf-device/phone/code',
          undefined,
          as('rw'),
        );
        if (!answer.code) throw new Error('There is no code yet.');
        return answer.code;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(qr.image).toMatch(/^data:image\/svg\+xml;base64,/);
    for (const token of ['ro', undefined])
      expect(await status('GET', 'wharf-device/phone/code', token)).toBe(401);

    const state = await host.request('GET', 'wharf-device/phone/state', undefined, as('ro'));
    expect(state.status).toBe(200);
    const text = await state.text();
    expect(text).toContain('"login":"qr"');
    expect(text).not.toContain(qr.qr);
    expect(host.log).not.toContain(qr.qr);
  });

  it('refuse every change by a user who may only read', async () => {
    for (const path of ['login', 'login/cancel', 'logout']) {
      for (const token of ['ro', undefined])
        expect(await status('POST', `wharf-device/phone/${path}`, token)).toBe(401);
    }
    expect(await status('GET', 'wharf-device', 'ro')).toBe(200);
    expect(await status('GET', 'wharf-device')).toBe(401);
  });

  it('answer a wrong request with a code and a sentence', async () => {
    const answer = async (path: string, body: object) => {
      const response = await host.request('POST', `wharf-device/${path}`, body, as('rw'));
      return { status: response.status, body: await response.json() };
    };
    expect(await answer('-no-id/login', {})).toMatchObject({
      status: 400,
      body: { code: 'DEVICE_ID_INVALID' },
    });
    expect(await answer('phone/login', { name: 7 })).toMatchObject({
      status: 400,
      body: { code: 'OPTION_INVALID' },
    });
    expect(await answer('nobody/logout', {})).toMatchObject({
      status: 404,
      body: { code: 'DEVICE_NOT_FOUND' },
    });
  });

  it('remove a device that was never linked when its dialog is cancelled', async () => {
    const cancelled = await host.json('POST', 'wharf-device/phone/login/cancel', { discard: true }, as('rw'));
    expect(cancelled).toEqual({ login: 'none' });
    expect(await host.json('GET', 'wharf-device', undefined, as('rw'))).toEqual([]);
  });
});
