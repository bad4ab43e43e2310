import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Reads one portion (64 kB) of what has come in each turn of the event loop.
 *
 * Left to itself, Node.js reads up to two megabytes before it lets anybody else in: thousands of messages, each to be decrypted.
 */
export function portionReads({ ws }: WASocket): void {
  ws.on('upgrade', ({ socket }: IncomingMessage) => readInPortions(socket));
}

export function readInPortions(socket: Socket): void {
  socket.on('data', () => {
    socket.pause();
    setImmediate(() => socket.resume());
  });
}
