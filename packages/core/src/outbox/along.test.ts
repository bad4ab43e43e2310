import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WharfError } from '../errors/errors.js';
import { EventLog } from '../events/log.js';
import { textOf } from '../types/content.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import { deviceSettings } from '../types/settings.js';
import { silentLogger } from '../util/logger.js';
import { testClock } from '../util/test-clock.js';
import type { Wire } from '../wire/wire.js';
import { Outbox } from './outbox.js';
import { endlessTurns, noMedia, openPromptStore } from './test-store.js';

const own = '1@s.whatsapp.net' as Jid;
const vera = '15550009';

/** What the other side of the port was asked to write, each to be ended by the test. */
interface Write {
  id: MessageId;
  text: string;
  written(): void;
  broken(error: Error): void;
}

/** An outbox with so many texts to one chat in it, and a wire that writes nothing by itself. */
async function queued(count: number, { enabled = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-along-'));
  const store = openPromptStore(folder);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const deviceId = 'shop' as DeviceId;
  store.devices.put({
    id: deviceId,
    state: { name: 'disconnected', reason: 'created' },
    sessionFolder: 'x',
    createdAt: 0,
  });
  const clock = testClock();
  const { pacing } = deviceSettings.parse({ pacing: { enabled } });
  const outbox = new Outbox(
    { deviceId, jid: own },
    {
      store,
      log: new EventLog(store, clock, silentLogger),
      clock,
      random: () => 0,
      logger: silentLogger,
      own: { jid: own },
      settings: () => pacing,
      media: noMedia,
      outgoing: endlessTurns,
      onSuspicion: () => undefined,
    },
  );
  for (let number = 1; number <= count; number += 1) await outbox.enqueue({ to: vera, text: String(number) });
  const writes: Write[] = [];
  const wire = {
    send: ({ messageId: id, content }) =>
      new Promise<void>((written, broken) => writes.push({ id, text: textOf(content), written, broken })),
    sendChatState: async () => undefined,
  } satisfies Partial<Wire> as unknown as Wire;
  /** Ends the writing of the last one; resolves when that has been dealt with. */
  const end = async (how: (write: Write) => void) => {
    how(writes.at(-1) as Write);
    await new Promise(setImmediate);
  };
  const texts = () => writes.map(({ text }) => text);
  const states = () =>
    outbox
      .list({})
      .reverse()
      .map(({ state }) => state);
  return { outbox, wire, clock, writes, texts, states, end };
}

const write = ({ written }: Write) => written();

describe('messages of a chat without pacing', () => {
  it('leave one after the other before the server has the first, eight at the most', async () => {
    const { outbox, wire, writes, texts, end } = await queued(10);
    outbox.attach(wire);
    expect(texts()).toEqual(['1']);
    for (let number = 1; number <= 10; number += 1) await end(write);
    expect(texts()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    for (const { id } of writes.slice(0, 8)) outbox.acknowledge(id, undefined);
    await end(write);
    await end(write);
    expect(texts().slice(8)).toEqual(['9', '10']);
  });

  it('leave one at a time with pacing', async () => {
    const { outbox, wire, clock, texts, end } = await queued(2, { enabled: true });
    outbox.attach(wire);
    clock.pass(5_000);
    await end(write);
    expect(texts()).toEqual(['1']);
  });

  it('stay in order when one cannot be written', async () => {
    const { outbox, wire, clock, writes, texts, states, end } = await queued(3);
    outbox.attach(wire);
    await end(write);
    await end(({ broken }) => broken(new Error('The socket is closed.')));
    expect(states()).toEqual(['sending', 'queued', 'queued']);
    clock.pass(5_000);
    await end(write);
    for (const { id } of writes) outbox.acknowledge(id, undefined);
    expect(texts()).toEqual(['1', '2', '2', '3']);
  });

  it('go on when one can never be sent', async () => {
    const { outbox, wire, texts, states, end } = await queued(3);
    outbox.attach(wire);
    await end(({ broken }) => broken(new WharfError('RECIPIENT_NOT_ON_WHATSAPP')));
    await end(write);
    expect(texts()).toEqual(['1', '2', '3']);
    expect(states()).toEqual(['failed', 'sending', 'sending']);
  });

  it('go on when the server has one that could not be written', async () => {
    const { outbox, wire, writes, texts, end } = await queued(2);
    outbox.attach(wire);
    outbox.acknowledge(writes[0]?.id as MessageId, undefined);
    await end(({ broken }) => broken(new Error('The socket is closed.')));
    expect(texts()).toEqual(['1', '2']);
  });

  it('are sent again in order after a broken link, those that were never written among them', async () => {
    const { outbox, wire, writes, texts, end } = await queued(4);
    outbox.attach(wire);
    await end(write);
    const first = writes[0]?.id;
    outbox.detach();
    outbox.attach(wire);
    for (let number = 1; number <= 4; number += 1) await end(write);
    expect(texts()).toEqual(['1', '2', '1', '2', '3', '4']);
    expect(writes[2]?.id).toBe(first);
  });
});
