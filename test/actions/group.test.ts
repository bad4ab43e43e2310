import { describe, expect, it } from 'vitest';
import { JPEG, SHOP, startShop, VERA, WALTER } from './shop.js';

describe('the actions of groups', () => {
  it('create a group of people as one writes them, and tell about it', async () => {
    const { act, manager, simulator, vera } = await startShop();
    const created = await act('group.create', {
      subject: 'Cats',
      participants: ['+1 (555) 0009', WALTER],
      description: 'No dogs.',
    });
    expect(created).toMatchObject({ subject: 'Cats', description: 'No dogs.', size: 3, owner: SHOP });
    expect(created.participants).toContainEqual(
      expect.objectContaining({ jid: VERA, lid: vera.lid, phone: '15550009', role: 'member' }),
    );
    expect(created.participants).toContainEqual(expect.objectContaining({ jid: SHOP, role: 'superadmin' }));
    expect(simulator.groups.get(created.jid)).toMatchObject({ subject: 'Cats', description: 'No dogs.' });
    expect(await act('group.get', { group: created.jid })).toEqual(created);
    expect(await act('group.list', {})).toEqual([created]);

    const other = simulator.groups.create({ by: '15550009', subject: 'Dogs', members: ['15550008'] });
    await expect(manager.act('group.get', { group: other.jid })).rejects.toMatchObject({
      code: 'ACTION_NOT_ALLOWED',
    });
    await expect(manager.act('group.get', { group: 'Cats' })).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
      details: { option: 'group' },
    });
    await expect(manager.act('group.get', { group: '120363000000000000@g.us' })).rejects.toMatchObject({
      code: 'ACTION_TARGET_NOT_FOUND',
    });
  });

  it('change its settings', async () => {
    const { act, simulator } = await startShop();
    const { jid: group } = await act('group.create', { subject: 'Cats', participants: [VERA] });
    await act('group.setSubject', { group, subject: 'Cats only' });
    await act('group.setDescription', { group, description: 'No dogs.' });
    await act('group.setDescription', { group, description: 'No dogs at all.' });
    await act('group.setAnnounce', { group });
    await act('group.setLocked', { group });
    await act('group.setMemberAddMode', { group, memberAddMode: 'admins' });
    await act('group.setJoinApproval', { group });
    await act('group.setEphemeral', { group, ephemeralMs: 604_800_000 });
    await act('group.setPicture', { group, picture: `data:image/jpeg;base64,${JPEG}` });
    expect(simulator.groups.get(group)).toMatchObject({
      subject: 'Cats only',
      description: 'No dogs at all.',
      isAnnounce: true,
      isLocked: true,
      isAddRestricted: true,
      isJoinApproval: true,
      expiration: 604_800,
      pictureId: expect.any(String),
    });
    expect(await act('group.get', { group })).toMatchObject({
      isAnnounce: true,
      isLocked: true,
      memberAddMode: 'admins',
      isJoinApproval: true,
      ephemeralMs: 604_800_000,
    });
    expect(await act('contact.getPicture', { contact: group })).toEqual({ url: expect.any(String) });
    await act('group.setAnnounce', { group, isAnnounce: false });
    await act('group.setLocked', { group, isLocked: false });
    await act('group.setMemberAddMode', { group, memberAddMode: 'everybody' });
    await act('group.setJoinApproval', { group, isJoinApproval: false });
    await act('group.setEphemeral', { group, ephemeralMs: 0 });
    await act('group.setDescription', { group, description: '' });
    await act('group.setPicture', { group });
    const plain = await act('group.get', { group });
    expect(plain).toMatchObject({
      isAnnounce: false,
      isLocked: false,
      memberAddMode: 'everybody',
      isJoinApproval: false,
      ephemeralMs: 0,
    });
    expect(plain).not.toHaveProperty('description');
  });

  it('are refused to those who may not', async () => {
    const { manager, simulator } = await startShop();
    const { jid: group } = simulator.groups.create({
      by: '15550009',
      subject: 'Cats',
      members: ['15550001', '15550008'],
    });
    simulator.groups.change(group, '15550009', { isLocked: true });
    const refused = { code: 'ACTION_NOT_ALLOWED', retry: 'never' };
    await expect(manager.act('group.setSubject', { group, subject: 'Dogs' })).rejects.toMatchObject(refused);
    await expect(manager.act('group.setAnnounce', { group })).rejects.toMatchObject(refused);
    await expect(manager.act('group.promote', { group, participants: [SHOP] })).rejects.toMatchObject(
      refused,
    );
    await expect(manager.act('group.resetInvite', { group })).rejects.toMatchObject(refused);
    await expect(manager.act('group.getInvite', { group })).rejects.toMatchObject(refused);
    await expect(manager.act('group.listRequests', { group })).rejects.toMatchObject(refused);
    await expect(manager.act('group.setPicture', { group, picture: 'R0lGODlh' })).rejects.toMatchObject({
      code: 'MEDIA_CONVERSION_FAILED',
    });
    await expect(manager.act('group.setPicture', { group, picture: '' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'picture' },
    });
  });

  it('add, promote, demote and remove people, and tell for each whether it worked', async () => {
    const { act, simulator, vera, walter } = await startShop();
    const shy = simulator.addContact({ phone: '15550007', name: 'Shy' });
    shy.profile.setPrivacy('groupadd', 'none');
    const { jid: group } = await act('group.create', { subject: 'Cats', participants: [VERA] });
    const added = await act('group.add', { group, participants: [WALTER, '15550007', '15559999'] });
    expect(added.map(({ isDone, refusal }) => refusal ?? isDone)).toEqual([true, 403, 404]);
    const roleOf = (phone: string) =>
      simulator.groups.get(group).members.find((member) => member.phone === phone)?.role;
    expect(await act('group.promote', { group, participants: [walter.jid] })).toMatchObject([
      { isDone: true },
    ]);
    expect(roleOf('15550008')).toBe('admin');
    expect(await act('group.demote', { group, participants: [walter.lid] })).toMatchObject([
      { isDone: true },
    ]);
    expect(roleOf('15550008')).toBe('member');
    expect(await act('group.remove', { group, participants: [vera.jid] })).toMatchObject([{ isDone: true }]);
    expect(roleOf('15550009')).toBeUndefined();
    await act('group.leave', { group });
    expect(roleOf('15550001')).toBeUndefined();
  });

  it('show, reset and use invite links', async () => {
    const { act, manager, simulator } = await startShop();
    const { jid: own } = await act('group.create', { subject: 'Cats', participants: [VERA] });
    const { code, link } = await act('group.getInvite', { group: own });
    expect(link).toBe(`https://chat.whatsapp.com/${code}`);
    const renewed = await act('group.resetInvite', { group: own });
    expect(renewed.code).not.toBe(code);
    await expect(manager.act('group.join', { invite: link })).rejects.toMatchObject({
      code: 'ACTION_TARGET_NOT_FOUND',
    });

    const { jid, inviteCode } = simulator.groups.create({
      by: '15550009',
      subject: 'Dogs',
      members: ['15550008'],
    });
    const invite = `chat.whatsapp.com/${inviteCode}?mode=r`;
    expect(await act('group.inspectInvite', { invite })).toMatchObject({ jid, subject: 'Dogs' });
    expect(await act('group.join', { invite })).toEqual({ group: jid });
    expect(simulator.groups.get(jid).members.map(({ phone }) => phone)).toContain('15550001');
    await expect(manager.act('group.join', { invite: 'https://example.org/a b' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('list and answer the requests of those who want to join', async () => {
    const { act, simulator, vera, walter } = await startShop();
    const paul = simulator.addContact({ phone: '15550006', name: 'Paul' });
    const { jid: group } = await act('group.create', { subject: 'Cats', participants: [VERA] });
    await act('group.setJoinApproval', { group });
    const { code } = await act('group.getInvite', { group });
    simulator.groups.join(code, walter.phone);
    simulator.groups.join(code, paul.phone);
    const requests = await act('group.listRequests', { group });
    expect(requests).toMatchObject([
      { jid: WALTER, lid: walter.lid, phone: '15550008', requestedAt: expect.any(Number) },
      { jid: paul.jid },
    ]);
    expect(await act('group.approveRequests', { group, participants: [WALTER] })).toMatchObject([
      { isDone: true },
    ]);
    expect(await act('group.rejectRequests', { group, participants: [paul.jid] })).toMatchObject([
      { isDone: true },
    ]);
    const members = simulator.groups.get(group).members.map(({ phone }) => phone);
    expect(members.sort()).toEqual([SHOP.slice(0, 8), walter.phone, vera.phone].sort());
    expect(await act('group.listRequests', { group })).toEqual([]);

    const closed = simulator.groups.create({ by: '15550009', subject: 'Dogs', members: ['15550008'] });
    simulator.groups.change(closed.jid, '15550009', { isJoinApproval: true });
    expect(await act('group.join', { invite: closed.inviteCode })).toEqual({ group: null });
  });
});
