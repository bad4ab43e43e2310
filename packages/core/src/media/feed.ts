import type { Writable } from 'node:stream';
import { free } from '../util/free.js';

/**
 * Writes a content piece by piece, each when the one before has gone, for as long as somebody takes it, and uses it up.
 *
 * A pipeline would read ahead, and leave every piece to the garbage collector. What goes wrong with the writing is told by `to`.
 */
export async function feed(to: Writable, content: AsyncIterable<Uint8Array>): Promise<void> {
  let onClosed: () => void = () => undefined;
  to.once('close', () => onClosed());
  for await (const bytes of content) {
    const isTaken = await new Promise<boolean>((resolve) => {
      onClosed = () => resolve(false);
      to.write(bytes, (error) => resolve(!error));
    });
    if (!isTaken) return;
    free(bytes);
  }
  to.end();
}
