import { createWriteStream, mkdirSync, readdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  BufferJSON,
  makeCacheableSignalKeyStore,
  type SignalDataSet,
  useMultiFileAuthState,
} from '@whiskeysockets/baileys';
import { bareBaileys } from './bare-baileys.js';
import type { Contestant } from './contestant.js';
import { silentLogger } from './silent-logger.js';

const MESSAGES = 'messages.jsonl';

/** Baileys as most of its users run it: keys in many files behind the cache of its example, messages appended to one. */
export function bareFiles(): Contestant {
  const underWay = new Set<Promise<void>>();
  let messagesFile: WriteStream | undefined;

  /** Remembers a write until it is done: Baileys does not wait for all of them, and an orderly end has to. */
  async function tracked(write: void | Promise<void>): Promise<void> {
    const done = Promise.resolve(write).finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  }

  return bareBaileys({
    load: async () => undefined,
    devices: async (folder) => readdirSync(folder).filter((name) => name !== MESSAGES),
    async auth(folder, name) {
      const { state, saveCreds } = await useMultiFileAuthState(join(folder, name));
      const files = { ...state.keys, set: (data: SignalDataSet) => tracked(state.keys.set(data)) };
      const keys = makeCacheableSignalKeyStore(files, silentLogger);
      return { state: { creds: state.creds, keys }, saveCreds: () => tracked(saveCreds()) };
    },
    keep(folder, messages, then) {
      mkdirSync(folder, { recursive: true });
      messagesFile ??= createWriteStream(join(folder, MESSAGES), { flags: 'a' });
      const lines = messages.map((message) => `${JSON.stringify(message, BufferJSON.replacer)}\n`);
      messagesFile.write(lines.join(''), then);
    },
    async close() {
      while (underWay.size > 0) {
        await Promise.all(underWay);
        await pause(10);
      }
      await new Promise<void>((resolve) => (messagesFile ? messagesFile.end(resolve) : resolve()));
    },
  });
}
