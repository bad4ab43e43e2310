import type { BinaryNode } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import type { Asking } from './asking.js';
import { contactQueries } from './contacts.js';

/** A server that answers for numbers in odd ways, which the simulator never does. */
function answering(users: BinaryNode[]) {
  const list = { tag: 'list', attrs: {}, content: users };
  const answer = { tag: 'iq', attrs: {}, content: [{ tag: 'usync', attrs: {}, content: [list] }] };
  const socket = { signalRepository: {}, generateMessageTag: () => '1', query: async () => answer };
  return contactQueries({ socket, lids: {} } as unknown as Asking);
}

const user = (attrs: Record<string, string>, contact: BinaryNode): BinaryNode => ({
  tag: 'user',
  attrs,
  content: [contact],
});
const contact = (type: string | undefined, number = '', content: BinaryNode[] = []): BinaryNode => ({
  tag: 'contact',
  attrs: type === undefined ? {} : { type },
  content: content.length > 0 ? content : Buffer.from(number),
});

describe('a number that is looked up', () => {
  it.each([
    ['is not answered for', []],
    ['has no type', [user({ jid: '15550009@s.whatsapp.net' }, contact(undefined))]],
    ['has a type of which nobody knows', [user({ jid: '15550009@s.whatsapp.net' }, contact('maybe'))]],
    [
      'ends in an error',
      [
        user(
          { jid: '15550009@s.whatsapp.net' },
          contact(undefined, '', [{ tag: 'error', attrs: { code: '500' } }]),
        ),
      ],
    ],
    ['is there without an address', [user({}, contact('in', '+15550009'))]],
  ])('is neither there nor not when it %s', async (_, users) => {
    expect(await answering(users).check(['15550009'])).toEqual([{ phone: '15550009', isOnWhatsApp: null }]);
  });

  it('once too often is refused as that', async () => {
    const limited = contact(undefined, '', [{ tag: 'error', attrs: { code: '429' } }]);
    const { check } = answering([user({ jid: '15550009@s.whatsapp.net' }, limited)]);
    await expect(check(['15550009'])).rejects.toMatchObject({ code: 'ACTION_RATE_LIMITED' });
  });

  it('may be registered under another one, and the answers may come in any order', async () => {
    const users = [
      user({ jid: '15550008@s.whatsapp.net' }, contact('in', '+15550008')),
      user({ jid: '551187654321@s.whatsapp.net' }, contact('in', '+5511987654321')),
    ];
    expect(await answering(users).check(['5511987654321', '15550008'])).toEqual([
      { phone: '5511987654321', isOnWhatsApp: true, jid: '551187654321@s.whatsapp.net' },
      { phone: '15550008', isOnWhatsApp: true, jid: '15550008@s.whatsapp.net' },
    ]);
  });
});
