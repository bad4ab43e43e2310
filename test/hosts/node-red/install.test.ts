import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeRedHost } from './host.js';

describe('The package, installed by npm as the palette manager does it', () => {
  let host: NodeRedHost;

  beforeAll(async () => {
    host = await NodeRedHost.start({ isInstalledByNpm: true });
  }, 240_000);

  afterAll(() => host?.remove());

  it('is loaded with all its nodes, and opens its storage with what came with it', async () => {
    const sets = await host.json<{ module: string; enabled: boolean; types: string[]; err?: string }[]>(
      'GET',
      'nodes',
    );
    const ours = sets.filter(({ module }) => module === '@wharf/node-red-whatsapp-device');
    expect(ours).toMatchObject([
      { enabled: true, types: expect.arrayContaining(['wharf-device', 'wharf-send']) },
    ]);
    expect(ours[0]).not.toHaveProperty('err');
    expect(await host.json('GET', 'wharf-device')).toEqual([]);
  });

  it('brings everything it needs, and nothing that npm knows to be unsafe to load', async () => {
    const { stdout } = await promisify(execFile)('npm', ['ls', '--all', '--json', '--omit=dev'], {
      cwd: host.userDir,
    });
    expect(JSON.parse(stdout)).not.toHaveProperty('problems');
  });
});
