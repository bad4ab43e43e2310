import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MediaFiles } from '../../packages/core/src/media/files.js';

/** Writes to the media folder, and never comes to an end: until it is killed. */
const folder = join(process.argv[2] ?? '', 'media');

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; count += 1) {
    yield randomBytes(100_000);
    if (count === 20) process.stdout.write('writing\n');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

await new MediaFiles(folder, false).write(endless());
