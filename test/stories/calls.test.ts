import type { Call } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';

describe('a call', () => {
  it('is an event at every step, with who calls', async () => {
    const shop = await Shop.open();
    const heard = (id: string): Call[] =>
      shop.heard.events.flatMap((event) =>
        event.type === 'call' && event.payload.id === id ? [event.payload] : [],
      );
    for (const [isVideo, end, step] of [
      [true, 'missed', 'missed'],
      [false, 'ended', 'ended'],
    ] as const) {
      const { id } = shop.vera.calls.offer(SHOP, { isVideo });
      await shop.heard.until('it rings', () => heard(id).length === 1);
      expect(heard(id)[0]).toEqual({
        id,
        step: 'offered',
        chat: `${VERA}@s.whatsapp.net`,
        caller: expect.objectContaining({ jid: `${VERA}@s.whatsapp.net`, phone: VERA }),
        isGroup: false,
        isVideo,
        at: expect.any(Number),
        isOffline: false,
      });
      shop.vera.calls.end(id, end);
      await shop.heard.until('it is over', () => heard(id).length === 2);
      expect(heard(id)[1]).toMatchObject({ step, isVideo, caller: { phone: VERA } });
    }
  });
});
