import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WASocket } from '@whiskeysockets/baileys';
import { incomingTurns } from './incoming-turns.js';

/** Some ten messages, to be decrypted in one go: less than five milliseconds. */
const PORTION_BYTES = 4 * 1_024;

/**
 * Reads one portion of what has come in each turn of the event loop, and none while messages of those before it wait.
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
    void incomingTurns.giveWay().then(() => setImmediate(() => socket.resume()));
    if (bytes.length > PORTION_BYTES) socket.unshift(bytes.subarray(PORTION_BYTES));
    return emit('data', bytes.subarray(0, PORTION_BYTES));
  };
}
