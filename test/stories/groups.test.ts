import type { Simulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Companion } from '../../packages/simulator/src/accounts/device.js';
import { Relay } from '../../packages/simulator/src/accounts/relay.js';
import { childOf, childrenOf, type Stanza, stanza } from '../../packages/simulator/src/stanza/node.js';
import { Connection } from '../../packages/simulator/src/wire/connection.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const WALTER = '15550008';

/** A device that is linked, two contacts, and the group they have with it. */
async function startCats(storage = temporaryFolder()) {
  const simulator = await startSimulator();
  const manager = await startManager(simulator, { storage });
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', SHOP);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  const walter = simulator.addContact({ phone: WALTER, name: 'Walter' });
  const told = new Promise<void>((resolve) => {
    simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
      if (direction === 'in' && tag === 'ack' && attrs.class === 'notification') resolve();
    });
  });
  const group = simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP, WALTER] });
  await told;
  const send = async (text: string, by = manager) => {
    const { messageId } = await by.send('shop', { to: group.jid, text });
    expect(await by.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    return messageId;
  };
  return { simulator, manager, vera, walter, group, storage, send };
}

/** How often the device has asked who is in a group. */
function questions(simulator: Simulator, group: string): { count: number } {
  const asked = { count: 0 };
  simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
    const { xmlns, type, to } = attrs;
    if (direction === 'in' && tag === 'iq' && xmlns === 'w:g2' && type === 'get' && to === group)
      asked.count += 1;
  });
  return asked;
}

describe('a group', () => {
  it('carries texts to a device and from it, with the person who wrote', async () => {
    const { manager, vera, walter, group, send } = await startCats();
    const heard = watch(manager);
    await vera.send(group.jid, 'hello all');
    await heard.until('the text is in the log', () => heard.texts().includes('hello all'));
    expect(heard.events.find(({ type }) => type === 'message')?.payload).toMatchObject({
      chat: group.jid,
      isGroup: true,
      sender: { jid: `${VERA}@s.whatsapp.net`, phone: VERA, name: 'Vera' },
    });
    await send('hello Vera and Walter');
    for (const member of [vera, walter]) {
      await member.waitForMessage(({ text }) => text === 'hello Vera and Walter', { timeoutMs: 5_000 });
    }
  });

  it('is asked for its members once, however much is sent, also after a restart', async () => {
    const { simulator, manager, vera, group, storage, send } = await startCats();
    const asked = questions(simulator, group.jid);
    await manager.updateSettings('shop', { pacing: { enabled: false } });
    for (const text of ['one', 'two', 'three']) await send(text);
    await manager.close();
    const after = await startManager(simulator, { storage });
    await send('four', after);
    await vera.waitForMessage(({ text }) => text === 'four');
    expect(vera.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
    expect(asked.count).toBe(1);
  });

  it('is asked anew when its members have changed: who has joined gets the next message, who was removed does not', async () => {
    const { simulator, manager, vera, walter, group, send } = await startCats();
    const asked = questions(simulator, group.jid);
    await send('to Vera and Walter');
    const xenia = simulator.addContact({ phone: '15550007', name: 'Xenia' });
    const heard = watch(manager, { deviceId: 'shop' });
    simulator.groups.changeMembers(group.jid, VERA, 'add', ['15550007']);
    simulator.groups.changeMembers(group.jid, VERA, 'remove', [WALTER]);
    await vera.send(group.jid, 'Xenia is here now');
    await heard.until('they are told', () => heard.texts().includes('Xenia is here now'));
    await send('to Vera and Xenia');
    await xenia.waitForMessage(({ text }) => text === 'to Vera and Xenia');
    await vera.waitForMessage(({ text }) => text === 'to Vera and Xenia');
    expect(walter.messages.map(({ text }) => text)).not.toContain('to Vera and Xenia');
    expect(asked.count).toBe(2);
  });

  it('is asked anew when the server says that something has changed or that others are in it, or a day is over', async () => {
    const { attach } = Companion.prototype;
    const companions: Companion[] = [];
    const attaching = vi.spyOn(Companion.prototype, 'attach').mockImplementation(function (
      this: Companion,
      connection,
    ) {
      companions.push(this);
      return attach.call(this, connection);
    });
    onTestFinished(() => attaching.mockRestore());
    const { simulator, group, send } = await startCats();
    const asked = questions(simulator, group.jid);
    await send('one');
    const cleaned = new Promise<void>((resolve) => {
      simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
        if (direction === 'in' && tag === 'iq' && attrs.xmlns === 'urn:xmpp:whatsapp:dirty') resolve();
      });
    });
    companions[0]?.deliver(stanza('ib', {}, [stanza('dirty', { type: 'groups', timestamp: 1 })]));
    await cleaned;
    await send('two');
    expect(asked.count).toBe(2);
    await send('three');
    expect(asked.count).toBe(2);
    rewrite(({ tag, attrs }) => {
      if (tag === 'ack' && attrs.class === 'message') attrs.phash = '2:others';
    });
    await send('four');
    vi.restoreAllMocks();
    await send('five');
    expect(asked.count).toBe(3);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    await send('six');
    expect(asked.count).toBe(4);
  });

  it('in which somebody has a device without keys gets messages all the same', async () => {
    const { simulator, vera, walter, send } = await startCats();
    const refused = refuseKeys(simulator.account(WALTER).lid);
    await send('who can read this?');
    await vera.waitForMessage(({ text }) => text === 'who can read this?');
    expect(refused.size).toBeGreaterThan(0);
    expect(walter.messages).toEqual([]);
    // He asks for what he cannot read, with keys of his own.
    await walter.waitForMessage(({ text }) => text === 'who can read this?');
  });

  it('gets what was lost with the connection again, and every member can read it at once', async () => {
    const { simulator, vera, walter, send } = await startCats();
    const unread: string[] = [];
    simulator.on('receipt', ({ type, from }) => type === 'retry' && unread.push(from));
    // The server dies before it has dealt with the message.
    vi.spyOn(Relay.prototype, 'message').mockImplementationOnce(() => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    simulator.faults.add({ kind: 'drop', only: { tag: 'ack', class: 'message' }, times: 1 });
    simulator.faults.add({ kind: 'close', code: 'reset', after: { direction: 'in', tag: 'message' } });
    await send('lost on the way');
    for (const member of [vera, walter])
      await member.waitForMessage(({ text }) => text === 'lost on the way');
    expect(unread).toEqual([]);
  });
});

describe('a recipient', () => {
  it('without keys fails the message at once, with what to do', async () => {
    const { simulator, manager, vera } = await startCats();
    const refused = refuseKeys(simulator.account(VERA).lid);
    const { messageId } = await manager.send('shop', { to: VERA, text: 'hello?' });
    expect(await manager.waitForSend('shop', messageId)).toMatchObject({
      state: 'failed',
      errorCode: 'SEND_REFUSED',
    });
    expect(refused.size).toBeGreaterThan(0);
    expect(vera.messages).toEqual([]);
  });
});

/** Changes what the server is about to send. */
function rewrite(change: (answer: Stanza) => void): void {
  const { send } = Connection.prototype;
  vi.spyOn(Connection.prototype, 'send').mockImplementation(function (this: Connection, answer: Stanza) {
    change(answer);
    send.call(this, answer);
  });
  onTestFinished(() => void vi.restoreAllMocks());
}

/** The server has no keys for any device of this person, and says so among the keys of others. */
function refuseKeys(lid: string): Set<string> {
  const refused = new Set<string>();
  const [user = ''] = lid.split('@');
  rewrite((answer) => {
    const list = answer.tag === 'iq' ? childOf(answer, 'list') : undefined;
    for (const asked of childrenOf(list, 'user')) {
      if (!asked.attrs.jid?.startsWith(user)) continue;
      refused.add(asked.attrs.jid);
      asked.content = [stanza('error', { code: 404, text: 'item-not-found' })];
    }
  });
  return refused;
}
