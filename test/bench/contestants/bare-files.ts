import { createWriteStream, mkdirSync, readdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { BufferJSON, makeCacheableSignalKeyStore, useMultiFileAuthState } from '@whiskeysockets/baileys';
import { bareBaileys } from './bare-baileys.js';
import type { Contestant } from './contestant.js';
import { silentLogger } from './silent-logger.js';

const MESSAGES = 'messages.jsonl';

/** Baileys as most of its users run it: keys in many files behind the cache of its example, messages appended to one. */
export function bareFiles(): Contestant {
  let messagesFile: WriteStream | undefined;
  return bareBaileys({
    load: async () => undefined,
    devices: async (folder) => readdirSync(folder).filter((name) => name !== MESSAGES),
    async auth(folder, name) {
      const { state, saveCreds } = await useMultiFileAuthState(join(folder, name));
      const keys = makeCacheableSignalKeyStore(state.keys, silentLogger);
      return { state: { creds: state.creds, keys }, saveCreds };
    },
    keep(folder, messages, then) {
      mkdirSync(folder, { recursive: true });
      messagesFile ??= createWriteStream(join(folder, MESSAGES), { flags: 'a' });
      const lines = messages.map((message) => `${JSON.stringify(message, BufferJSON.replacer)}\n`);
      messagesFile.write(lines.join(''), then);
    },
    close: () =>
      new Promise((resolve) => {
        if (messagesFile) messagesFile.end(resolve);
        else resolve();
      }),
  });
}
