import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceId, Jid, MessageId } from '../../types/ids.js';
import { parseEncryptionKey } from '../encryption/encryption-key.js';
import { openStorage } from './open-storage.js';

/** What no file of an encrypted storage may hold. */
export const SECRETS = ['15550009', 'Vera Example', 'meet me at nine', 'sessionbytes'];

/** The sessions that `fillStorage` makes, one of them set aside. */
export const SESSIONS = [join('sessions', '0000000000000000'), join('set-aside', '1-0123456789abcdef')];

const vera = '15550009@s.whatsapp.net' as Jid;

/** Puts a device with messages, a contact and some sessions into a storage. */
export async function fillStorage(
  folder: string,
  key?: string,
  { messages = 50, sessionBytes = 2_000 } = {},
): Promise<void> {
  const { store, openSession } = await openStorage(folder, {
    key: key === undefined ? undefined : parseEncryptionKey(key),
  });
  store.devices.put({
    id: 'shop' as DeviceId,
    state: { name: 'disconnected', reason: 'stopped' },
    sessionFolder: SESSIONS[0] ?? '',
    createdAt: 1,
  });
  const scoped = store.forDevice({ deviceId: 'shop' as DeviceId, jid: '15550001@s.whatsapp.net' as Jid });
  store.transaction(() => {
    scoped.contacts.put({ jid: vera, name: 'Vera Example', phone: '15550009' });
    for (let index = 0; index < messages; index += 1) {
      scoped.messages.put({
        id: `M${index}` as MessageId,
        chat: vera,
        isGroup: false,
        isFromMe: false,
        sender: { jid: vera, phone: '15550009' },
        content: { kind: 'text', text: `meet me at nine, ${index}` },
        at: index,
        isOffline: false,
      });
    }
  });
  for (const name of SESSIONS) {
    const session = openSession(join(folder, name));
    session.signal.sessions.put('15550009.0', Buffer.from('sessionbytes'.repeat(sessionBytes / 12)));
    session.close();
  }
  store.close();
}

/** Reads back what `fillStorage` has put there. */
export async function readStorage(folder: string, key?: string) {
  const { store, openSession } = await openStorage(folder, {
    key: key === undefined ? undefined : parseEncryptionKey(key),
  });
  try {
    const scoped = store.forDevice({ deviceId: 'shop' as DeviceId, jid: '15550001@s.whatsapp.net' as Jid });
    const sessions = SESSIONS.map((name) => {
      const session = openSession(join(folder, name));
      const record = session.signal.sessions.get('15550009.0');
      session.close();
      return record?.length;
    });
    return {
      messages: scoped.messages.getOfChat(vera, 1_000_000).length,
      contacts: scoped.contacts.getAll().map(({ name }) => name),
      sessions,
    };
  } finally {
    store.close();
  }
}

/** Every file below a folder with a hash of what is in it. */
export function snapshot(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

/** The names below a folder, and the files, that hold one of these texts. */
export function leaks(folder: string, secrets: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const content = entry.isFile() ? readFileSync(join(entry.parentPath, entry.name)) : Buffer.alloc(0);
    return secrets
      .filter((secret) => entry.name.includes(secret) || content.includes(secret))
      .map((secret) => `${entry.name}: ${secret}`);
  });
}
