import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, type Login, openManager } from '@wharf/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSqliteSession } from '../../packages/core/src/store/sqlite/store.js';
import { SignalSide } from '../../packages/simulator/src/accounts/signal.js';
import { startProxy } from '../support/proxy.js';
import { temporaryFolder } from '../support/storage.js';
import { startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001234';
const VERA = '15550009876';
const NOBODY = '15550005555';
const NAMES = ['Vera Lindqvist', 'Harbour breakfast club', 'The corner shop'];

/** Notes what is logged at any level, and what anything in this process prints. */
function listen() {
  const said: string[] = [];
  const levels = new Set<string>();
  const note = (level: string) => (text: string) => {
    levels.add(level);
    said.push(text);
  };
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  };
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void said.push(`console: ${words.join(' ')}`));
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((words) => said.push(`printed: ${String(words)}`) > 0);
  }
  onTestFinished(() => void vi.restoreAllMocks());
  return { logger, said, levels };
}

async function codeOf(login: Login): Promise<string> {
  for await (const step of login) if (step.type === 'code') return step.code;
  throw new Error('The login ended without a code.');
}

/** The private keys of the only session in a storage, in the forms in which somebody may print them. */
function keysIn(storage: string): string[] {
  const [folder = ''] = readdirSync(join(storage, 'sessions'));
  const session = openSqliteSession(join(storage, 'sessions', folder));
  const creds = JSON.parse(session.get('creds', ['creds']).get('creds') ?? '');
  const [address = ''] = session.signal.sessions.getIds();
  const record = Buffer.from(session.signal.sessions.get(address) ?? []);
  session.close();
  const base64: string[] = [
    creds.noiseKey.private.data,
    creds.signedIdentityKey.private.data,
    creds.signedPreKey.keyPair.private.data,
    creds.advSecretKey,
  ];
  expect(base64.every((key) => Buffer.from(key, 'base64').length === 32)).toBe(true);
  expect(record.length).toBeGreaterThan(100);
  return [
    ...base64,
    ...base64.map((key) => Buffer.from(key, 'base64').toString('hex')),
    record.toString('hex'),
  ];
}

describe('what a device logs and prints', () => {
  it('holds no number, name, text, code or key, whatever goes wrong', { timeout: 60_000 }, async () => {
    const { logger, said, levels } = listen();
    const texts: string[] = [];
    const text = (about: string) => {
      texts.push(`the secret of ${about}`);
      return `the secret of ${about}`;
    };
    const simulator = await startSimulator();
    const proxy = await startProxy(simulator.endpoint);
    const storage = temporaryFolder();
    const options = { storage, endpoint: proxy.endpoint, logger };
    const manager = await openManager(options);
    onTestFinished(() => manager.close());
    await manager.createDevice({ id: 'shop', name: 'The corner shop' });
    const login = await manager.loginDevice('shop', { method: 'code', phone: SHOP });
    const code = await codeOf(login);
    await simulator.enterCode(code, { phone: SHOP, name: 'The corner shop' });
    await login.outcome;
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await manager.updateSettings('shop', { pacing: { enabled: false } });
    const vera = simulator.addContact({ phone: VERA, name: 'Vera Lindqvist' });
    const group = simulator.groups.create({ by: VERA, subject: 'Harbour breakfast club', members: [SHOP] });
    const heard = watch(manager);
    const outcomeOf = async (to: string, about: string) => {
      const { messageId } = await manager.send('shop', { to, text: text(about) });
      const { state, errorCode } = await manager.waitForSend('shop', messageId);
      return errorCode ?? state;
    };

    // What comes in: readable, unreadable, and with a consumer that fails upon it and says what it failed on.
    let failures = 0;
    manager.consume({ name: 'failing', deviceId: 'shop' }, (event) => {
      failures += 1;
      if (failures < 3) throw new Error(JSON.stringify(event));
    });
    await vera.send(SHOP, text('a chat'));
    await vera.send(group.jid, text('a group'));
    await vera.send(SHOP, text('nobody'), { undecryptable: 'always' });
    await vera.send(SHOP, text('the end'));
    await heard.until('all is in', () => heard.texts().includes('the secret of the end'));
    await expect.poll(() => failures).toBeGreaterThan(2);

    // What goes out: sent, refused in every way, and to somebody whose keys are forged.
    expect(await outcomeOf(VERA, 'an answer')).toBe('sent');
    expect(await outcomeOf(group.jid, 'all members')).toBe('sent');
    expect(await outcomeOf(NOBODY, 'a stranger')).toBe('RECIPIENT_NOT_ON_WHATSAPP');
    for (const refusal of [400, 479, 503]) {
      simulator.faults.add({ kind: 'refuse-messages', code: refusal, times: 1 });
      await outcomeOf(VERA, `refusal ${refusal}`);
    }
    const { takeBundle } = SignalSide.prototype;
    const forging = vi.spyOn(SignalSide.prototype, 'takeBundle').mockImplementation(function (
      this: SignalSide,
    ) {
      const bundle = takeBundle.call(this);
      return { ...bundle, signedPreKey: { ...bundle.signedPreKey, signature: Buffer.alloc(64, 1) } };
    });
    const xenia = simulator.addContact({ phone: '15550004321', name: 'Xenia' });
    expect(await outcomeOf(xenia.phone, 'forged keys')).toBe('RECIPIENT_UNVERIFIED');
    forging.mockRestore();

    // What happens to the connection.
    const broken = stateOf(manager, 'shop', (state) => 'reason' in state && state.reason === 'broken_frame');
    proxy.behave('corrupt-next');
    await vera.send(SHOP, text('a broken frame'));
    await broken;
    await heard.until('it has come again', () => heard.texts().includes('the secret of a broken frame'));
    proxy.behave('refuse-upgrade');
    simulator.closeConnection(SHOP, 503);
    await stateOf(manager, 'shop', (state) => state.name === 'reconnecting' && state.attempt === 2);
    proxy.behave('pass');
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await manager.close();
    const again = await startManager(simulator, { ...options, endpoint: simulator.endpoint });
    await stateOf(again, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    simulator.closeConnection(SHOP, 440);
    await stateOf(again, 'shop', ({ name }) => name === 'disconnected');
    await again.close();

    const keys = keysIn(storage);
    const secrets = [
      SHOP,
      VERA,
      NOBODY,
      xenia.phone,
      ...NAMES,
      code,
      ...texts,
      ...keys,
      's.whatsapp.net',
      '@lid',
    ];
    for (const words of said) for (const secret of secrets) expect(words).not.toContain(secret);
    expect([...levels]).toContain('warn');
    expect(said.filter((words) => /^(console|printed):/.test(words))).toEqual([]);
  });
});
