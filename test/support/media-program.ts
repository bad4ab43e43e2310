import { DeviceMedia } from '../../packages/core/src/media/device-media.js';
import type { Download } from '../../packages/core/src/media/download.js';
import { MediaFiles } from '../../packages/core/src/media/files.js';
import { MediaLibrary } from '../../packages/core/src/media/library.js';
import { openSqliteStore } from '../../packages/core/src/store/sqlite/store.js';
import type { MediaReference } from '../../packages/core/src/types/content-parts.js';
import type { DeviceId, Jid } from '../../packages/core/src/types/ids.js';
import { systemClock } from '../../packages/core/src/util/clock.js';
import { silentLogger } from '../../packages/core/src/util/logger.js';
import type { MediaHosts } from '../../packages/core/src/wire/media.js';

/** What the process is told: where it works, and the media it moves, a small one first to warm up. */
export interface MediaWork {
  storage: string;
  hosts: MediaHosts;
  small: Download;
  large: Download;
}

/** What it says: by how many bytes its memory grew at the most, in either direction, and what it has uploaded. */
export interface MediaResult {
  grewIn: number;
  grewOut: number;
  uploaded: MediaReference;
}

const { storage, hosts, small, large } = JSON.parse(process.argv[2] ?? '') as MediaWork;
const store = openSqliteStore(storage);
const id = 'a' as DeviceId;
store.devices.put({
  id,
  state: { name: 'disconnected', reason: 'created' },
  sessionFolder: 'a',
  createdAt: 1,
});
const account = store.forDevice({ deviceId: id, jid: '1@s.whatsapp.net' as Jid }).media;
const around = { clock: systemClock, logger: silentLogger };
const library = new MediaLibrary(new MediaFiles(`${storage}/media`, false), store.media, around, {
  maxCount: 100,
  maxBytes: 1e12,
  maxAgeMs: 1e12,
});
const wire = {
  hosts: async () => hosts,
  requestUpload: () => Promise.reject(new Error('Nothing has expired here.')),
};
const media = new DeviceMedia(library, account, () => wire, {
  ...around,
  storage,
  arePrivateAddressesAllowed: false,
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

const receive = (download: Download) => media.download(download, { owner: 'in', isHeld: false });
const send = async (download: Download): Promise<MediaReference> => {
  const taken = await media.take(
    { stream: media.read(download.reference.sha256 ?? '') },
    { owner: 'out', isHeld: true },
  );
  return media.upload(taken, 'document');
};

await receive(small);
await send(small);
const grewIn = await growthOf(() => receive(large));
let uploaded: MediaReference | undefined;
const grewOut = await growthOf(async () => {
  uploaded = await send(large);
});
process.stdout.write(JSON.stringify({ grewIn, grewOut, uploaded }));
store.close();
