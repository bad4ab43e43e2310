import { createReadStream } from 'node:fs';
import { openManager } from '@wharf/core';
import { growthOf } from './growth.js';

/** What the process is told: a storage with a device that is linked, what to fetch, where to, and to whom to send it. */
export interface SenderWork {
  storage: string;
  endpoint: string;
  /** A message with a file. */
  messageId: string;
  path: string;
  /** A file of zeros that takes no room on the disk, as large as is to be tried. */
  sparse: string;
  to: string;
}

/** What it says: by how many bytes its memory grew at the most, each way, and the message it sent. */
export interface SenderResult {
  grew: Record<'in' | 'saved' | 'read' | 'taken from a stream' | 'out' | 'out, sparse', number>;
  sha256: string;
  messageId: string;
}

const { storage, endpoint, messageId, path, sparse, to } = JSON.parse(process.argv[2] ?? '') as SenderWork;
const manager = await openManager({ storage, endpoint });
await new Promise<void>((resolve) => {
  const look = async () => {
    const { state } = await manager.getDevice('shop');
    if (state.name === 'connected' && !state.isSyncing) resolve();
  };
  manager.onState(() => void look());
  void look();
});

// The device has done something already: what its start takes is not the file's.
const { messageId: hello } = await manager.send('shop', { to, text: 'Hello' });
await manager.waitForSend('shop', hello);

async function send(file: string): Promise<string> {
  const content = { kind: 'document' as const, media: { path: file } };
  const queued = await manager.send('shop', { to, content });
  const { state } = await manager.waitForSend('shop', queued.messageId, { timeoutMs: 110_000 });
  if (state !== 'sent') throw new Error(`The message is ${state}.`);
  return queued.messageId;
}

// The first file that this process sees, and the others.
let sha256 = '';
let sent = '';
const grew = {
  in: await growthOf(async () => {
    ({ sha256 } = await manager.act('message.downloadMedia', { deviceId: 'shop', messageId }));
  }),
  saved: await growthOf(() => manager.act('media.get', { deviceId: 'shop', messageId, saveAs: path })),
  read: await growthOf(async () => {
    for await (const bytes of manager.readMedia('shop', sha256)) if (bytes.length === 0) throw new Error();
  }),
  'taken from a stream': await growthOf(() =>
    manager.media('shop').store({ stream: createReadStream(path) }),
  ),
  out: await growthOf(async () => {
    sent = await send(path);
  }),
  'out, sparse': await growthOf(() => send(sparse)),
};
const result: SenderResult = { grew, sha256, messageId: sent };
process.stdout.write(JSON.stringify(result));
await manager.close();
