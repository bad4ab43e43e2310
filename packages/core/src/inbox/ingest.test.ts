import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog } from '../events/log.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Scope, Store } from '../store/store.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import { ingest } from './ingest.js';

const scope: Scope = { deviceId: 'shop' as DeviceId, jid: '1@s.whatsapp.net' as Jid };
const veraPn = '15550009@s.whatsapp.net' as Jid;
const veraLid = '900000000009@lid' as Jid;

let folder: string;
let store: Store;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-ingest-'));
  store = openSqliteStore(folder);
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  log = new EventLog(store, systemClock, silentLogger);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const message = (id: string, change: Partial<Message> = {}): Message => ({
  id: id as MessageId,
  chat: veraPn,
  isGroup: false,
  isFromMe: false,
  sender: { jid: veraPn, lid: veraLid, phone: '15550009', name: 'Vera' },
  content: { kind: 'text', text: id },
  at: 1,
  isOffline: false,
  ...change,
});
const events = () => store.events.getAfter(0, {}, 100);

describe('ingest', () => {
  it('stores a message, its chat and its sender, and tells the log', () => {
    ingest(store, log, scope, message('M1'));
    const { chats, contacts, messages } = store.forDevice(scope);
    expect(messages.getOfChat(veraPn, 10)).toEqual([message('M1')]);
    expect(chats.getAll(10)).toEqual([{ jid: veraPn, name: 'Vera', lastMessageAt: 1 }]);
    expect(contacts.getAll()).toEqual([message('M1').sender]);
    expect(events()).toMatchObject([
      { type: 'message', deviceId: 'shop', jid: scope.jid, payload: message('M1') },
    ]);
  });

  it('does nothing when the message comes again', () => {
    ingest(store, log, scope, message('M1'));
    ingest(store, log, scope, message('M1', { isOffline: true }));
    expect(events()).toHaveLength(1);
  });

  it('files somebody who is known by number under the number, whatever address they use', () => {
    ingest(store, log, scope, message('M1'));
    ingest(store, log, scope, message('M2', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    expect(store.forDevice(scope).messages.getOfChat(veraPn, 10)).toHaveLength(2);
    expect(events().at(-1)?.payload).toMatchObject({
      chat: veraPn,
      sender: { jid: veraPn, phone: '15550009' },
    });
  });

  it('keeps somebody whose number is not known under the hidden address', () => {
    ingest(store, log, scope, message('M1', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    expect(events()[0]?.payload).toMatchObject({ chat: veraLid });
  });

  it('says nothing of the echo of our own send, but does of what the phone wrote', () => {
    store.forDevice(scope).outbox.put({
      messageId: 'OURS' as MessageId,
      chat: veraPn,
      text: 'hello',
      state: 'sending',
      queuedAt: 1,
      attempts: 1,
      notBefore: 1,
      expiresAt: 2,
    });
    ingest(store, log, scope, message('OURS', { isFromMe: true }));
    ingest(store, log, scope, message('PHONE', { isFromMe: true }));
    expect(events().map((event) => event.type === 'message' && event.payload.id)).toEqual(['PHONE']);
  });
});
