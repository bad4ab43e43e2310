import { describe, expect, it, vi } from 'vitest';
import { createSignalState, SignalSide } from './signal.js';

async function chatting() {
  const bobState = createSignalState();
  const ann = new SignalSide(createSignalState());
  const bob = new SignalSide(bobState);
  await ann.startSession('bob', bob.takeBundle());
  const say = async (from: SignalSide, to: SignalSide, text: string) => {
    const [sender, recipient] = from === ann ? ['ann', 'bob'] : ['bob', 'ann'];
    const ciphertext = await from.encrypt(recipient, Buffer.from(text));
    const read = () => to.decrypt(sender, ciphertext).then(String);
    return { ciphertext, read };
  };
  return { ann, bob, bobState, say };
}

describe('The Signal side of a phone', () => {
  it('starts a session with a pre-key message and continues with plain ones', async () => {
    const { ann, bob, say } = await chatting();
    const first = await say(ann, bob, 'one');
    expect(first.ciphertext.type).toBe('pkmsg');
    expect(await first.read()).toBe('one');
    const answer = await say(bob, ann, 'two');
    expect(answer.ciphertext.type).toBe('msg');
    expect(await answer.read()).toBe('two');
    const second = await say(ann, bob, 'three');
    expect(second.ciphertext.type).toBe('msg');
    expect(await second.read()).toBe('three');
  });

  it('needs no one-time pre-key', async () => {
    const { ann, bob } = await chatting();
    const { preKey: _, ...bundle } = bob.takeBundle();
    await ann.startSession('bob', bundle);
    expect(String(await bob.decrypt('ann', await ann.encrypt('bob', Buffer.from('hi'))))).toBe('hi');
  });

  it('reads a message of an older session and then goes on with the newer one', async () => {
    const { ann, bob, say } = await chatting();
    await (await say(ann, bob, 'old session')).read();
    await (await say(bob, ann, 'both ways')).read();
    const late = await say(ann, bob, 'late');
    await bob.startSession('ann', ann.takeBundle());
    await (await say(bob, ann, 'new session')).read();
    // The late message is tried on the new session first; that must leave the new session intact.
    expect(await late.read()).toBe('late');
    expect(await (await say(ann, bob, 'on the new one')).read()).toBe('on the new one');
    expect(await (await say(bob, ann, 'and back')).read()).toBe('and back');
  });

  it('does not grow with the length of a chat', async () => {
    const { ann, bob, bobState, say } = await chatting();
    const late = await say(ann, bob, 'late');
    for (let turn = 0; turn < 30; turn++) {
      await (await say(ann, bob, 'ping')).read();
      await (await say(bob, ann, 'pong')).read();
      if (turn === 5) expect(await late.read()).toBe('late');
    }
    const [session] = bobState.sessions.values();
    expect(JSON.stringify(session).length).toBeLessThan(8_000);
  });

  it('is unharmed by a message that cannot be decrypted', async () => {
    const { ann, bob, say } = await chatting();
    await (await say(ann, bob, 'one')).read();
    await (await say(bob, ann, 'two')).read();
    const spoiled = await say(ann, bob, 'spoiled');
    spoiled.ciphertext.body[20] = (spoiled.ciphertext.body[20] ?? 0) ^ 1;
    await expect(spoiled.read()).rejects.toThrow();
    expect(await (await say(ann, bob, 'three')).read()).toBe('three');
  });

  it('never prints a session, which libsignal does with its private keys', async () => {
    const prints = (['info', 'warn', 'error', 'log'] as const).map((method) => vi.spyOn(console, method));
    const { ann, bob, say } = await chatting();
    await (await say(ann, bob, 'one')).read();
    await bob.startSession('ann', ann.takeBundle());
    await (await say(bob, ann, 'two')).read();
    await ann.decrypt('bob', { type: 'msg', body: Buffer.alloc(80, 3) }).catch(() => {});
    for (const print of prints) expect(print).not.toHaveBeenCalled();
  });
});
