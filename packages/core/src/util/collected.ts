import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So much may be garbage before V8 is made to look for it: on its own it waits for 64 MB of buffers. */
const GARBAGE_BYTES = 8 * 1024 ** 2;

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | undefined;

/** Collects what has died young: some milliseconds, whatever the size of the heap. */
function collectYoung(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
    setFlagsFromString('--no-expose-gc');
  }
  collect({ type: 'minor' });
}

/**
 * Passes a content on, and has its pieces collected as they are done with.
 *
 * For pieces that are somebody else's as well: those that are ours alone are given back at once, by `free`.
 */
export async function* collected<Piece extends Uint8Array>(
  content: AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  let garbage = 0;
  for await (const bytes of content) {
    garbage += bytes.byteLength;
    yield bytes;
    if (garbage < GARBAGE_BYTES) continue;
    garbage = 0;
    collectYoung();
  }
}
