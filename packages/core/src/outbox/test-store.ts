import { openSqliteStore } from '../store/sqlite/store.js';
import type { Store } from '../store/store.js';
import type { OutboxMedia } from './media.js';

/** A real store that gathers nothing, so that the clock of a test can pass in one go. */
export function openPromptStore(folder: string): Store {
  const store = openSqliteStore(folder);
  return { ...store, gather: async (run) => store.transaction(run) };
}

/** Time for everything within one turn of the event loop, for the same reason. */
export const endlessTurns = { mayGoOn: () => true, giveWay: async () => undefined };

/** For tests in which nothing has a file. */
export const noMedia: OutboxMedia = {
  hold: () => undefined,
  makeReady: async ({ content }) => content,
  settle: () => undefined,
  resume: () => undefined,
  close: () => undefined,
};
