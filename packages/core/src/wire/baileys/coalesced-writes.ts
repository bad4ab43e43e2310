import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Lets the frames of a connection leave together that are written within one turn of the event loop.
 *
 * When many messages come at once, so do their receipts: one write to the system for each of them costs more than to encrypt it.
 */
export function coalesceWrites({ ws }: WASocket): void {
  ws.on('upgrade', ({ socket }: IncomingMessage) => holdWrites(socket));
}

/** The first writes of a turn leave when no promise can go on, so that nobody waits for them; the others at its end. */
export function holdWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as Socket['write'];
  let isHeld = false;
  let hasWritten = false;
  const release = () => {
    isHeld = false;
    socket.uncork();
  };
  socket.write = ((...values: Parameters<Socket['write']>) => {
    if (!isHeld) {
      isHeld = true;
      socket.cork();
      if (hasWritten) setImmediate(release);
      else {
        hasWritten = true;
        process.nextTick(release);
        setImmediate(() => {
          hasWritten = false;
        });
      }
    }
    return write(...values);
  }) as Socket['write'];
}
