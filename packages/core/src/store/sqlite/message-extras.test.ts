import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeviceId, Jid, MessageId } from '../../types/ids.js';
import { type ResponseContent, tally } from '../../types/response.js';
import type { ScopedStore, Store } from '../store.js';
import { openSqliteStore } from './store.js';

const id = 'shop' as DeviceId;
const poll = 'POLL' as MessageId;
const [vera, veraLid, walter] = ['1@s.whatsapp.net', '9@lid', '2@s.whatsapp.net'] as [Jid, Jid, Jid];

let folder: string;
let store: Store;
let scoped: ScopedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-extras-'));
  store = openSqliteStore(folder);
  store.devices.put({
    id,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 1,
  });
  scoped = store.forDevice({ deviceId: id, jid: '7@s.whatsapp.net' as Jid });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const vote = (...options: string[]): ResponseContent => ({
  kind: 'poll_vote',
  target: { id: poll },
  options,
});
const put = (messageId: MessageId, chat = vera) =>
  scoped.messages.put({
    id: messageId,
    chat,
    isGroup: false,
    isFromMe: false,
    sender: { jid: chat },
    content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 },
    at: 1,
    isOffline: false,
  });

it('A person has one response of a kind to a message: the latest, in whatever order they come', () => {
  scoped.responses.put(vera, vote('Yes'), 5);
  scoped.responses.put(vera, vote('No'), 9);
  scoped.responses.put(vera, vote('Yes'), 7);
  scoped.responses.put(walter, vote('No'), 8);
  scoped.responses.put(vera, { kind: 'reaction', target: { id: poll }, emoji: '👍' }, 6);
  const said = scoped.responses.getOf(poll);
  expect(said.map(({ sender, content, at }) => [sender, content.kind, at])).toEqual([
    [vera, 'reaction', 6],
    [walter, 'poll_vote', 8],
    [vera, 'poll_vote', 9],
  ]);
  expect(tally({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 }, said)).toEqual([
    { option: 'Yes', voters: [] },
    { option: 'No', voters: [walter, vera] },
  ]);
});

it('Responses under a hidden address become those of the person behind it', () => {
  scoped.responses.put(veraLid, vote('Yes'), 5);
  scoped.responses.move(veraLid, vera);
  expect(scoped.responses.getOf(poll)).toEqual([{ sender: vera, content: vote('Yes'), at: 5 }]);
});

it('A protobuf is kept for a message that is stored, in its chat, and goes with its device', () => {
  put(poll);
  scoped.rawMessages.put({ id: poll, chat: walter }, Buffer.from('elsewhere'));
  expect(scoped.rawMessages.get(poll)).toBeUndefined();
  scoped.rawMessages.put({ id: poll, chat: vera }, Buffer.from('first'));
  scoped.rawMessages.put({ id: poll, chat: vera }, Buffer.from('second'));
  expect(String(scoped.rawMessages.get(poll))).toBe('second');
  scoped.responses.put(vera, vote('Yes'), 5);
  store.devices.delete(id);
  const db = new Sqlite(join(folder, 'wharf.db'), { readonly: true });
  for (const table of ['messages', 'raw_messages', 'responses'])
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  db.close();
});
