import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WharfError } from '../errors/errors.js';
import { EventLog } from '../events/log.js';
import { Outbox } from '../outbox/outbox.js';
import { endlessTurns, noMedia } from '../outbox/test-store.js';
import { openSqliteStore } from '../store/sqlite/store.js';
import type { Scope, Store } from '../store/store.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { deviceSettings } from '../types/settings.js';
import { testClock } from '../util/test-clock.js';
import { AutoReply } from './auto-reply.js';
import { ReplyBudget } from './reply-budget.js';

const scope: Scope = { deviceId: 'shop' as DeviceId, jid: '15550001@s.whatsapp.net' as Jid };
const vera = '15550009@s.whatsapp.net' as Jid;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let store: Store;
let clock: ReturnType<typeof testClock>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-budget-'));
  clock = testClock();
  store = openSqliteStore(folder);
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 1,
  });
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** What answers, as a new process would make it; `crash` is where the process dies. */
function answering(
  rule: object = {},
  crash?: 'before' | 'after',
): (id: string, at?: number) => Promise<void> {
  const log = new EventLog(store, clock, silent);
  const settings = deviceSettings.parse({
    pacing: { enabled: false },
    autoReply: {
      rules: [{ id: 'any', match: { type: 'any' }, reply: { text: 'Later.' }, ...rule }],
      budget: { replies: 3 },
    },
  });
  const outbox = new Outbox(scope, {
    store,
    log,
    clock,
    random: () => 1,
    logger: silent,
    own: { jid: scope.jid },
    settings: () => settings.pacing,
    media: noMedia,
    outgoing: endlessTurns,
    onSuspicion: () => undefined,
  });
  const budget = new ReplyBudget({
    store,
    log,
    clock,
    async enqueue(message) {
      if (crash === 'before') throw new WharfError('STORAGE_FULL');
      const item = await outbox.enqueue(message);
      if (crash === 'after') throw new WharfError('STORAGE_FULL');
      return item;
    },
  });
  const replies = new AutoReply(settings.autoReply, budget);
  return (id, at = clock.now()) => replies.take(scope, received(id, at));
}

const received = (id: string, at: number): Message => ({
  id: id as MessageId,
  chat: vera,
  isGroup: false,
  isFromMe: false,
  sender: { jid: vera, phone: '15550009' },
  content: { kind: 'text', text: 'Hello' },
  at,
  isOffline: false,
});

const sent = () => store.forDevice(scope).outbox.getAll({ limit: 100 }).length;
const told = () =>
  store.events
    .getAfter(0, { types: ['automation.replied', 'automation.budget_exhausted'] }, 100)
    .map(({ type }) => type);

describe('a reply', () => {
  it.each(['before', 'after'] as const)(
    'is sent and told once when the process dies %s it is queued',
    async (crash) => {
      await expect(answering({}, crash)('M1')).rejects.toThrow();
      const again = answering();
      await again('M1');
      await again('M1');
      expect(sent()).toBe(1);
      expect(told()).toEqual(['automation.replied']);
    },
  );

  it('that was decided on is sent although the process was away for long', async () => {
    const at = clock.now();
    await expect(answering({}, 'before')('M1', at)).rejects.toThrow();
    clock.pass(3_600_000);
    await answering()('M1', at);
    expect(sent()).toBe(1);
  });

  it('is not given to a message that is too old', async () => {
    await answering()('M1', clock.now() - 300_001);
    expect(sent()).toBe(0);
    await answering()('M2', clock.now() - 300_000);
    expect(sent()).toBe(1);
  });

  it('waits for the end of the cool-down, over a restart', async () => {
    const rule = { coolDownMs: 60_000 };
    await answering(rule)('M1');
    await answering(rule)('M2');
    expect(sent()).toBe(1);
    clock.pass(60_000);
    await answering(rule)('M3');
    expect(sent()).toBe(2);
  });

  it('is the last one when the budget is used up, told once for each window', async () => {
    for (const id of ['M1', 'M2', 'M3', 'M4', 'M5']) await answering()(id);
    expect(sent()).toBe(3);
    expect(told().filter((type) => type === 'automation.budget_exhausted')).toHaveLength(1);
    clock.pass(3_600_000);
    await answering()('M6');
    expect(sent()).toBe(4);
  });
});
