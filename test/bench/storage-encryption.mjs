/**
 * What encryption costs: the writes of a received message (journal, ratchet, settle: three commits) over and over, with the
 * pragmas of core, in alternating rounds. For ADR 3. `node test/bench/storage-encryption.mjs [other driver]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3-multiple-ciphers';

const ROUNDS = 7;
const MESSAGES = 4_000;
const key = Buffer.concat([Buffer.from('raw:'), Buffer.alloc(32, 7)]);
const { positionals } = parseArgs({ allowPositionals: true });

const candidates = {
  plain: [Sqlite],
  'aegis-256': [Sqlite, ["cipher = 'aegis'", "algorithm = 'aegis-256'"]],
  chacha20: [Sqlite, ["cipher = 'chacha20'"]],
  sqlcipher: [Sqlite, ["cipher = 'sqlcipher'"]],
  ascon128: [Sqlite, ["cipher = 'ascon128'"]],
};
for (const name of positionals) candidates[name] = [(await import(name)).default];

function run([Driver, cipher]) {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
  const db = new Driver(join(folder, 'session.db'));
  if (cipher) {
    for (const setting of cipher) db.pragma(setting);
    db.key(key);
  }
  for (const setting of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = NORMAL'])
    db.pragma(setting);
  db.exec(`CREATE TABLE sessions (id TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
           CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, stanza BLOB) STRICT`);
  const get = db.prepare('SELECT record FROM sessions WHERE id = ?').pluck();
  const put = db.prepare(
    'INSERT INTO sessions VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
  );
  const note = db.prepare('INSERT INTO journal (key, stanza) VALUES (?, ?)');
  const settle = db.prepare('DELETE FROM journal WHERE key = ?');
  const ratchet = db.transaction((id) => {
    get.get(id);
    put.run(id, Buffer.alloc(1_500, 3));
  });
  const begin = performance.now();
  for (let index = 0; index < MESSAGES; index += 1) {
    note.run(`key ${index}`, Buffer.alloc(400, 5));
    ratchet(`person ${index % 500}.0`);
    settle.run(`key ${index}`);
  }
  const ms = performance.now() - begin;
  db.close();
  rmSync(folder, { recursive: true });
  return ms;
}

const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  const order = Object.entries(candidates);
  for (const [name, candidate] of round % 2 ? order.reverse() : order) times[name].push(run(candidate));
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
for (const [name, values] of Object.entries(times)) {
  const us = (median(values) / MESSAGES) * 1_000;
  const ratio = median(values) / median(times.plain);
  console.log(`${name.padEnd(16)} ${us.toFixed(0).padStart(5)} us a message  ${ratio.toFixed(2)} x plain`);
}
