import { describe, expect, it } from 'vitest';
import {
  createSenderKey,
  decryptWithSenderKey,
  distributionMessage,
  encryptWithSenderKey,
  readDistributionMessage,
} from './sender-key.js';
import { createSenderKeysState, SenderKeys } from './sender-keys.js';

const GROUP = '120363000000000001@g.us';

function pair() {
  const ann = new SenderKeys(createSenderKeysState());
  const bob = new SenderKeys(createSenderKeysState());
  const send = (text: string, members = ['bob_0']) => {
    const sealed = ann.encrypt(GROUP, members, Buffer.from(text));
    if (sealed.newHolders.has('bob_0')) bob.learn(GROUP, 'ann_0', sealed.distribution);
    return sealed;
  };
  const read = (message: Uint8Array) => bob.decrypt(GROUP, 'ann_0', message).toString();
  return { ann, bob, send, read };
}

describe('Sender keys', () => {
  it('let those who got the key read every message', () => {
    const { send, read } = pair();
    const texts = ['one', 'two', 'x'.repeat(5_000)];
    expect(texts.map((text) => read(send(text).ciphertext))).toEqual(texts);
  });

  it('are distributed once to each device', () => {
    const { send } = pair();
    expect([...send('one').newHolders]).toEqual(['bob_0']);
    expect([...send('two').newHolders]).toEqual([]);
    expect([...send('three', ['bob_0', 'carol_0']).newHolders]).toEqual(['carol_0']);
  });

  it('read messages in any order, each once', () => {
    const { send, read } = pair();
    const messages = ['one', 'two', 'three', 'four'].map((text) => send(text).ciphertext);
    const inOrder = (order: number[]) => order.map((index) => read(messages[index] as Buffer));
    expect(inOrder([2, 0, 3, 1])).toEqual(['three', 'one', 'four', 'two']);
    for (const message of messages) expect(() => read(message)).toThrow('decrypted before');
  });

  it('read what comes after the distribution, nothing before', () => {
    const { ann, bob, send } = pair();
    const early = send('early', ['carol_0']).ciphertext;
    const late = send('late').ciphertext;
    expect(bob.decrypt(GROUP, 'ann_0', late).toString()).toBe('late');
    expect(() => bob.decrypt(GROUP, 'ann_0', early)).toThrow();
    expect(ann.distribution('another@g.us')).toBeUndefined();
  });

  it('change when a member has left', () => {
    const { bob, send } = pair();
    send('to both', ['bob_0', 'carol_0']);
    const alone = send('without Bob', ['carol_0']);
    expect([...alone.newHolders]).toEqual(['carol_0']);
    expect(() => bob.decrypt(GROUP, 'ann_0', alone.ciphertext)).toThrow('has not distributed');
  });

  it('refuse a message that was changed or forged, and go on', () => {
    const { send, read } = pair();
    const first = send('first').ciphertext;
    const forged = Buffer.from(first);
    forged[20] = (forged[20] ?? 0) ^ 1;
    expect(() => read(forged)).toThrow();
    expect(() => read(Buffer.alloc(10))).toThrow('too short');
    expect(read(first)).toBe('first');
  });

  it('refuse a message too far ahead', () => {
    const own = createSenderKey();
    const known = readDistributionMessage(distributionMessage(own));
    own.iteration = 2_001;
    expect(() => decryptWithSenderKey(known, encryptWithSenderKey(own, Buffer.from('far')))).toThrow(
      'too far ahead',
    );
  });
});
