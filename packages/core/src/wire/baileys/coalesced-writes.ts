import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Lets the frames of a connection leave together that are written before the promises of the moment have run.
 *
 * When many messages come at once, so do their receipts: one write to the system for each of them costs more than to encrypt it.
 */
export function coalesceWrites({ ws }: WASocket): void {
  ws.on('upgrade', ({ socket }: IncomingMessage) => holdWrites(socket));
}

export function holdWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as Socket['write'];
  let isHeld = false;
  socket.write = ((...values: Parameters<Socket['write']>) => {
    if (!isHeld) {
      isHeld = true;
      socket.cork();
      // After a callback of the event loop, and again whenever no promise can go on.
      process.nextTick(() => {
        isHeld = false;
        socket.uncork();
      });
    }
    return write(...values);
  }) as Socket['write'];
}
