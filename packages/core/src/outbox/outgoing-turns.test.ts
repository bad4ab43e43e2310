import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EventLog } from '../events/log.js';
import type { DeviceId, Jid } from '../types/ids.js';
import { deviceSettings } from '../types/settings.js';
import { systemClock } from '../util/clock.js';
import { silentLogger } from '../util/logger.js';
import type { Wire } from '../wire/wire.js';
import { Outbox } from './outbox.js';
import { outgoingTurns } from './outgoing-turns.js';
import { noMedia, openPromptStore } from './test-store.js';

const CHATS = 100;
const EACH = 3;
const scope = { deviceId: 'shop' as DeviceId, jid: '1@s.whatsapp.net' as Jid };

/** Costs about a millisecond of the processor, as a message does that is encrypted. */
const work = () => pbkdf2Sync('key', 'salt', 1_500, 32, 'sha256');

it('lets others in while very much goes out at once, keeps the order of each chat and leaves nothing out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-outgoing-'));
  const store = openPromptStore(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  store.devices.put({
    id: scope.deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  const { pacing } = deviceSettings.parse({ pacing: { enabled: false } });
  const outbox = new Outbox(scope, {
    store,
    log: new EventLog(store, systemClock, silentLogger),
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    own: { jid: scope.jid },
    settings: () => pacing,
    media: noMedia,
    outgoing: outgoingTurns,
    onSuspicion: () => undefined,
  });
  onTestFinished(() => outbox.close());
  const queued = new Map<string, string[]>();
  for (let number = 0; number < CHATS * EACH; number += 1) {
    const to = `${15552000000 + (number % CHATS)}`;
    const { chat, messageId } = await outbox.enqueue({ to, text: 'hello' });
    queued.set(chat, [...(queued.get(chat) ?? []), messageId]);
  }
  const written = new Map<string, string[]>();
  const inOneTurn: number[] = [0];
  const isDone = Promise.withResolvers<void>();
  let left = CHATS * EACH;
  const others = () => {
    inOneTurn.push(0);
    if (left > 0) setImmediate(others);
  };
  setImmediate(others);
  outbox.attach({
    async send({ chat, messageId }: { chat: Jid; messageId: string }) {
      work();
      written.set(chat, [...(written.get(chat) ?? []), messageId]);
      inOneTurn.push((inOneTurn.pop() ?? 0) + 1);
      left -= 1;
      if (left === 0) isDone.resolve();
    },
  } as Partial<Wire> as Wire);
  await isDone.promise;
  expect(written).toEqual(queued);
  // A turn is 16 ms. In promises alone the first message of each chat would go out in one.
  expect(Math.max(...inOneTurn)).toBeLessThan(CHATS);
});
