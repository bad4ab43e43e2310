import { isWharfError, openManager } from '@wharf/core';
import { type Command, DEVICE, type ProcessOptions, type Word } from './protocol.js';

/** The program that is killed: a manager as any host runs it, told what to do by the harness. */
const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;

// The harness is gone, by whatever way: so are we.
process.once('disconnect', () => process.exit(1));

const manager = await openManager(options);
const [known] = await manager.listDevices();
if (!known) {
  await manager.createDevice({ id: DEVICE });
  // As much as the connection takes: what is killed in the middle of its work must have work.
  await manager.updateSettings(DEVICE, { pacing: { enabled: false } });
}
manager.onState(({ device }) => void tell({ type: 'state', state: device.state }));
// An event counts as handed over when the harness can no longer miss it.
manager.consume({ name: 'crash', startAt: 'beginning' }, (event) => tell({ type: 'event', event }));
process.on('message', (command: Command) => void obey(command));
void tell({ type: 'ready' });
void tell({ type: 'state', state: (await manager.getDevice(DEVICE)).state });

async function obey(command: Command): Promise<void> {
  if (command.type === 'login') return logIn();
  if (command.type === 'send') return send(command);
  await manager.close();
  process.exit(0);
}

async function logIn(): Promise<void> {
  for await (const step of await manager.loginDevice(DEVICE)) {
    if (step.type === 'qr') await tell({ type: 'qr', qr: step.qr });
  }
}

async function send({ key, to, text }: Command & { type: 'send' }): Promise<void> {
  try {
    const { messageId } = await manager.send(DEVICE, { to, text, idempotencyKey: key });
    await tell({ type: 'accepted', key, messageId });
  } catch (error) {
    if (!isWharfError(error)) throw error;
    await tell({ type: 'refused', key, code: error.code });
  }
}

function tell(word: Word): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(word, undefined, {}, (error) => (error ? reject(error) : resolve()));
  });
}
