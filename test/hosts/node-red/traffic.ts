import { setTimeout as pause } from 'node:timers/promises';
import type { Contact } from '@wharf/simulator';

const MESSAGE_EVERY_MS = 20;

/** A contact writes, a message every few milliseconds, while something is done; the answer is all that was written. */
export async function underTraffic(
  contact: Contact,
  phone: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const written: string[] = [];
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      const text = `${name} ${written.length}`;
      await contact.send(phone, text);
      written.push(text);
      await pause(MESSAGE_EVERY_MS);
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await writing;
  }
  return written;
}
