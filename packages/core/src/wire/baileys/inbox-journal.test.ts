import { EventEmitter } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
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
let lastCiphertext = Buffer.alloc(0);

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
  const unreadable: Array<[id: string | undefined, reason: string]> = [];
  const storedBefore: Array<string | undefined> = [];
  const journal: InboxJournal = new InboxJournal({
    baileys,
    socket: { ws, ev: { flush: () => false } } as unknown as WASocket,
    session,
    clock,
    onStoredBefore: ({ attrs }) => storedBefore.push(attrs.id),
    onUnreadable({ attrs }, reason) {
      unreadable.push([attrs.id, reason]);
      journal.settle({
        id: attrs.id ?? '',
        remoteJid: attrs.from ?? '',
        participant: attrs.participant ?? '',
      });
    },
  });
  if (session.journal.getAll().length === 0) {
    void journal.replay();
    journal.letIn();
  }
  const receive = (id: string, ciphertext = `ciphertext of ${id}`) => {
    lastCiphertext = Buffer.from(ciphertext);
    const enc = { tag: 'enc', attrs: { type: 'msg', v: '2' }, content: lastCiphertext };
    ws.emit('CB:message', { tag: 'message', attrs: { id, from: '900:3@lid', t: '1' }, content: [enc] });
  };
  return { journal, fed, receive, session, ws, unreadable, storedBefore, clock };
}

const keyOf = (id: string) => ({ id, remoteJid: CHAT });

it('feeds through again what was not stored, once, in order, and waits until it is', async () => {
  const before = connect();
  for (const id of ['A', 'B', 'C']) before.receive(id);
  before.session.signal.plaintexts.put(hashOf(Buffer.from('ciphertext of B')), Buffer.from('b'));
  before.journal.settle(keyOf('B'));
  expect(before.session.signal.plaintexts.get(hashOf(Buffer.from('ciphertext of B')))).toBeUndefined();

  const after = connect(before.session);
  const replaying = after.journal.replay();
  await expect.poll(() => after.fed).toEqual(['A', 'C']);
  let isDrained = false;
  const draining = after.journal.drained().then(() => {
    isDrained = true;
  });
  after.journal.settle(keyOf('A'));
  await Promise.resolve();
  expect(isDrained).toBe(false);
  after.journal.settle(keyOf('C'));
  await Promise.all([replaying, draining]);
  expect(after.session.journal.getAll()).toEqual([]);
});

it('lets nothing that comes overtake what was left over', async () => {
  const before = connect();
  before.receive('A');
  before.receive('B');
  const after = connect(before.session);
  after.receive('B');
  after.receive('C');
  const replaying = after.journal.replay();
  await expect.poll(() => after.fed).toEqual(['A', 'B']);
  after.journal.settleDuplicate(hashOf(Buffer.from('ciphertext of A')));
  after.journal.settle(keyOf('B'));
  await replaying;
  expect(after.storedBefore).toEqual(['A']);
  expect(after.fed).toEqual(['A', 'B']);
  after.journal.letIn();
  expect(after.fed).toEqual(['A', 'B', 'B', 'C']);
  expect(after.session.journal.getAll().map(({ key }) => key)).toEqual([`B ${CHAT} `, `C ${CHAT} `]);
});

it('lets in what comes when what was left over brings nothing', async () => {
  const before = connect();
  before.receive('A');
  const after = connect(before.session);
  after.receive('B');
  const replaying = after.journal.replay();
  await expect.poll(() => after.fed).toEqual(['A']);
  after.clock.pass(bounds.drainMs);
  await replaying;
  after.journal.letIn();
  expect(after.fed).toEqual(['A', 'B']);
});

it('takes nothing more when the connection is over, not even what it had held back', async () => {
  const before = connect();
  before.receive('A');
  const after = connect(before.session);
  after.receive('B');
  after.journal.close();
  after.session.close();
  await after.journal.replay().catch(() => undefined);
  after.journal.letIn();
  after.receive('C');
  expect(after.fed).toEqual([]);
});

it('gives up a stanza of which nothing ever comes, and says so', async () => {
  const { session, receive } = connect();
  receive('A');
  for (let connection = 1; connection <= 4; connection += 1) {
    const { journal, fed, clock } = connect(session);
    void journal.replay();
    await expect.poll(() => fed).toEqual(['A']);
    clock.pass(bounds.syncMs);
  }
  const last = connect(session);
  await last.journal.replay();
  expect(last.fed).toEqual([]);
  expect(last.unreadable).toEqual([['A', 'malformed']]);
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

it('keeps a stanza until it is on disk, and lets its receipt leave only then', async () => {
  const { receive, journal, session } = connect();
  receive('A');
  const enc = Buffer.from('unknown to the journal');
  await journal.kept(enc);
  const file = join(session.folder, 'session.db');
  expect(rowsIn(file)).toEqual([]);
  await journal.kept(lastCiphertext);
  expect(rowsIn(file)).toEqual([`A ${CHAT} `]);
});

it('tells at once of what only the phone shows, and of a status that Baileys drops', () => {
  const { ws, unreadable, journal, session, clock } = connect();
  clock.pass(30 * 24 * 3_600_000);
  const emit = (attrs: Record<string, string>, child: BinaryNode) =>
    ws.emit('CB:message', { tag: 'message', attrs: { t: '1', ...attrs }, content: [child] });
  emit({ id: 'ONCE', from: CHAT }, { tag: 'unavailable', attrs: { type: 'view_once_unavailable_fanout' } });
  emit({ id: 'BOT', from: CHAT }, { tag: 'enc', attrs: { type: 'msmsg' }, content: Buffer.from('x') });
  const old = Buffer.from('expired');
  const status = { id: 'OLD', from: 'status@broadcast', participant: CHAT };
  emit(status, { tag: 'enc', attrs: { type: 'skmsg' }, content: old });
  journal.fail(old);
  const fresh = Buffer.from('fresh');
  const now = String(Math.floor(clock.now() / 1_000));
  emit({ ...status, id: 'NEW', t: now }, { tag: 'enc', attrs: { type: 'skmsg' }, content: fresh });
  journal.fail(fresh);
  expect(unreadable).toEqual([
    ['ONCE', 'unavailable'],
    ['BOT', 'unavailable'],
    ['OLD', 'unreadable'],
  ]);
  expect(session.journal.getAll().map(({ key }) => key)).toEqual([`NEW status@broadcast ${CHAT}`]);
});

it('has a newsletter on disk at once: it is acknowledged without asking', () => {
  const { ws, session } = connect();
  const plaintext = { tag: 'plaintext', attrs: {}, content: Buffer.from('news') };
  ws.emit('CB:message', { tag: 'message', attrs: { id: 'N', from: '1@newsletter' }, content: [plaintext] });
  expect(rowsIn(join(session.folder, 'session.db'))).toEqual(['N 1@newsletter ']);
});

/** What is on disk, as after a crash: read from a copy. */
function rowsIn(file: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-copy-'));
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, join(folder, `session.db${end}`));
  const copy = openSqliteSession(folder);
  try {
    return copy.journal.getAll().map(({ key }) => key);
  } finally {
    copy.close();
    rmSync(folder, { recursive: true });
  }
}
