import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { expect, it, onTestFinished } from 'vitest';
import { bounds } from '../../bounds.js';
import { openSqliteSession } from '../../store/sqlite/store.js';
import { testClock } from '../../util/test-clock.js';
import { hashOf } from '../signal/kept-plaintext.js';
import { InboxJournal } from './inbox-journal.js';
import { loadBaileys } from './load.js';

const baileys = await loadBaileys();
const CHAT = '900@lid';

function temporarySession() {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-journal-'));
  const session = openSqliteSession(folder);
  onTestFinished(() => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return session;
}

/** A connection with a journal; `fed` are the ids of the messages that Baileys was given. */
function connect(session = temporarySession()) {
  const ws = new EventEmitter();
  const fed: string[] = [];
  ws.on('CB:message', ({ attrs }: BinaryNode) => fed.push(attrs.id ?? ''));
  const clock = testClock();
  const journal = new InboxJournal(baileys, { ws } as unknown as WASocket, session, clock);
  const receive = (id: string, ciphertext = `ciphertext of ${id}`) => {
    const enc = { tag: 'enc', attrs: { type: 'msg', v: '2' }, content: Buffer.from(ciphertext) };
    ws.emit('CB:message', { tag: 'message', attrs: { id, from: '900:3@lid', t: '1' }, content: [enc] });
  };
  return { journal, fed, receive, session, clock };
}

const keyOf = (id: string) => ({ id, remoteJid: CHAT });

it('feeds through again what was not stored, once, in order, and waits until it is', async () => {
  const before = connect();
  for (const id of ['A', 'B', 'C']) before.receive(id);
  before.session.signal.plaintexts.put(hashOf(Buffer.from('ciphertext of B')), Buffer.from('b'));
  before.journal.settle(keyOf('B'));
  expect(before.session.signal.plaintexts.get(hashOf(Buffer.from('ciphertext of B')))).toBeUndefined();

  const after = connect(before.session);
  let isDrained = false;
  const replaying = after.journal.replay().then(() => {
    isDrained = true;
  });
  await expect.poll(() => after.fed).toEqual(['A', 'C']);
  after.journal.settle(keyOf('A'));
  await Promise.resolve();
  expect(isDrained).toBe(false);
  after.journal.settle(keyOf('C'));
  await replaying;
  expect(after.session.journal.getAll()).toEqual([]);
});

it('does not wait for a duplicate, nor feed through what has just come again', async () => {
  const before = connect();
  before.receive('A');
  before.receive('B');
  const after = connect(before.session);
  after.receive('B');
  const replaying = after.journal.replay();
  await expect.poll(() => after.fed).toEqual(['B', 'A']);
  after.journal.settleDuplicate(hashOf(Buffer.from('ciphertext of A')));
  await replaying;
  expect(after.session.journal.getAll().map(({ key }) => key)).toEqual([`B ${CHAT} `]);
});

it('gives up a stanza of which nothing ever comes', async () => {
  const { session, receive } = connect();
  receive('A');
  for (let connection = 1; connection <= 4; connection += 1) {
    const { journal, fed, clock } = connect(session);
    const replaying = journal.replay();
    await expect.poll(() => fed).toEqual(['A']);
    clock.pass(bounds.syncMs);
    await replaying;
  }
  const last = connect(session);
  await last.journal.replay();
  expect(last.fed).toEqual([]);
  expect(session.journal.getAll()).toEqual([]);
});

it('never gives up a stanza whose replays were all cut short', async () => {
  const { session, receive } = connect();
  receive('A');
  for (let connection = 1; connection <= 10; connection += 1) {
    const { journal, fed, clock } = connect(session);
    void journal.replay();
    await expect.poll(() => fed).toEqual(['A']);
    journal.close();
    clock.pass(bounds.syncMs);
  }
  expect(session.journal.getAll()).toHaveLength(1);
});

it('keeps the readable form of a message when it hears of the unreadable one only after that has come', () => {
  const { journal, receive, session } = connect();
  const count = () => session.journal.getAll().length;
  receive('A', 'spoiled');
  receive('A', 'spoiled');
  journal.settleUnreadable(keyOf('A'));
  expect(count()).toBe(0);

  receive('A', 'spoiled');
  receive('A', 'readable');
  journal.settleUnreadable(keyOf('A'));
  journal.settleUnreadable(keyOf('A'));
  expect(count()).toBe(1);
  journal.settle(keyOf('A'));
  expect(count()).toBe(0);
});
