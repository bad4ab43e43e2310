import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../events/log.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import { deviceSettings } from '../types/settings.js';
import { FairTurns } from '../util/event-loop.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import type { Wire } from '../wire/wire.js';
import { Outbox } from './outbox.js';
import { noMedia, openPromptStore } from './test-store.js';

/** The processor's time, which does not run while other processes have their turn. */
const cpuMs = () => process.cpuUsage().user / 1_000;

const unhurried = deviceSettings.parse({ pacing: { enabled: false } }).pacing;

/** What it costs, in milliseconds per message, to queue so many messages to so many people, and to send them all. */
async function measure(count: number, people: number) {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-speed-'));
  const store = openPromptStore(folder);
  const clock = testClock();
  const id = 'shop' as DeviceId;
  store.devices.put({
    id,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  const written: MessageId[] = [];
  const outbox = new Outbox(
    { deviceId: id, jid: '1@s.whatsapp.net' as Jid },
    {
      store,
      log: new EventLog(store, clock, silentLogger),
      clock,
      random: () => 0,
      logger: silentLogger,
      own: { jid: '1@s.whatsapp.net' as Jid },
      settings: () => unhurried,
      media: noMedia,
      outgoing: new FairTurns(),
      onSuspicion: () => undefined,
    },
  );
  const start = cpuMs();
  for (let index = 0; index < count; index += 1) {
    await outbox.enqueue({ to: String(15552000000 + (index % people)), text: 'hello' });
  }
  const queued = cpuMs();
  outbox.attach({
    pulse: {} as Wire['pulse'],
    send: async ({ messageId }) => void written.push(messageId),
    queries: {} as Wire['queries'],
    media: {} as Wire['media'],
    sendChatState: async () => undefined,
    logout: async () => undefined,
    close: async () => undefined,
  });
  for (let sent = 0; sent < count; sent += 1) {
    // Messages of a chat leave one after the other.
    while (sent >= written.length) await immediate();
    outbox.acknowledge(written[sent] as MessageId, undefined);
  }
  const drained = cpuMs();
  const isDone = outbox.list({ states: ['queued', 'sending'] }).length === 0;
  outbox.close();
  store.close();
  rmSync(folder, { recursive: true });
  return { isDone, enqueueMs: (queued - start) / count, drainMs: (drained - queued) / count };
}

/** How often it is looked at: what else the machine does adds to a time, and never takes away from it. */
const ROUNDS = 6;

describe('a long queue', () => {
  it.each([1, 10_000])(
    'costs no more per message than a short one, with up to %i people in it',
    { timeout: 120_000 },
    async (people) => {
      const least = { enqueueMs: [Infinity, Infinity], drainMs: [Infinity, Infinity] };
      const ratio = ([short, long]: number[]) => (long as number) / (short as number);
      const isWorse = () => Object.values(least).some((times) => !(ratio(times) < 3));
      for (let round = 0; round < ROUNDS && isWorse(); round += 1) {
        for (const [index, count] of [250, 2_500].entries()) {
          const { isDone, ...times } = await measure(count, people);
          expect(isDone).toBe(true);
          for (const name of ['enqueueMs', 'drainMs'] as const)
            least[name][index] = Math.min(least[name][index] as number, times[name]);
        }
      }
      expect(ratio(least.enqueueMs)).toBeLessThan(3);
      expect(ratio(least.drainMs)).toBeLessThan(3);
    },
  );
});
