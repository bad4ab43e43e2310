import { createHmac } from 'node:crypto';
import { type Manager, openManager } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SignalSide } from '../../packages/simulator/src/accounts/signal.js';
import { childOf, type Stanza } from '../../packages/simulator/src/stanza/node.js';
import { Connection } from '../../packages/simulator/src/wire/connection.js';
import { temporaryFolder } from '../support/storage.js';
import { link, qrOf, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const LEFT = '15550001';
const RIGHT = '15550002';
const VERA = '15550009';

/** Notes what anything in this process prints, and every message that somebody could not read. */
function listen(simulator: Simulator) {
  const printed: unknown[][] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words));
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((words) => printed.push([words]) > 0);
  }
  onTestFinished(() => void vi.restoreAllMocks());
  const unreadable: string[] = [];
  simulator.on('receipt', ({ id, from, type }) => {
    if (type === 'retry') unreadable.push(`${id} at ${from}`);
  });
  return { printed, unreadable };
}

async function isReady(manager: Manager, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await stateOf(manager, id, (state) => state.name === 'connected' && !state.isSyncing);
  }
}

describe('Signal sessions', () => {
  it('last: two devices and a contact write to each other in turn, across restarts, and all is read', async () => {
    const simulator = await startSimulator();
    const { printed, unreadable } = listen(simulator);
    const storage = temporaryFolder();
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    let manager = await startManager(simulator, { storage });
    for (const [id, phone] of [
      ['left', LEFT],
      ['right', RIGHT],
    ] as const) {
      await manager.createDevice({ id });
      await link(manager, simulator, id, phone);
    }

    const expected = { left: [] as string[], right: [] as string[], vera: [] as string[] };
    for (let round = 0; round < 3; round += 1) {
      const heard = {
        left: watch(manager, { deviceId: 'left' }),
        right: watch(manager, { deviceId: 'right' }),
      };
      const say = async (from: 'left' | 'right', to: string, text: string) => {
        const { messageId } = await manager.send(from, { to, text });
        expect((await manager.waitForSend(from, messageId)).state).toBe('sent');
      };
      for (let turn = 0; turn < 3; turn += 1) {
        const at = `${round}.${turn}`;
        await say('left', RIGHT, `left to right ${at}`);
        await heard.right.until('right has it', () => heard.right.texts().includes(`left to right ${at}`));
        await say('right', LEFT, `right to left ${at}`);
        await heard.left.until('left has it', () => heard.left.texts().includes(`right to left ${at}`));
        await Promise.all([
          say('left', VERA, `left to Vera ${at}`),
          say('right', VERA, `right to Vera ${at}`),
        ]);
        for (const who of ['left', 'right']) {
          await vera.waitForMessage(({ text }) => text === `${who} to Vera ${at}`);
        }
        await Promise.all([vera.send(LEFT, `Vera to left ${at}`), vera.send(RIGHT, `Vera to right ${at}`)]);
        for (const who of ['left', 'right'] as const) {
          await heard[who].until('Vera is heard', () => heard[who].texts().includes(`Vera to ${who} ${at}`));
        }
        expected.left.push(`right to left ${at}`, `Vera to left ${at}`);
        expected.right.push(`left to right ${at}`, `Vera to right ${at}`);
        expected.vera.push(`left to Vera ${at}`, `right to Vera ${at}`);
      }

      await manager.close();
      // Under way on the old sessions while the devices begin new ones, as they do after every restart.
      await vera.send(LEFT, `while away ${round}`);
      expected.left.push(`while away ${round}`);
      manager = await openManager({ storage, endpoint: simulator.endpoint });
      const running = manager;
      onTestFinished(() => running.close());
      await isReady(manager, 'left', 'right');
    }

    const textsOf = async (id: string, chat: string) =>
      (await manager.listMessages(id, chat))
        .filter(({ isFromMe }) => !isFromMe)
        .map(({ content }) => content.kind === 'text' && content.text);
    const atLeft = [...(await textsOf('left', RIGHT)), ...(await textsOf('left', VERA))];
    const atRight = [...(await textsOf('right', LEFT)), ...(await textsOf('right', VERA))];
    expect(atLeft.toSorted()).toEqual(expected.left.toSorted());
    expect(atRight.toSorted()).toEqual(expected.right.toSorted());
    const atVera = vera.messages.filter(({ fromMe }) => !fromMe).map(({ text }) => text);
    expect(atVera.toSorted()).toEqual(expected.vera.toSorted());

    expect(unreadable).toEqual([]);
    expect(simulator.statistics().faults).toBe(0);
    expect(printed).toEqual([]);
  });
});

describe('a server', () => {
  it('whose certificate another root has signed is refused, before anything is said to it', async () => {
    const simulator = await startSimulator();
    const noiseRootPublicKey = 'ab'.repeat(32);
    const manager = await startManager(simulator, {
      endpoint: { ...simulator.endpoint, noiseRootPublicKey },
    });
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'CONNECTION_FAILED' } });
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'login_failed' });
    expect(simulator.accounts()).toEqual([]);
  });
});

describe('a link', () => {
  it('that the account has not signed is refused, though the server knows the secret of the code', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    const qr = await qrOf(login);
    const secret = Buffer.from(qr.split(',')[3] ?? '', 'base64');
    const { send } = Connection.prototype;
    let forged = 0;
    const forging = vi.spyOn(Connection.prototype, 'send').mockImplementation(function (
      this: Connection,
      answer: Stanza,
    ) {
      const identity = childOf(childOf(answer, 'pair-success'), 'device-identity');
      if (identity) {
        const { details = new Uint8Array() } = proto.ADVSignedDeviceIdentityHMAC.decode(
          identity.content as Buffer,
        );
        const signed = proto.ADVSignedDeviceIdentity.decode(details ?? new Uint8Array());
        signed.accountSignature = Buffer.alloc(64, 1);
        const changed = proto.ADVSignedDeviceIdentity.encode(signed).finish();
        const hmac = createHmac('sha256', secret).update(changed).digest();
        identity.content = Buffer.from(
          proto.ADVSignedDeviceIdentityHMAC.encode({ details: changed, hmac }).finish(),
        );
        forged += 1;
      }
      send.call(this, answer);
    });
    onTestFinished(() => forging.mockRestore());
    simulator.scan(qr, { phone: LEFT }).catch(() => undefined);
    expect(await login.outcome).toMatchObject({ type: 'failed' });
    expect(forged).toBe(1);
    expect((await manager.getDevice('shop')).account).toBeUndefined();

    forging.mockRestore();
    await link(manager, simulator, 'shop', LEFT);
  });
});

describe('a recipient', () => {
  it('whose keys the server has made itself gets nothing, and the sender is told', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', LEFT);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { takeBundle } = SignalSide.prototype;
    const forging = vi.spyOn(SignalSide.prototype, 'takeBundle').mockImplementation(function (
      this: SignalSide,
    ) {
      const bundle = takeBundle.call(this);
      return { ...bundle, signedPreKey: { ...bundle.signedPreKey, signature: Buffer.alloc(64, 1) } };
    });
    onTestFinished(() => forging.mockRestore());
    const { messageId } = await manager.send('shop', { to: VERA, text: 'secret' });
    const item = await manager.waitForSend('shop', messageId);
    expect(item).toMatchObject({ state: 'failed', errorCode: 'RECIPIENT_UNVERIFIED' });

    forging.mockRestore();
    const again = await manager.send('shop', { to: VERA, text: 'now it is safe' });
    expect((await manager.waitForSend('shop', again.messageId)).state).toBe('sent');
    await vera.waitForMessage(({ text }) => text === 'now it is safe');
    expect(vera.messages.map(({ text }) => text)).toEqual(['now it is safe']);
  });
});
