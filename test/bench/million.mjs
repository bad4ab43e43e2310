/**
 * What a full store costs: the questions to a million messages, and taking in more with a hundred thousand there.
 *
 *   node test/bench/million.mjs [--messages 1000000] [--json]
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
});
const total = Number(values.messages);
const { openSqliteStore, EventLog, storeReceived, StoreFiller } = await core();

const SCOPE = { deviceId: 'bench', jid: '1@s.whatsapp.net' };
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const filler = new StoreFiller();
const { words } = filler;

const folders = [];
try {
  const full = open();
  const fillMs = timed(() => filler.fill(full.store, SCOPE, total));
  const queries = ask(full);
  full.store.close();
  const ingest = compareIngest();
  const result = {
    messages: total,
    fillSeconds: Math.round(fillMs / 1_000),
    bytesEach: Math.round(sizeOf(full.folder) / total),
    medianMs: queries,
    ingest,
  };
  if (values.json) console.log(JSON.stringify(result));
  else console.log(result);
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-million-'));
  folders.push(folder);
  const store = openSqliteStore(folder);
  store.devices.put({
    id: 'bench',
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  return { folder, store, log: new EventLog(store, { now: Date.now, after: () => () => {} }, silent) };
}

function ask({ store }) {
  const { messages, chats } = store.forDevice(SCOPE);
  const middle = StoreFiller.middleOf(total);
  const questions = {
    chats: () => chats.getAll(50),
    chatsBefore: () => chats.getAll(50, middle),
    newestOfChat: () => messages.getOfChat(filler.someChat(), 50),
    ofChatBeforeATime: () => messages.getOfChat(filler.someChat(), 50, middle),
    frequentWord: () => messages.search({ text: words[1], limit: 50 }),
    rareWord: () => messages.search({ text: words[10_000 + Math.floor(Math.random() * 10_000)], limit: 50 }),
    unfinishedWord: () => messages.search({ text: `${words[500].slice(0, 7)}*`, limit: 50 }),
    frequentAndRare: () => messages.search({ text: `${words[1]} ${words[9_000]}`, limit: 50 }),
    wordInChat: () => messages.search({ text: words[30], chat: filler.someChat(), limit: 50 }),
    wordBeforeATime: () => messages.search({ text: words[3], before: middle, limit: 50 }),
    noSuchWord: () => messages.search({ text: 'nonesuch', limit: 50 }),
  };
  return Object.fromEntries(
    Object.entries(questions).map(([name, run]) => [
      name,
      round(median(Array.from({ length: 41 }, () => timed(run)))),
    ]),
  );
}

/** The processor time of taking in, with an event each, in transactions of 100: by turns into a new store and a full one. */
function compareIngest() {
  const ROUND = 3_000;
  const full = open();
  take(full, 100_000);
  const costs = { new: [], full: [] };
  for (let turn = 0; turn < 7; turn += 1) {
    const fresh = open();
    take(fresh, 500);
    costs.new.push(cpuOf(() => take(fresh, ROUND)) / ROUND);
    costs.full.push(cpuOf(() => take(full, ROUND)) / ROUND);
    fresh.store.close();
  }
  full.store.close();
  const [empty, filled] = [median(costs.new), median(costs.full)];
  return { newMicrosEach: round(empty), fullMicrosEach: round(filled), ratio: round(filled / empty) };
}

function take({ store, log }, messages) {
  for (let done = 0; done < messages; done += 100) {
    store.transaction(() => {
      for (let one = 0; one < 100; one += 1)
        storeReceived(store, log, SCOPE, { type: 'message', message: filler.message() });
    });
  }
}

/** The sources themselves: what is measured here has no door to the outside. */
async function core() {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = join(root, 'node_modules/.cache');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `wharf-million-${process.pid}.mjs`);
  const source = join(root, 'packages/core/src');
  await build({
    stdin: {
      contents: `export { openSqliteStore } from '${source}/store/sqlite/store.ts';
                 export { EventLog } from '${source}/events/log.ts';
                 export { store as storeReceived } from '${source}/inbox/ingest.ts';
                 export { StoreFiller } from '${join(root, 'test/bench/store-filler.ts')}';`,
      resolveDir: root,
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  try {
    return await import(outfile);
  } finally {
    rmSync(outfile);
  }
}

function timed(run) {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

function cpuOf(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function round(number) {
  return Math.round(number * 100) / 100;
}

function sizeOf(folder) {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
