import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@wharf/core';
import { watchAskedPlaces } from './asked-places.js';
import { connect, isMain } from './connect.js';

/** n8n starts first: what it loads at its start must not slow it down. */
const START_MS = 10_000;

const ignore = () => undefined;
const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Goes on reading the answers to questions that were asked before n8n was started, or by another process of it. */
export async function goOnWaiting(): Promise<void> {
  if (!isMain()) return;
  await pause(START_MS, undefined, { ref: false });
  await watchAskedPlaces((place) => void reach(place));
}

/** A gateway may be away when n8n starts; each try takes twice as long to come as the one before, a minute at most. */
async function reach(place: Parameters<typeof connect>[0]): Promise<void> {
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 60_000)) {
    try {
      await connect(place, silent);
      return;
    } catch {
      await pause(waitMs, undefined, { ref: false });
    }
  }
}
