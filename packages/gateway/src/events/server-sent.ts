import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Manager, WharfEvent } from '@wharf/core';
import { ALIVE_EVERY_MS, SLOWEST_CLIENT_MS } from './limits.js';
import { watchLogins } from './logins.js';
import type { Subscription } from './subscription.js';

/**
 * Writes events to a response as Server-Sent Events, until one side ends it. The client remembers how far it was: the ID of each
 * event is its `seq`.
 */
export function sendEvents(
  manager: Manager,
  response: ServerResponse,
  { request, isFor, areLoginsWanted }: Subscription,
  isTokenGood: () => boolean,
): { end(): Promise<void> } {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // A proxy must not gather what is to be seen at once.
    'x-accel-buffering': 'no',
  });
  response.write('retry: 2000\n\n');
  const write = async (text: string): Promise<void> => {
    if (response.destroyed) throw new Error('The client is gone.');
    if (response.write(text)) return;
    const late = setTimeout(() => response.destroy(), SLOWEST_CLIENT_MS);
    try {
      await Promise.race([once(response, 'drain'), closed]);
    } finally {
      clearTimeout(late);
    }
    if (response.destroyed) throw new Error('The client is gone.');
  };
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const reading = manager.consume(request, (event) => (isFor(event) ? write(textOf(event)) : undefined));
  const unwatch = areLoginsWanted
    ? watchLogins(
        manager,
        (deviceId) => isFor({ deviceId: deviceId as never, type: 'device.state' }),
        (notice) => void response.write(`event: ${notice.type}\ndata: ${JSON.stringify(notice)}\n\n`),
      )
    : () => undefined;
  const alive = setInterval(() => {
    if (isTokenGood()) response.write(': alive\n\n');
    else response.end();
  }, ALIVE_EVERY_MS);
  const end = async () => {
    clearInterval(alive);
    unwatch();
    const stopped = reading.stop();
    response.end();
    await stopped;
  };
  void closed.then(end);
  return { end };
}

const textOf = (event: WharfEvent): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
