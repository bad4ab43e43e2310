import { GroupCipher } from '@whiskeysockets/baileys/lib/Signal/Group/group_cipher.js';
import { GroupSessionBuilder } from '@whiskeysockets/baileys/lib/Signal/Group/group-session-builder.js';
import { SenderKeyDistributionMessage } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-distribution-message.js';
import { SenderKeyName } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-name.js';
import { SenderKeyRecord } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-record.js';
import { describe, expect, it } from 'vitest';
import { Party } from './test-parties.js';

const GROUP = '123-456@g.us';
const alices = { group: GROUP, address: '100_1.3' };
const bobs = { group: GROUP, address: '200_1.0' };

const encrypt = (party: Party, text: string) => party.senderKeys.encrypt(alices, Buffer.from(text));
const decrypt = async (party: Party, author: typeof alices, ciphertext: Uint8Array) =>
  Buffer.from(await party.senderKeys.decrypt(author, ciphertext)).toString();

describe('a sender key', () => {
  it('is understood by every member who was told, also one who came later and across restarts', async () => {
    const [alice, bob, carol] = [new Party(), new Party(), new Party()];
    expect(alice.senderKeys.has(alices)).toBe(false);
    const first = await encrypt(alice, 'first');
    expect(alice.senderKeys.has(alices)).toBe(true);
    await bob.senderKeys.learn(alices, first.announcement);
    expect(await decrypt(bob, alices, first.ciphertext)).toBe('first');

    alice.restart();
    const second = await encrypt(alice, 'second');
    await carol.senderKeys.learn(alices, await alice.senderKeys.announce(alices));
    const third = await encrypt(alice, 'third');
    bob.restart();
    expect(await decrypt(bob, alices, third.ciphertext)).toBe('third');
    expect(await decrypt(bob, alices, second.ciphertext)).toBe('second');
    expect(await decrypt(carol, alices, third.ciphertext)).toBe('third');
    // She has never read it, and asks for it: what she was told begins after it.
    await expect(decrypt(carol, alices, second.ciphertext)).rejects.toThrow('Bad MAC');

    const answer = await bob.senderKeys.encrypt(bobs, Buffer.from('answer'));
    await alice.senderKeys.learn(bobs, answer.announcement);
    expect(await decrypt(alice, bobs, answer.ciphertext)).toBe('answer');
  });

  it('fails with errors that Baileys can read, and stays good', async () => {
    const [alice, bob] = [new Party(), new Party()];
    const { ciphertext, announcement } = await encrypt(alice, 'once');
    await expect(decrypt(bob, alices, ciphertext)).rejects.toThrow(/^no sender key state/);
    await bob.senderKeys.learn(alices, announcement);
    const changed = Buffer.from(ciphertext);
    changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);
    await expect(decrypt(bob, alices, changed)).rejects.toMatchObject({ name: 'SignalError' });
    expect(await decrypt(bob, alices, ciphertext)).toBe('once');
    expect(await decrypt(bob, alices, ciphertext)).toBe('once');
    bob.settle(ciphertext);
    await expect(decrypt(bob, alices, ciphertext)).rejects.toMatchObject({
      failure: 'duplicate',
      message: 'Key used already or never filled',
    });
    await expect(bob.senderKeys.learn(alices, Buffer.from('nothing'))).rejects.toMatchObject({
      name: 'SignalError',
    });
  });

  it('takes messages that are written at once', async () => {
    const [alice, bob] = [new Party(), new Party()];
    await bob.senderKeys.learn(alices, await alice.senderKeys.announce(alices));
    const texts = Array.from({ length: 20 }, (_, index) => `number ${index}`);
    const messages = await Promise.all(texts.map((text) => encrypt(alice, text)));
    const read = await Promise.all(messages.map(({ ciphertext }) => decrypt(bob, alices, ciphertext)));
    expect(read).toEqual(texts);
  });

  it('is understood by the JavaScript that Baileys brings, and the other way round', async () => {
    const alice = new Party();
    const name = new SenderKeyName(GROUP, { id: '100_1', deviceId: 3, toString: () => '100_1.3' });
    let record = new SenderKeyRecord();
    const storage = {
      loadSenderKey: async () => record,
      storeSenderKey: async (_name: SenderKeyName, stored: SenderKeyRecord) => {
        record = stored;
      },
    };
    const { ciphertext, announcement } = await encrypt(alice, 'over there');
    const message = new SenderKeyDistributionMessage(null, null, null, null, announcement);
    await new GroupSessionBuilder(storage).process(name, message);
    const plaintext = await new GroupCipher(storage, name).decrypt(ciphertext);
    expect(Buffer.from(plaintext).toString()).toBe('over there');

    record = new SenderKeyRecord();
    const theirs = await new GroupSessionBuilder(storage).create(name);
    await alice.senderKeys.learn(bobs, theirs.serialize());
    const back = await new GroupCipher(storage, name).encrypt(Buffer.from('and back'));
    expect(await decrypt(alice, bobs, back)).toBe('and back');
  });
});
