import { describe, expect, it } from 'vitest';
import type { SignalStore } from '../../store/store.js';
import { hashOf } from './kept-plaintext.js';
import { readRecord } from './session-record.js';
import { type Ciphertext, createKeys, LibsignalParty, Party } from './test-parties.js';

const ALICE = '100_1.0';
const BOB = '200_1.0';

const write = (party: Party, to: string, text: string) => party.sessions.encrypt(to, Buffer.from(text));
const read = async (party: Party, from: string, { type, ciphertext }: Ciphertext) =>
  Buffer.from(await party.sessions.decrypt(from, type, ciphertext)).toString();

/** Alice and Bob, who have written to each other before. */
async function acquainted() {
  const alice = new Party();
  const bob = new Party();
  await alice.sessions.begin(BOB, bob.bundle());
  await read(bob, ALICE, await write(alice, BOB, 'hello'));
  await read(alice, BOB, await write(bob, ALICE, 'hello yourself'));
  return { alice, bob };
}

describe('a session', () => {
  it('is understood by libsignal, whoever begins, and across restarts', async () => {
    for (const whoBegins of ['we', 'they']) {
      const we = new Party();
      const they = new LibsignalParty();
      if (whoBegins === 'we') await we.sessions.begin(BOB, they.bundle());
      else await they.begin(we.bundle());
      for (let round = 0; round < 8; round += 1) {
        const weWrite = async () => {
          for (const text of [`a${round}`, `b${round}`]) {
            expect(await they.decrypt(await write(we, BOB, text))).toBe(text);
          }
        };
        if (round > 0 || whoBegins === 'we') await weWrite();
        we.restart();
        const texts = [`c${round}`, `d${round}`, `e${round}`];
        const [first, second, third] = [
          await they.encrypt(texts[0] ?? ''),
          await they.encrypt(texts[1] ?? ''),
          await they.encrypt(texts[2] ?? ''),
        ];
        expect(await read(we, BOB, second)).toBe(texts[1]);
        expect(await read(we, BOB, first)).toBe(texts[0]);
        expect(await read(we, BOB, third)).toBe(texts[2]);
      }
    }
  });

  it('is on disk before its ciphertext is handed out: a crash never uses a key twice', async () => {
    const { alice, bob } = await acquainted();
    const first = await write(alice, BOB, 'one');
    alice.restart();
    const second = await write(alice, BOB, 'two');
    expect(await read(bob, ALICE, second)).toBe('two');
    expect(await read(bob, ALICE, first)).toBe('one');
  });

  it('takes operations that come at once one after the other', async () => {
    const { alice, bob } = await acquainted();
    const texts = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    const [there, back] = await Promise.all([
      Promise.all(texts.map((text) => write(alice, BOB, text))),
      Promise.all(texts.map((text) => write(bob, ALICE, text))),
    ]);
    const [atBob, atAlice] = await Promise.all([
      Promise.all(there.map((message) => read(bob, ALICE, message))),
      Promise.all(back.map((message) => read(alice, BOB, message))),
    ]);
    expect(atBob).toEqual(texts);
    expect(atAlice).toEqual(texts);
  });

  it('uses up the one-time key with which it was begun', async () => {
    const alice = new Party();
    const bob = new Party();
    await alice.sessions.begin(BOB, bob.bundle());
    expect(bob.store.preKeys.get(1)).toBeDefined();
    await read(bob, ALICE, await write(alice, BOB, 'hello'));
    expect(bob.store.preKeys.get(1)).toBeUndefined();
    expect(alice.sessions.current(BOB)?.registrationId).toBe(bob.keys.registrationId);
    expect(Buffer.from(alice.sessions.current(BOB)?.baseKey ?? [])).toEqual(
      bob.sessions.current(ALICE)?.baseKey,
    );
  });
});

describe('two sessions with one address', () => {
  for (const order of ['the older session first', 'the newer session first', 'alternately']) {
    it(`leave each other alone: ${order}`, async () => {
      const { alice, bob } = await acquainted();
      const older = [await write(bob, ALICE, 'old 1'), await write(bob, ALICE, 'old 2')];
      await alice.sessions.begin(BOB, bob.bundle());
      await read(bob, ALICE, await write(alice, BOB, 'on the new session'));
      const newer = [await write(bob, ALICE, 'new 1'), await write(bob, ALICE, 'new 2')];
      expect(readRecord(alice.store.sessions.get(BOB) ?? new Uint8Array()).previous).toHaveLength(1);

      const [old1, old2, new1, new2] = [...older, ...newer] as [
        Ciphertext,
        Ciphertext,
        Ciphertext,
        Ciphertext,
      ];
      const incoming =
        order === 'alternately'
          ? [old1, new1, old2, new2]
          : order === 'the older session first'
            ? [old1, old2, new1, new2]
            : [new1, new2, old1, old2];
      const texts: string[] = [];
      for (const message of incoming) texts.push(await read(alice, BOB, message));
      expect(texts.toSorted()).toEqual(['new 1', 'new 2', 'old 1', 'old 2']);

      for (let round = 0; round < 6; round += 1) {
        expect(await read(bob, ALICE, await write(alice, BOB, `there ${round}`))).toBe(`there ${round}`);
        expect(await read(alice, BOB, await write(bob, ALICE, `back ${round}`))).toBe(`back ${round}`);
      }
    });
  }

  it('stay as they were when a message fits none of them', async () => {
    const { alice, bob } = await acquainted();
    const late = await write(bob, ALICE, 'late');
    await alice.sessions.begin(BOB, bob.bundle());
    const before = alice.store.sessions.get(BOB);
    const { bob: stranger } = await acquainted();
    const { ciphertext } = await write(stranger, ALICE, 'who are you');
    await expect(alice.sessions.decrypt(BOB, 'msg', ciphertext)).rejects.toMatchObject({
      failure: 'unreadable',
    });
    expect(alice.store.sessions.get(BOB)).toEqual(before);
    expect(await read(alice, BOB, late)).toBe('late');
  });

  it('know a first message of the older one again', async () => {
    const alice = new Party();
    const bob = new Party();
    await alice.sessions.begin(BOB, bob.bundle());
    const [first, second] = [await write(alice, BOB, 'first'), await write(alice, BOB, 'second')];
    await read(bob, ALICE, first);
    await bob.sessions.begin(ALICE, alice.bundle());
    const onNewer = await write(bob, ALICE, 'on the newer');
    expect(second.type).toBe('pkmsg');
    expect(await read(bob, ALICE, second)).toBe('second');
    expect(await read(alice, BOB, onNewer)).toBe('on the newer');
    expect(await read(bob, ALICE, await write(alice, BOB, 'third'))).toBe('third');
  });
});

describe('a failure', () => {
  it('has the text that Baileys looks for, and is an Error', async () => {
    const { alice, bob } = await acquainted();
    const message = await write(bob, ALICE, 'once');
    await read(alice, BOB, message);
    alice.settle(message.ciphertext);
    const changed = Buffer.from((await write(bob, ALICE, 'changed on the way')).ciphertext);
    changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);
    const stranger = new Party();
    await stranger.sessions.begin(ALICE, alice.bundle());
    const usedUp = await write(stranger, ALICE, 'hello');
    alice.store.preKeys.delete(1);
    const decrypt = alice.sessions.decrypt.bind(alice.sessions);

    const failures = {
      duplicate: decrypt(BOB, 'msg', message.ciphertext),
      unreadable: decrypt(BOB, 'msg', changed),
      no_session: decrypt('300_1.0', 'msg', message.ciphertext),
      unknown_pre_key: decrypt('300_1.0', usedUp.type, usedUp.ciphertext),
      other: decrypt(BOB, 'msg', Buffer.from('no message')),
    };
    const texts = await Promise.all(
      Object.entries(failures).map(async ([failure, work]) => {
        const error: unknown = await work.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(Error);
        expect(error).toMatchObject({ failure });
        return (error as Error).message;
      }),
    );
    expect(texts.slice(0, 4)).toEqual([
      'Key used already or never filled',
      'Bad MAC',
      'No session record',
      'Invalid PreKey ID',
    ]);
    await expect(write(alice, '300_1.0', 'anybody?')).rejects.toThrow('No session record');
  });

  it('leaves the session readable', async () => {
    const { alice, bob } = await acquainted();
    const [first, second] = [await write(bob, ALICE, 'first'), await write(bob, ALICE, 'second')];
    expect(await read(alice, BOB, first)).toBe('first');
    alice.settle(first.ciphertext);
    await expect(read(alice, BOB, first)).rejects.toThrow('Key used already or never filled');
    expect(alice.duplicates).toEqual([hashOf(first.ciphertext)]);
    expect(await read(alice, BOB, second)).toBe('second');
    expect(await read(bob, ALICE, await write(alice, BOB, 'and back'))).toBe('and back');
  });

  it('of the store stores nothing, is not taken for an unreadable message, and is over when the store works again', async () => {
    const { alice, bob } = await acquainted();
    const broken = { writes: false, reads: false };
    alice.restart(breakable(alice.store, broken));
    await new Promise((resolve) => setImmediate(resolve));
    const before = alice.store.sessions.get(BOB);
    const message = await write(bob, ALICE, 'survives');

    broken.writes = true;
    await expect(write(alice, BOB, 'never sent')).rejects.toThrow('disk full');
    await expect(read(alice, BOB, message)).rejects.toThrow('disk full');
    Object.assign(broken, { writes: false, reads: true });
    await expect(read(alice, BOB, message)).rejects.toThrow('disk broken');
    expect(alice.store.sessions.get(BOB)).toEqual(before);

    broken.reads = false;
    expect(await read(alice, BOB, message)).toBe('survives');
    expect(await read(bob, ALICE, await write(alice, BOB, 'sent'))).toBe('sent');
  });
});

describe('a message that was decrypted and not stored', () => {
  it('is recalled after a crash, whatever became of the session', async () => {
    const { alice, bob } = await acquainted();
    const [first, second] = [await write(bob, ALICE, 'first'), await write(bob, ALICE, 'second')];
    await read(alice, BOB, first);
    await read(alice, BOB, second);
    alice.restart();
    expect(await read(alice, BOB, first)).toBe('first');
    await alice.sessions.delete([BOB]);
    expect(await read(alice, BOB, second)).toBe('second');
    alice.settle(second.ciphertext);
    await expect(read(alice, BOB, second)).rejects.toThrow('No session record');
  });
});

describe('an identity', () => {
  it('is remembered at the first contact and trusted', async () => {
    const { alice, bob } = await acquainted();
    expect(Buffer.from(bob.store.identities.get(ALICE) ?? []).subarray(1)).toEqual(
      alice.keys.identity.public,
    );
    expect(Buffer.from(alice.store.identities.get(BOB) ?? []).subarray(1)).toEqual(bob.keys.identity.public);
    expect([...alice.identityChanges, ...bob.identityChanges]).toEqual([]);
  });

  it('that has changed ends the old sessions and is told, whether they write first or we do', async () => {
    for (const whoWrites of ['they', 'we']) {
      const { alice, bob } = await acquainted();
      const reinstalled = new Party();
      if (whoWrites === 'they') {
        await reinstalled.sessions.begin(ALICE, alice.bundle());
        expect(await read(alice, BOB, await write(reinstalled, ALICE, 'new phone'))).toBe('new phone');
      } else {
        await alice.sessions.begin(BOB, reinstalled.bundle());
      }
      expect(alice.identityChanges).toEqual([BOB]);
      expect(readRecord(alice.store.sessions.get(BOB) ?? new Uint8Array()).previous).toEqual([]);
      expect(await read(reinstalled, ALICE, await write(alice, BOB, 'welcome'))).toBe('welcome');
      await expect(read(alice, BOB, await write(bob, ALICE, 'the old one'))).rejects.toThrow('Bad MAC');
    }
  });

  it('is not changed by a first message that cannot be read', async () => {
    const { alice, bob } = await acquainted();
    const intruder = new Party();
    await intruder.sessions.begin(ALICE, alice.bundle());
    const { type, ciphertext } = await write(intruder, ALICE, 'I am Bob');
    const changed = Buffer.from(ciphertext);
    changed.writeUInt8((changed.at(-20) ?? 0) ^ 1, changed.length - 20);
    await expect(alice.sessions.decrypt(BOB, type, changed)).rejects.toMatchObject({ name: 'SignalError' });
    expect(alice.identityChanges).toEqual([]);
    expect(await read(alice, BOB, await write(bob, ALICE, 'I am'))).toBe('I am');
  });
});

describe('a bundle', () => {
  it('is refused when the pre-key in it was not signed by the identity, and nothing is stored', async () => {
    const alice = new Party();
    const bundle = new Party().bundle();
    const { signature } = createKeys().signedPreKey;
    for (const forged of [signature, new Uint8Array(64), new Uint8Array(0)]) {
      const signedPreKey = { ...bundle.signedPreKey, signature: forged };
      await expect(alice.sessions.begin(BOB, { ...bundle, signedPreKey })).rejects.toMatchObject({
        name: 'SignalError',
        failure: 'forged',
      });
    }
    expect(alice.sessions.has(BOB)).toBe(false);
    expect(alice.store.identities.has(BOB)).toBe(false);
  });

  it('needs no one-time key', async () => {
    const alice = new Party();
    const bob = new Party();
    const { preKey: _, ...bundle } = bob.bundle();
    await alice.sessions.begin(BOB, bundle);
    expect(await read(bob, ALICE, await write(alice, BOB, 'hello'))).toBe('hello');
  });
});

describe('moving and deleting', () => {
  it('goes on under the hidden address where it was under the phone number', async () => {
    const { alice, bob } = await acquainted();
    for (const party of [alice, bob]) expect(await party.sessions.move('100_1', '100')).toBeDefined();
    expect(await bob.sessions.move('100', '555_1')).toEqual({ moved: 1, total: 1 });
    expect(bob.sessions.has('100.0')).toBe(false);
    expect(bob.store.identities.has('555_1.0')).toBe(true);
    expect(await read(bob, '555_1.0', await write(alice, BOB, 'still here'))).toBe('still here');
    expect(await read(alice, BOB, await write(bob, '555_1.0', 'so am I'))).toBe('so am I');
    expect(await bob.sessions.move('100', '555_1')).toEqual({ moved: 0, total: 0 });
  });

  it('keeps a session that is there already, and both stay readable', async () => {
    const { alice, bob } = await acquainted();
    const late = await write(bob, ALICE, 'on the first');
    await alice.sessions.begin('900_1.0', bob.bundle());
    await read(bob, ALICE, await write(alice, '900_1.0', 'on the second'));
    const answer = await write(bob, ALICE, 'answer on the second');
    expect(await alice.sessions.move('200_1', '900_1')).toEqual({ moved: 1, total: 1 });
    expect(await read(alice, '900_1.0', late)).toBe('on the first');
    expect(await read(alice, '900_1.0', answer)).toBe('answer on the second');
  });

  it('reads what is still under way in a session that is retired, and encrypts in a new one', async () => {
    const { alice, bob } = await acquainted();
    const stranger = new Party();
    await stranger.sessions.begin(ALICE, alice.bundle());
    const introductions = [await write(stranger, ALICE, 'one'), await write(stranger, ALICE, 'two')];
    const [first, second] = introductions as [Ciphertext, Ciphertext];
    expect(await read(alice, BOB, await write(bob, ALICE, 'in time'))).toBe('in time');
    expect(await read(alice, '300_1.0', first)).toBe('one');
    const late = await write(bob, ALICE, 'late');

    await alice.sessions.retire([BOB, '300_1.0', '400_1.0']);
    expect(alice.sessions.current(BOB)).toBeUndefined();
    await alice.sessions.begin(BOB, bob.bundle());
    expect(await read(bob, ALICE, await write(alice, BOB, 'anew'))).toBe('anew');
    expect(await read(alice, BOB, late)).toBe('late');
    expect(await read(alice, '300_1.0', second)).toBe('two');
    expect(alice.sessions.has('400_1.0')).toBe(false);
  });

  it('forgets the cipher of a session that is deleted', async () => {
    const { alice, bob } = await acquainted();
    await alice.sessions.delete([BOB]);
    await expect(write(alice, BOB, 'gone')).rejects.toThrow('No session record');
    await alice.sessions.begin(BOB, bob.bundle());
    expect(await read(bob, ALICE, await write(alice, BOB, 'back'))).toBe('back');
  });
});

function breakable(store: SignalStore, broken: { writes: boolean; reads: boolean }): SignalStore {
  return {
    ...store,
    sessions: {
      ...store.sessions,
      get(address) {
        if (broken.reads) throw new Error('disk broken');
        return store.sessions.get(address);
      },
      put(address, record) {
        store.sessions.put(address, record);
        if (broken.writes) throw new Error('disk full');
      },
    },
  };
}
