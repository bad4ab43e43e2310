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

/**
 * Each frame counts as written when it is held: Baileys deals with one message after the other, and waits for its receipt to be
 * written before the next. A connection that fails then is closed, and what was held is owed again on the next.
 */
export function holdWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...values: unknown[]) => boolean;
  let isHeld = false;
  const hold = () => {
    if (isHeld) return;
    isHeld = true;
    socket.cork();
    process.nextTick(() => {
      isHeld = false;
      socket.uncork();
    });
  };
  socket.write = ((...values: unknown[]) => {
    if (!socket.writable) return write(...values);
    hold();
    const onWritten = values.at(-1);
    if (typeof onWritten !== 'function') return write(...values);
    queueMicrotask(() => onWritten());
    return write(...values.slice(0, -1));
  }) as Socket['write'];
}
