import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuthenticationState,
  BufferJSON,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '@whiskeysockets/baileys';
import { bareBaileys } from './bare-baileys.js';
import type { Contestant } from './contestant.js';

interface Kept {
  creds: AuthenticationState['creds'];
  entries: Map<string, unknown>;
}

/** Baileys with its keys in a map and messages nowhere: as fast as it can be, and gone when the process is. */
export function bareMemory(): Contestant {
  const devices = new Map<string, Kept>();
  return bareBaileys({
    // Not part of the contest: a start needs devices that were linked before, so a file hands them on.
    async load(folder) {
      const file = join(folder, 'memory.json');
      if (!existsSync(file)) return;
      const stored = JSON.parse(readFileSync(file, 'utf8'), BufferJSON.reviver) as [
        string,
        Kept['creds'],
        [string, unknown][],
      ][];
      for (const [name, creds, entries] of stored) devices.set(name, { creds, entries: new Map(entries) });
    },
    devices: async () => [...devices.keys()],
    async auth(_folder, name) {
      const kept = devices.get(name) ?? { creds: initAuthCreds(), entries: new Map<string, unknown>() };
      devices.set(name, kept);
      return { state: { creds: kept.creds, keys: mapStore(kept.entries) }, saveCreds: async () => undefined };
    },
    keep: (_folder, _messages, then) => then(),
    async close(folder) {
      const all = [...devices].map(([name, { creds, entries }]) => [name, creds, [...entries]]);
      writeFileSync(join(folder, 'memory.json'), JSON.stringify(all, BufferJSON.replacer));
    },
  });
}

function mapStore(entries: Map<string, unknown>): AuthenticationState['keys'] {
  return {
    async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
      const found: Record<string, SignalDataTypeMap[T]> = {};
      for (const id of ids) {
        const value = entries.get(`${type}:${id}`);
        if (value)
          found[id] = (type === 'app-state-sync-key' ? revive(value) : value) as SignalDataTypeMap[T];
      }
      return found;
    },
    async set(data: SignalDataSet) {
      for (const [type, values] of Object.entries(data))
        for (const [id, value] of Object.entries(values))
          if (value) entries.set(`${type}:${id}`, value);
          else entries.delete(`${type}:${id}`);
    },
  };
}

/** What was read from the file is plain data; in the other case this changes nothing. */
const revive = (value: unknown) =>
  proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>);
