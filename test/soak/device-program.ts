import { openManager } from '@wharf/core';
import { announce, serve } from '../bench/processes/channel.js';
import { Sampler } from './sampler.js';

/*
 * The device whose process must not grow: node --expose-gc ... device-program.mjs MANAGER-OPTIONS
 */

const DEVICE = 'shop';

const options = JSON.parse(process.argv[2] ?? '{}');
const manager = await openManager(options);
manager.onState(({ device }) => announce({ state: device.state }));
const sampler = new Sampler(options.storage);

const methods = {
  /** Resolves when the device is linked and connected. QR codes are announced meanwhile, states always, and every event from then on. */
  async link(): Promise<void> {
    await manager.createDevice({ id: DEVICE });
    // As much as the connection takes: what is measured is not how long a send is made to wait.
    await manager.updateSettings(DEVICE, { pacing: { enabled: false } });
    const login = await manager.loginDevice(DEVICE);
    for await (const step of login) if (step.type === 'qr') announce({ qr: step.qr });
    const outcome = await login.outcome;
    if (outcome.type !== 'connected') throw new Error(`It was not linked: ${JSON.stringify(outcome)}`);
    manager.consume({ name: 'soak', startAt: 'beginning' }, (event) => announce({ event }));
  },

  /** Resolves when the text is accepted; answers with its message id. */
  async send(to: string, text: string): Promise<string> {
    return (await manager.send(DEVICE, { to, text, idempotencyKey: text })).messageId;
  },

  sample: (withHeap: boolean) => sampler.take(withHeap),
  writeHeapSnapshot: (file: string) => sampler.writeHeapSnapshot(file),
  close: () => manager.close(),
};

export type DeviceMethods = typeof methods;

serve(methods);
