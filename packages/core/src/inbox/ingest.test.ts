import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WharfError } from '../errors/errors.js';
import { EventLog } from '../events/log.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Scope, Store } from '../store/store.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import { Inbox } from './inbox.js';
import { type Received, store as storeReceived } from './ingest.js';

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
const take = (received: Received) => store.transaction(() => storeReceived(store, log, scope, received));
const ingest = (received: Message) => take({ type: 'message', message: received });
const events = () => store.events.getAfter(0, {}, 100);

describe('ingest', () => {
  it('stores a message, its chat and its sender, and tells the log', () => {
    ingest(message('M1'));
    const { chats, contacts, messages } = store.forDevice(scope);
    expect(messages.getOfChat(veraPn, 10)).toEqual([message('M1')]);
    expect(chats.getAll(10)).toEqual([{ jid: veraPn, name: 'Vera', lastMessageAt: 1, unreadCount: 1 }]);
    expect(contacts.getAll()).toEqual([message('M1').sender]);
    expect(events()).toMatchObject([
      { type: 'message', deviceId: 'shop', jid: scope.jid, payload: message('M1') },
    ]);
  });

  it('does nothing when the message comes again', () => {
    ingest(message('M1'));
    ingest(message('M1', { isOffline: true }));
    expect(events()).toHaveLength(1);
  });

  it('files somebody who is known by number under the number, whatever address they use', () => {
    ingest(message('M1'));
    ingest(message('M2', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    expect(store.forDevice(scope).messages.getOfChat(veraPn, 10)).toHaveLength(2);
    expect(events().at(-1)?.payload).toMatchObject({
      chat: veraPn,
      sender: { jid: veraPn, phone: '15550009' },
    });
  });

  it('keeps somebody whose number is not known under the hidden address', () => {
    ingest(message('M1', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    expect(events()[0]?.payload).toMatchObject({ chat: veraLid });
  });

  it('says nothing of the echo of our own send, but does of what the phone wrote', () => {
    store.forDevice(scope).outbox.put({
      messageId: 'OURS' as MessageId,
      chat: veraPn,
      content: { kind: 'text', text: 'hello' },
      state: 'sending',
      queuedAt: 1,
      attempts: 1,
      notBefore: 1,
      expiresAt: 2,
    });
    ingest(message('OURS', { isFromMe: true }));
    ingest(message('PHONE', { isFromMe: true }));
    expect(events().map((event) => event.type === 'message' && event.payload.id)).toEqual(['PHONE']);
  });

  it('moves what was filed under a hidden address to the number that turns out to be behind it', () => {
    const hidden = { jid: veraLid, lid: veraLid, name: 'Vera' };
    ingest(message('M1', { chat: veraLid, sender: hidden, at: 1_000 }));
    ingest(message('M2', { chat: veraLid, sender: hidden, at: 2_000 }));
    ingest(message('M2', { at: 2_000 }));
    const { chats, contacts, messages } = store.forDevice(scope);
    expect(messages.getOfChat(veraPn, 10).map(({ id }) => id)).toEqual(['M2', 'M1']);
    expect(messages.getOfChat(veraPn, 10)[1]).toMatchObject({
      chat: veraPn,
      sender: { jid: veraPn, lid: veraLid },
    });
    expect(messages.getOfChat(veraLid, 10)).toEqual([]);
    expect(messages.search({ text: 'M1', chat: veraPn, limit: 10 })).toHaveLength(1);
    expect(chats.getAll(10)).toEqual([{ jid: veraPn, name: 'Vera', lastMessageAt: 2_000, unreadCount: 2 }]);
    expect(contacts.getAll()).toEqual([{ jid: veraPn, lid: veraLid, phone: '15550009', name: 'Vera' }]);
    // The second copy of M2 came under the other address: it is the same message.
    expect(events()).toHaveLength(2);
  });

  it('does so also when nothing but the pair of addresses is learned', () => {
    ingest(message('M1', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    take({ type: 'alias_learned', pn: veraPn, lid: veraLid });
    expect(store.forDevice(scope).messages.getOfChat(veraPn, 10)).toMatchObject([{ id: 'M1', chat: veraPn }]);
    ingest(message('M2', { chat: veraLid, sender: { jid: veraLid, lid: veraLid } }));
    expect(events().at(-1)?.payload).toMatchObject({ chat: veraPn, sender: { jid: veraPn } });
  });

  it('names both addresses of somebody who is known by both, whichever comes, and keeps what is set on their chat', () => {
    const { appState } = store.forDevice(scope);
    const hidden = { chat: veraLid, sender: { jid: veraLid, lid: veraLid } };
    ingest(message('M1', hidden));
    appState.putMarks(veraLid, { isPinned: true });
    appState.putLabelUse({ labelId: '1', chat: veraLid }, true);
    take({ type: 'alias_learned', pn: veraPn, lid: veraLid });
    expect(appState.getMarks(veraPn)).toMatchObject({ isPinned: true });
    expect(appState.getMarks(veraLid)).toMatchObject({ isPinned: false });
    expect(appState.getLabelUses()).toEqual([{ labelId: '1', chat: veraPn }]);
    ingest(message('M2', { sender: { jid: veraPn, phone: '15550009' } }));
    ingest(message('M3', hidden));
    const both = { jid: veraPn, lid: veraLid, phone: '15550009' };
    for (const event of events().slice(1))
      expect(event.payload).toMatchObject({ chat: veraPn, sender: both });
  });

  it('takes a group message for the same under both addresses of its sender', () => {
    const group = { chat: '120363@g.us' as Jid, isGroup: true };
    ingest(message('G1', { ...group, sender: { jid: veraLid, lid: veraLid } }));
    ingest(message('G1', { ...group }));
    expect(events()).toHaveLength(1);
  });

  it('tells once of a message that cannot be read, and then of the message', () => {
    const { content: _, isOffline: __, ...envelope } = message('M1');
    const report: Received = { type: 'undecryptable', message: { ...envelope, reason: 'unreadable' } };
    take(report);
    take(report);
    ingest(message('M1'));
    take(report);
    expect(events().map(({ type }) => type)).toEqual(['message.undecryptable', 'message']);
    expect(events()[0]?.payload).toEqual({ ...envelope, reason: 'unreadable' });
  });

  it('tells of a new identity key under the name the person is known by', () => {
    ingest(message('M1'));
    take({ type: 'identity_changed', contact: { jid: veraLid, lid: veraLid }, device: 2 });
    expect(events().at(-1)).toMatchObject({
      type: 'contact.identity_changed',
      payload: { contact: { jid: veraPn, phone: '15550009', name: 'Vera' }, device: 2 },
    });
  });
});

describe('the inbox', () => {
  const failures: string[] = [];
  const onStorageFailure = ({ code }: WharfError) => failures.push(code);

  it('stores together what comes together, and settles it then; readers hear of it afterwards', async () => {
    let commits = 0;
    const counting = {
      ...store,
      transaction: <T>(run: () => T) => {
        commits += 1;
        return store.transaction(run);
      },
    };
    const batched = new Inbox({ store: counting, log, logger: silentLogger, onStorageFailure });
    const settled: string[] = [];
    for (let count = 0; count < 250; count += 1) {
      const id = `M${count}`;
      batched.take(scope, {
        type: 'message',
        message: message(id),
        settle: (isStored) => settled.push(`${id} ${isStored}`),
      });
    }
    expect(settled).toEqual([]);
    batched.flush();
    expect(settled).toEqual(Array.from({ length: 250 }, (_, count) => `M${count} true`));
    expect(commits).toBe(8);
    expect(store.events.range().lastSeq).toBe(250);
  });

  it('stores the others when one cannot be stored, tells of that one, and says so when nothing can be', () => {
    const inbox = new Inbox({ store, log, logger: silentLogger, onStorageFailure });
    const settled: Array<[string, boolean]> = [];
    const put = (id: string, change: Partial<Message> = {}) =>
      inbox.take(scope, {
        type: 'message',
        message: message(id, change),
        settle: (isStored) => settled.push([id, isStored]),
      });
    put('M1');
    put('BAD', { content: { kind: 'text', text: 1n as unknown as string } });
    put('M3');
    inbox.flush();
    expect(settled).toEqual([
      ['M1', true],
      ['BAD', true],
      ['M3', true],
    ]);
    expect(events().map(({ type, payload }) => [type, 'id' in payload && payload.id])).toEqual([
      ['message', 'M1'],
      ['message.undecryptable', 'BAD'],
      ['message', 'M3'],
    ]);

    const broken = new Inbox({
      store: {
        ...store,
        transaction: () => {
          throw new WharfError('STORAGE_FULL');
        },
      },
      log,
      logger: silentLogger,
      onStorageFailure,
    });
    broken.take(scope, {
      type: 'message',
      message: message('M4'),
      settle: (isStored) => settled.push(['M4', isStored]),
    });
    broken.flush();
    expect(settled.at(-1)).toEqual(['M4', false]);
    expect(failures).toEqual(['STORAGE_FULL']);
  });
});
