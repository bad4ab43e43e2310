import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { DeviceId, Jid, MessageId } from '../../types/ids.js';
import type { Message } from '../../types/message.js';
import type { Store } from '../store.js';
import { chatsSql } from './chats.js';
import { searchSql } from './message-index.js';
import { openSqliteStore } from './store.js';

const VERA = '15550009@s.whatsapp.net' as Jid;
const WALTER = '15550008@s.whatsapp.net' as Jid;

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-search-'));
  store = openSqliteStore(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  for (const id of ['shop', 'bar'] as DeviceId[]) {
    store.devices.put({
      id,
      state: { name: 'disconnected', reason: 'created' },
      sessionFolder: id,
      createdAt: 0,
    });
  }
});

const of = (id: string) => store.forDevice({ deviceId: id as DeviceId, jid: '1@s.whatsapp.net' as Jid });
let count = 0;
interface Details {
  device?: string;
  chat?: Jid;
  from?: Jid;
  at?: number;
}
function put(text: string, { device = 'shop', chat = VERA, from, at }: Details = {}): MessageId {
  count += 1;
  const message: Message = {
    id: `M${count}` as MessageId,
    chat,
    isGroup: false,
    isFromMe: false,
    sender: { jid: from ?? chat },
    content: { kind: 'text', text },
    at: at ?? count * 1_000,
    isOffline: false,
  };
  of(device).messages.put(message);
  return message.id;
}
const find = (
  text: string,
  more: { chat?: Jid; from?: Jid; before?: number | MessageId; limit?: number } = {},
) =>
  of('shop')
    .messages.search({ text, limit: 10, ...more })
    .map(({ id }) => id);

describe('the search', () => {
  it('finds all words in any order, whatever their case and accents, the newest first', () => {
    const first = put('Der Käse ist im Kühlschrank');
    const second = put('KÜHLSCHRANK? Kein Kase da!');
    put('nothing of that');
    expect(find('kase kuhlschrank')).toEqual([second, first]);
    expect(find('Kühlschrank käse')).toEqual([second, first]);
    expect(find('Kühl')).toEqual([]);
    expect(find('Kühl*')).toEqual([second, first]);
    expect(find('"); DROP AND NOT* :')).toEqual([]);
    expect(find('!?')).toEqual([]);
  });

  it('finds every sequence of signs in scripts without spaces', () => {
    const chinese = put('我们明天在北京见面');
    const japanese = put('明日は東京タワーへ行きます');
    const thai = put('สวัสดีครับ');
    expect(find('北京')).toEqual([chinese]);
    expect(find('京北')).toEqual([]);
    expect(find('東京')).toEqual([japanese]);
    expect(find('明')).toEqual([japanese, chinese]);
    expect(find('สวัสดี')).toEqual([thai]);
  });

  it('stays within an account, a chat, a person and a time', () => {
    put('cat', { device: 'bar' });
    const old = put('cat', { at: 10_000_000 });
    const walter = put('cat', { chat: WALTER, at: 20_000_000 });
    const group = put('cat', { chat: '1203@g.us' as Jid, from: VERA, at: 30_000_000 });
    expect(find('cat')).toEqual([group, walter, old]);
    expect(find('cat', { chat: WALTER })).toEqual([walter]);
    expect(find('cat', { from: VERA })).toEqual([group, old]);
    expect(find('cat', { before: 20_000_000 })).toEqual([old]);
    expect(find('cat', { before: walter, limit: 1 })).toEqual([old]);
    // Words of the index about the scope are no words of a message.
    expect(find('chat1x15550009swhatsappnet')).toEqual([]);
  });

  it('forgets the words of a device that is deleted', () => {
    put('secretword');
    expect(find('secretword')).toHaveLength(1);
    store.devices.delete('shop' as DeviceId);
    store.close();
    const db = new Sqlite(join(folder, 'wharf.db'));
    expect(
      db.prepare("SELECT count(*) FROM message_search WHERE message_search MATCH 'secretword'").pluck().get(),
    ).toBe(0);
    db.close();
    store = openSqliteStore(folder);
  });
});

describe('a page', () => {
  it('goes on where the one before has ended, also among messages of the same second', () => {
    const ids = Array.from({ length: 5 }, () => put('same', { at: 5_000 })).toReversed();
    const { messages } = of('shop');
    const first = messages.getOfChat(VERA, 2).map(({ id }) => id);
    const second = messages.getOfChat(VERA, 2, first.at(-1)).map(({ id }) => id);
    const third = messages.getOfChat(VERA, 2, second.at(-1)).map(({ id }) => id);
    expect([...first, ...second, ...third]).toEqual(ids);
    expect(messages.getOfChat(VERA, 10, 5_000)).toEqual([]);
    expect(messages.getOfChat(VERA, 10, 6_000)).toHaveLength(5);
  });

  it('has the messages of its chat only, also where two names differ in a sign', () => {
    const one = put('one', { chat: '1-23@g.us' as Jid });
    const other = put('other', { chat: '12-3@g.us' as Jid });
    put('of another account', { device: 'bar', chat: '1-23@g.us' as Jid });
    const page = (chat: string) =>
      of('shop')
        .messages.getOfChat(chat as Jid, 10)
        .map(({ id }) => id);
    expect([page('1-23@g.us'), page('12-3@g.us'), page('123@g.us')]).toEqual([[one], [other], []]);
  });

  it('of chats does so, too', () => {
    const { chats } = of('shop');
    for (const [jid, lastMessageAt] of [
      ['a', 1],
      ['b', 2],
      ['c', 2],
      ['d', 3],
    ] as const) {
      chats.touch({ jid: `${jid}@g.us` as Jid, lastMessageAt });
    }
    const first = chats.getAll(2).map(({ jid }) => jid);
    expect(first).toEqual(['d@g.us', 'c@g.us']);
    expect(chats.getAll(2, first.at(-1)).map(({ jid }) => jid)).toEqual(['b@g.us', 'a@g.us']);
    expect(chats.getAll(9, 2).map(({ jid }) => jid)).toEqual(['a@g.us']);
  });
});

describe('a question that somebody waits for', () => {
  it.each([
    [
      'chats',
      chatsSql,
      ['SEARCH chats USING INDEX chats_by_time (account=? AND (last_message_at,jid)<(?,?))'],
    ],
    [
      'words, and messages of a chat',
      searchSql,
      [
        expect.stringMatching(/^SCAN message_search VIRTUAL TABLE INDEX/),
        'SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)',
      ],
    ],
  ])('is answered from an index, in order, without sorting: %s', (_, sql, plan) => {
    const db = new Sqlite(join(folder, 'wharf.db'));
    onTestFinished(() => void db.close());
    const parameters = sql
      .split('?')
      .slice(1)
      .map(() => '1');
    const steps = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    expect(steps.map(({ detail }) => detail)).toEqual(plan);
  });
});
