import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';

/** Some twenty messages, to be decrypted in one go: less than ten milliseconds. */
const PORTION_BYTES = 8 * 1_024;

/**
 * Reads one portion of what has come in each turn of the event loop.
 *
 * Left to itself, Node.js reads up to two megabytes before it lets anybody else in: thousands of messages, each to be decrypted.
 */
export function portionReads({ ws }: WASocket): void {
  ws.on('upgrade', ({ socket }: IncomingMessage) => readInPortions(socket));
}

export function readInPortions(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...values: unknown[]) => boolean;
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...values);
    const [bytes] = values as [Buffer];
    socket.pause();
    setImmediate(() => socket.resume());
    if (bytes.length > PORTION_BYTES) socket.unshift(bytes.subarray(PORTION_BYTES));
    return emit('data', bytes.subarray(0, PORTION_BYTES));
  };
}
