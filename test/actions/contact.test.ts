import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { startShop, VERA, WALTER } from './shop.js';

describe('the actions of contacts', () => {
  it('tell which numbers are on WhatsApp, and never guess', async () => {
    const { act, manager, simulator, vera } = await startShop();
    expect(await act('contact.check', { phones: ['+1 555 0009', '15559999', '1-555-0008'] })).toEqual([
      { phone: '15550009', isOnWhatsApp: true, jid: VERA, lid: vera.lid },
      { phone: '15559999', isOnWhatsApp: false },
      { phone: '15550008', isOnWhatsApp: true, jid: WALTER, lid: expect.any(String) },
    ]);
    const many = Array.from({ length: 120 }, (_, index) => String(15_551_000 + index));
    expect(await act('contact.check', { phones: [...many, '15550009'] })).toHaveLength(121);

    const only = { xmlns: 'usync' };
    for (const [code, expected] of [
      [429, 'ACTION_RATE_LIMITED'],
      [503, 'ACTION_DEFERRED'],
    ] as const) {
      const refusal = simulator.faults.add({ kind: 'refuse-queries', code, only });
      await expect(manager.act('contact.check', { phones: ['15550009'] })).rejects.toMatchObject({
        code: expected,
        retry: 'later',
      });
      simulator.faults.remove(refusal.id);
    }
    await expect(manager.act('contact.check', { phones: ['15550009', 'Vera'] })).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
      details: { option: 'phones.1' },
    });
  });

  it('show the picture, the about text and the business profile of somebody', async () => {
    const { act, manager, vera, walter } = await startShop();
    vera.profile.setPicture(Buffer.from([0xff, 0xd8, 0xff]));
    vera.profile.setAbout('At the aquarium');
    vera.profile.setBusiness({
      description: 'Fresh fish',
      website: 'https://fish.example',
      category: 'Food',
    });
    expect(await act('contact.getPicture', { contact: '+1 555 0009' })).toEqual({
      url: vera.profile.pictureUrl,
    });
    expect(await act('contact.getPicture', { contact: WALTER, isPreview: true })).toEqual({ url: null });
    expect(await act('contact.getAbout', { contact: VERA })).toEqual({
      text: 'At the aquarium',
      setAt: expect.any(Number),
    });
    expect(await act('contact.getBusiness', { contact: VERA })).toEqual({
      business: {
        jid: VERA,
        description: 'Fresh fish',
        websites: ['https://fish.example'],
        category: 'Food',
      },
    });
    expect(await act('contact.getBusiness', { contact: WALTER })).toEqual({ business: null });

    walter.profile.setPrivacy('status', 'none');
    expect(await act('contact.getAbout', { contact: WALTER })).toMatchObject({ text: null });
    vera.profile.setPrivacy('profile', 'none');
    await expect(manager.act('contact.getPicture', { contact: VERA })).rejects.toMatchObject({
      code: 'ACTION_NOT_ALLOWED',
    });
    await expect(manager.act('contact.getAbout', { contact: '15559999' })).rejects.toMatchObject({
      code: 'ACTION_TARGET_NOT_FOUND',
    });
  });

  it('block somebody, list who is blocked, and let them in again', async () => {
    const { act, manager, owner } = await startShop();
    await act('contact.block', { contact: '+1 555 0009' });
    expect(owner.profile.blocked).toEqual([VERA]);
    expect(await act('contact.listBlocked', {})).toMatchObject([{ jid: VERA }]);
    await act('contact.unblock', { contact: VERA });
    expect(owner.profile.blocked).toEqual([]);
    expect(await act('contact.listBlocked', {})).toEqual([]);
    await expect(manager.act('contact.block', { contact: '15559999' })).rejects.toMatchObject({
      code: 'ACTION_TARGET_NOT_FOUND',
    });
  });

  it('list, get and save contacts; the phone has the name too', async () => {
    const { act, manager, owner, vera } = await startShop();
    const heard = watch(manager);
    await vera.send('15550001', 'hello');
    await heard.until('the text is in the log', () => heard.texts().includes('hello'));
    expect(await act('contact.list', {})).toMatchObject([{ jid: VERA, name: 'Vera' }]);
    await act('contact.save', { contact: vera.lid, fullName: 'Vera of the fish', firstName: 'Vera' });
    expect(owner.settings.get().contacts).toMatchObject([{ jid: VERA, fullName: 'Vera of the fish' }]);
    expect(await act('contact.get', { contact: vera.lid })).toEqual({
      jid: VERA,
      lid: vera.lid,
      phone: '15550009',
      name: 'Vera',
      savedName: 'Vera of the fish',
    });
    owner.settings.saveContact('15550008', { fullName: 'Walter from the club' });
    await expect
      .poll(() => act('contact.list', {}))
      .toContainEqual(expect.objectContaining({ jid: WALTER, savedName: 'Walter from the club' }));
    await expect(manager.act('contact.get', { contact: '15559999' })).rejects.toMatchObject({
      code: 'CONTACT_NOT_FOUND',
    });
  });
});
