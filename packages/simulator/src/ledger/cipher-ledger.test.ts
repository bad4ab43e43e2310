import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { describe, expect, it } from 'vitest';
import { createSignalState, SignalSide } from '../accounts/signal.js';
import { createSenderKey, encryptWithSenderKey } from '../groups/sender-key.js';
import { type Stanza, stanza } from '../stanza/node.js';
import { CipherLedger } from './cipher-ledger.js';

const GROUP = '120363000000000001@g.us';

const toDevice = (id: string, { type, body }: { type: string; body: Buffer }): Stanza =>
  stanza('message', { id, to: '15550009@s.whatsapp.net' }, [
    stanza('participants', {}, [
      stanza('to', { jid: '15550009:1@s.whatsapp.net' }, [stanza('enc', { type }, body)]),
    ]),
  ]);
const toGroup = (id: string, body: Buffer): Stanza =>
  stanza('message', { id, to: GROUP }, [stanza('enc', { type: 'skmsg' }, body)]);

/** Two sides of a session; `forget` puts the first back to where it was when `remember` was called. */
async function conversation() {
  const [state, peer] = [createSignalState(), new SignalSide(createSignalState())];
  const side = new SignalSide(state);
  await side.startSession('peer', peer.takeBundle());
  let kept = structuredClone(state.sessions);
  return {
    encrypt: (text: string) => side.encrypt('peer', Buffer.from(text)),
    decrypt: (message: Awaited<ReturnType<typeof side.encrypt>>) => peer.decrypt('side', message),
    async answer() {
      await side.decrypt('peer', await peer.encrypt('side', Buffer.from('yes')));
    },
    remember: () => {
      kept = structuredClone(state.sessions);
    },
    forget: () => {
      state.sessions = structuredClone(kept);
    },
  };
}

describe('the ledger of ciphertexts', () => {
  it('finds a session that forgot how far it had got, in its first messages and later', async () => {
    const { encrypt, decrypt, answer, remember, forget } = await conversation();
    const ledger = new CipherLedger();
    remember();
    const first = await encrypt('one');
    expect(first.type).toBe('pkmsg');
    ledger.note(toDevice('A', first));
    forget();
    ledger.note(toDevice('B', await encrypt('another')));
    expect(ledger.reused.map(({ messages }) => messages)).toEqual([['A', 'B']]);

    forget();
    await decrypt(await encrypt('one'));
    await answer();
    remember();
    const later = await encrypt('two');
    expect(later.type).toBe('msg');
    ledger.note(toDevice('C', later));
    forget();
    ledger.note(toDevice('D', await encrypt('two, in other words')));
    expect(ledger.reused.map(({ messages }) => messages)).toEqual([
      ['A', 'B'],
      ['C', 'D'],
    ]);
  });

  it('finds a sender key that was turned back', () => {
    const ledger = new CipherLedger();
    const key = createSenderKey();
    const before = { ...key };
    ledger.note(toGroup('A', encryptWithSenderKey(key, Buffer.from('one'))));
    ledger.note(toGroup('B', encryptWithSenderKey(key, Buffer.from('two'))));
    expect(ledger.reused).toEqual([]);
    ledger.note(toGroup('C', encryptWithSenderKey(before, Buffer.from('three'))));
    expect(ledger.reused).toEqual([{ messages: ['A', 'C'], key: `sender ${GROUP} ${key.id} 0` }]);
  });

  it('takes no offence at the same ciphertext again, whatever it is wrapped in', async () => {
    const { encrypt } = await conversation();
    const ledger = new CipherLedger();
    const message = await encrypt('one');
    ledger.note(toDevice('A', message));
    ledger.note(toDevice('A', message));
    const { message: inner } = proto.PreKeySignalMessage.decode(message.body.subarray(1));
    ledger.note(toDevice('A', { type: 'msg', body: Buffer.from(inner ?? []) }));
    const key = createSenderKey();
    const before = { ...key };
    ledger.note(toGroup('B', encryptWithSenderKey(key, Buffer.from('one'))));
    ledger.note(toGroup('B', encryptWithSenderKey(before, Buffer.from('one'))));
    expect(ledger.reused).toEqual([]);
    expect(ledger.size).toBe(2);
  });

  it('passes over bytes that are no message', () => {
    const ledger = new CipherLedger();
    ledger.note(toDevice('A', { type: 'msg', body: Buffer.from('nonsense') }));
    ledger.note(toGroup('B', Buffer.of(1)));
    expect(ledger.reused).toEqual([]);
  });
});
