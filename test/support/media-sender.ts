import { openManager } from '@wharf/core';

/** What the process is told: a storage with a device that is linked, what to fetch and to whom to send it. */
export interface SenderWork {
  storage: string;
  endpoint: string;
  /** Messages with a file, the small one first: what a process allocates for its first file, it keeps. */
  small: string;
  large: string;
  to: string;
}

/** What it says: by how many bytes its memory grew at the most, in either direction, and the message it sent. */
export interface SenderResult {
  grewIn: number;
  grewOut: number;
  sha256: string;
  messageId: string;
}

const { storage, endpoint, small, large, to } = JSON.parse(process.argv[2] ?? '') as SenderWork;
const manager = await openManager({ storage, endpoint });
await new Promise<void>((resolve) => {
  const look = async () => {
    const { state } = await manager.getDevice('shop');
    if (state.name === 'connected' && !state.isSyncing) resolve();
  };
  manager.onState(() => void look());
  void look();
});

/** By how much the memory of this process grows at the most while something is done. */
async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss()) - before;
}

const fetchMedia = (messageId: string) =>
  manager.act('message.downloadMedia', { deviceId: 'shop', messageId });
const send = async (sha256: string): Promise<string> => {
  const stream = manager.readMedia('shop', sha256);
  const { messageId } = await manager.send('shop', {
    to,
    content: { kind: 'document', fileName: 'large.bin', media: { stream } },
  });
  const { state } = await manager.waitForSend('shop', messageId, { timeoutMs: 60_000 });
  if (state !== 'sent') throw new Error(`The message is ${state}.`);
  return messageId;
};

await send((await fetchMedia(small)).sha256);
let sha256 = '';
const grewIn = await growthOf(async () => {
  ({ sha256 } = await fetchMedia(large));
});
let messageId = '';
const grewOut = await growthOf(async () => {
  messageId = await send(sha256);
});
process.stdout.write(JSON.stringify({ grewIn, grewOut, sha256, messageId } satisfies SenderResult));
await manager.close();
