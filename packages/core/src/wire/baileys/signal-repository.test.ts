import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteSession } from '../../store/sqlite/store.js';
import type { SessionStore } from '../../store/store.js';
import { withKeyType } from '../signal/curve.js';
import { readRecord } from '../signal/session-record.js';
import { bridge, curve } from '../signal/test-parties.js';
import { sqliteAuthState } from './auth-state.js';
import { loadBaileys } from './load.js';
import { silentBaileysLogger } from './silent-logger.js';

const baileys = await loadBaileys();

const GROUP = '5-5@g.us';
const ALICE = { pn: '100@s.whatsapp.net', lid: '900@lid', address: '900_1.0' };
const BOB = { pn: '200@s.whatsapp.net', lid: '800@lid', address: '800_1.0' };
type Somebody = typeof ALICE;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-repository-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A device as Baileys sees it: what it writes to `partner`, and reads from there. */
async function startDevice(partner: Somebody) {
  const session = openSqliteSession(temporaryFolder());
  onTestFinished(() => session.close());
  const { auth, makeSignalRepository } = sqliteAuthState({
    baileys,
    bridge,
    session,
    onIdentityChange: () => undefined,
    onDuplicate: () => undefined,
    onDecrypted: async () => undefined,
    onFailed: () => undefined,
    onAliasLearned: () => undefined,
  });
  const keys = baileys.addTransactionCapability(auth.keys, silentBaileysLogger, {
    maxCommitRetries: 1,
    delayBetweenTriesMs: 1,
  });
  const repository = makeSignalRepository({ creds: auth.creds, keys }, silentBaileysLogger);
  await repository.lidMapping.storeLIDPNMappings([partner]);
  let lastPreKey = 0;
  return {
    session,
    repository,
    /** Begins a session with what the server hands out of the other's keys. */
    begin: (bundle: Parameters<typeof repository.injectE2ESession>[0]['session']) =>
      repository.injectE2ESession({ jid: partner.lid, session: bundle }),
    async bundle() {
      const { registrationId, signedIdentityKey, signedPreKey } = auth.creds;
      const keyId = ++lastPreKey;
      const preKey = curve.generateKeyPair();
      await keys.set({ 'pre-key': { [keyId]: preKey } });
      return {
        registrationId,
        identityKey: withKeyType(signedIdentityKey.public),
        signedPreKey: {
          keyId: signedPreKey.keyId,
          publicKey: withKeyType(signedPreKey.keyPair.public),
          signature: signedPreKey.signature,
        },
        preKey: { keyId, publicKey: withKeyType(preKey.public) },
      };
    },
    write: (text: string, jid = partner.lid) => repository.encryptMessage({ jid, data: Buffer.from(text) }),
    read: async (message: Awaited<ReturnType<typeof repository.encryptMessage>>, jid = partner.lid) =>
      Buffer.from(await repository.decryptMessage({ jid, ...message })).toString(),
  };
}

/** Alice and Bob, who have written to each other. */
async function startBoth() {
  const [alice, bob] = [await startDevice(BOB), await startDevice(ALICE)];
  await alice.begin(await bob.bundle());
  await bob.read(await alice.write('hello'));
  await alice.read(await bob.write('hello yourself'));
  return { alice, bob };
}

describe('two sessions with one person', () => {
  it.each([
    ['the older session first', [0, 1, 2, 3]],
    ['the newer session first', [2, 3, 0, 1]],
    ['alternately', [0, 2, 1, 3]],
  ])('do each other no harm, under whichever address messages come: %s', async (_, order) => {
    const { alice, bob } = await startBoth();
    const texts = ['old 1', 'old 2', 'new 1', 'new 2'];
    const older = [await bob.write('old 1'), await bob.write('old 2')];
    // As Baileys does after every restart.
    await alice.begin(await bob.bundle());
    await bob.read(await alice.write('on the new session', BOB.pn));
    const underWay = [...older, await bob.write('new 1'), await bob.write('new 2')];
    const record = alice.session.signal.sessions.get(BOB.address) ?? new Uint8Array();
    expect(readRecord(record).previous).toHaveLength(1);

    for (const [turn, index] of order.entries()) {
      const message = underWay[index];
      if (message) expect(await alice.read(message, turn % 2 ? BOB.pn : BOB.lid)).toBe(texts[index]);
    }
    for (let round = 0; round < 6; round += 1) {
      expect(await bob.read(await alice.write(`there ${round}`))).toBe(`there ${round}`);
      expect(await alice.read(await bob.write(`back ${round}`))).toBe(`back ${round}`);
    }
  });
});

describe('a key', () => {
  it('is stored before what was encrypted with it is handed out: what is committed before that leaves is never used twice', async () => {
    const { alice } = await startBoth();
    const { sessions, senderKeys } = alice.session.signal;
    const before = sessions.get(BOB.address);
    await alice.write('out it goes');
    expect(onDisk(alice.session).sessions.get(BOB.address)).toEqual(sessions.get(BOB.address));
    expect(sessions.get(BOB.address)).not.toEqual(before);

    const author = { group: GROUP, meId: ALICE.lid };
    await alice.repository.encryptGroupMessage({ ...author, data: Buffer.from('to all') });
    const [id = ''] = senderKeys.getIds();
    const first = senderKeys.get(id);
    expect(onDisk(alice.session).senderKeys.get(id)).toEqual(first);
    await alice.repository.encryptGroupMessage({ ...author, data: Buffer.from('to all again') });
    expect(onDisk(alice.session).senderKeys.get(id)).toEqual(senderKeys.get(id));
    expect(senderKeys.get(id)).not.toEqual(first);

    const other = { group: '6-6@g.us', meId: ALICE.lid };
    await alice.repository.getSenderKeyDistributionMessage?.(other);
    const announced = senderKeys.getIds().find((name) => name.startsWith(other.group)) ?? '';
    expect(onDisk(alice.session).senderKeys.get(announced)).toEqual(senderKeys.get(announced));
  });
});

/** What would be there if the process were killed now. */
function onDisk(session: SessionStore) {
  // As the connection does before it lets anything leave.
  session.flush();
  const { folder } = session;
  const copy = temporaryFolder();
  for (const end of ['', '-wal'])
    copyFileSync(join(folder, `session.db${end}`), join(copy, `session.db${end}`));
  const copied = openSqliteSession(copy);
  onTestFinished(() => copied.close());
  return copied.signal;
}
