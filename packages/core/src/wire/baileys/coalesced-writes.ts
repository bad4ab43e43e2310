import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Lets the frames of a connection leave together that are written before the promises of the moment have run, and only once
 * what went before them is on disk.
 *
 * When many messages come at once, so do their receipts: one write to the system for each of them costs more than to encrypt it,
 * and so does one commit.
 *
 * @param commit puts on disk what was written so far; when it throws, nothing leaves and the connection is cut
 */
export function coalesceWrites({ ws }: WASocket, commit: () => void): void {
  ws.on('upgrade', ({ socket }: IncomingMessage) => holdWrites(socket, commit));
}

/**
 * Each frame counts as written when it is held: Baileys deals with one message after the other, and waits for its receipt to be
 * written before the next. A connection that fails then is closed, and what was held is owed again on the next.
 */
export function holdWrites(socket: Socket, commit: () => void): void {
  const write = socket.write.bind(socket) as (...values: unknown[]) => boolean;
  const end = socket.end.bind(socket) as (...values: unknown[]) => Socket;
  let isHeld = false;
  const release = () => {
    if (!isHeld || socket.destroyed) return;
    try {
      commit();
    } catch {
      // What it was hears of it elsewhere; here it matters that no ciphertext leaves whose key may be used again.
      socket.destroy();
      return;
    }
    isHeld = false;
    socket.uncork();
  };
  const hold = () => {
    if (isHeld) return;
    isHeld = true;
    socket.cork();
    process.nextTick(release);
  };
  socket.write = ((...values: unknown[]) => {
    if (!socket.writable) return write(...values);
    hold();
    const onWritten = values.at(-1);
    if (typeof onWritten !== 'function') return write(...values);
    queueMicrotask(() => onWritten());
    return write(...values.slice(0, -1));
  }) as Socket['write'];
  // The end of a connection lets out what is held.
  socket.end = ((...values: unknown[]) => {
    release();
    return end(...values);
  }) as Socket['end'];
}
