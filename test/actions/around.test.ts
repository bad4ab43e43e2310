import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { JPEG, startShop, VERA } from './shop.js';

describe('the actions of the profile', () => {
  it('change name, about text and picture', async () => {
    const { act, manager, owner, simulator } = await startShop();
    await act('profile.setName', { name: 'The fish shop' });
    expect(simulator.account('15550001').name).toBe('The fish shop');
    await act('profile.setAbout', { text: 'Open until 6' });
    expect(owner.profile.about).toBe('Open until 6');
    await act('profile.setPicture', { picture: JPEG });
    expect(owner.profile.pictureUrl).toBeDefined();
    await act('profile.setPicture', {});
    expect(owner.profile.pictureUrl).toBeUndefined();
    await expect(manager.act('profile.setName', { name: ' ' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    simulator.faults.add({ kind: 'refuse-queries', code: 406, only: { xmlns: 'w:profile:picture' } });
    await expect(manager.act('profile.setPicture', { picture: JPEG })).rejects.toMatchObject({
      code: 'ACTION_NOT_ACCEPTED',
      details: { refusal: 406 },
    });
  });

  it('show and change the privacy settings', async () => {
    const { act, manager, owner } = await startShop();
    expect(await act('profile.getPrivacy', {})).toMatchObject({ lastSeen: 'all', readReceipts: 'all' });
    expect(await act('profile.setPrivacy', { lastSeen: 'contacts', readReceipts: 'none' })).toMatchObject({
      lastSeen: 'contacts',
      readReceipts: 'none',
      picture: 'all',
    });
    expect(owner.profile.privacy).toMatchObject({ last: 'contacts', readreceipts: 'none' });
    await expect(manager.act('profile.setPrivacy', { online: 'none' as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'online' },
    });
  });
});

describe('the actions of presence and calls', () => {
  it('go online and away, and watch somebody', async () => {
    const { act, manager, simulator, vera } = await startShop();
    vera.presence.watch('15550001');
    await act('presence.set', { state: 'available' });
    await expect.poll(() => vera.presence.of('15550001')).toMatchObject({ state: 'available' });
    await act('presence.set', { state: 'unavailable' });
    await expect.poll(() => vera.presence.of('15550001')).toMatchObject({ state: 'unavailable' });

    const told = simulator.waitFor(
      'presence',
      ({ phone, from, state }) => phone === '15550001' && from === '15550009' && state === 'available',
    );
    await act('presence.subscribe', { contact: VERA });
    vera.presence.set('available');
    await told;
    await expect(manager.act('presence.subscribe', { contact: 'Vera' })).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
    });
  });

  it('reject a call', async () => {
    const { act, manager, simulator, vera } = await startShop();
    const call = vera.calls.offer('15550001');
    const rejected = simulator.waitFor('call', ({ id, state }) => id === call.id && state === 'rejected');
    await act('call.reject', { callId: call.id, caller: VERA });
    await rejected;
    await expect(manager.act('call.reject', { callId: '', caller: VERA })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'callId' },
    });
  });
});

describe('the actions of labels', () => {
  it('put labels on chats and messages, and take them away', async () => {
    const { act, manager, owner, vera } = await startShop();
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'two tunas please');
    await heard.until('the text is in the log', () => heard.texts().includes('two tunas please'));
    expect(await act('label.list', {})).toEqual([]);
    owner.settings.saveLabel({ id: '1', name: 'Order', color: 3 });
    await expect.poll(() => act('label.list', {})).toEqual([{ id: '1', name: 'Order', color: 3, uses: [] }]);
    await act('label.assign', { labelId: '1', chat: '+1 555 0009' });
    await act('label.assign', { labelId: '1', chat: VERA, messageId: id });
    expect(owner.settings.chat(VERA).labels).toEqual(['1']);
    expect(owner.settings.get().labelledMessages).toEqual([{ id, label: '1' }]);
    expect(await act('chat.get', { chat: VERA })).toMatchObject({ labelIds: ['1'] });
    const [label] = await act('label.list', {});
    expect(label?.uses).toHaveLength(2);
    await act('label.unassign', { labelId: '1', chat: VERA });
    await act('label.unassign', { labelId: '1', chat: VERA, messageId: id });
    expect(owner.settings.chat(VERA).labels).toEqual([]);
    expect(await act('label.list', {})).toMatchObject([{ uses: [] }]);
    await expect(manager.act('label.assign', { labelId: '9', chat: VERA })).rejects.toMatchObject({
      code: 'LABEL_NOT_FOUND',
    });
  });
});

describe('a label', () => {
  it('is made, changed and deleted on all devices of the account', async () => {
    const { act, manager, owner } = await startShop();
    owner.settings.saveLabel({ id: '4', name: 'Order', color: 3 });
    await expect.poll(() => act('label.list', {})).toHaveLength(1);
    const paid = await act('label.create', { name: 'Paid', color: 5 });
    expect(paid).toEqual({ id: '5', name: 'Paid', color: 5 });
    expect(owner.settings.get().labels).toContainEqual(paid);
    const { id } = paid;
    expect(await act('label.edit', { labelId: id, name: 'Settled' })).toEqual({ ...paid, name: 'Settled' });
    expect(owner.settings.get().labels).toContainEqual({ ...paid, name: 'Settled' });
    await act('label.assign', { labelId: id, chat: VERA });
    await act('label.delete', { labelId: id });
    expect(owner.settings.get().labels.map((label) => label.id)).toEqual(['4']);
    expect(await act('label.list', {})).toEqual([{ id: '4', name: 'Order', color: 3, uses: [] }]);
    for (const name of ['label.edit', 'label.delete'] as const)
      await expect(manager.act(name, { labelId: id })).rejects.toMatchObject({ code: 'LABEL_NOT_FOUND' });
    await expect(manager.act('label.create', { name: 'x', color: 20 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'color' },
    });
  });
});

describe('the actions of channels', () => {
  it('create, find, follow and mute channels and list their posts', async () => {
    const { act, manager, simulator, vera } = await startShop();
    const own = await act('channel.create', { name: 'Fish news', description: 'Fresh daily' });
    expect(own).toMatchObject({ name: 'Fish news', description: 'Fresh daily', role: 'owner' });

    const { jid, inviteCode } = simulator.newsletters.create({ by: '15550009', name: 'Cat news' });
    await vera.send(jid, 'first');
    await vera.send(jid, 'second');
    simulator.newsletters.react(jid, '15550009', 1, '🐟');
    const found = await act('channel.get', { channel: `https://whatsapp.com/channel/${inviteCode}` });
    expect(found).toMatchObject({ jid, name: 'Cat news', role: 'guest', followers: expect.any(Number) });
    await act('channel.follow', { channel: jid });
    expect(simulator.newsletters.get(jid).followers).toContain('15550001@s.whatsapp.net');
    await act('channel.mute', { channel: jid });
    expect(await act('channel.get', { channel: jid })).toMatchObject({ role: 'follower', isMuted: true });
    await act('channel.mute', { channel: jid, isMuted: false });
    expect(await act('channel.get', { channel: jid })).toMatchObject({ isMuted: false });
    const posts = await act('channel.listMessages', { channel: jid });
    expect(posts.map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'second' },
      { kind: 'text', text: 'first' },
    ]);
    expect(posts[1]).toMatchObject({ serverId: 1, reactions: { '🐟': 1 } });
    expect(await act('channel.listMessages', { channel: jid, before: 2 })).toHaveLength(1);
    await act('channel.react', { channel: jid, serverId: 2, emoji: '👍' });
    expect(simulator.newsletters.get(jid).posts[1]?.reactions).toEqual({ '👍': 1 });
    await act('channel.react', { channel: jid, serverId: 2, emoji: '' });
    expect(simulator.newsletters.get(jid).posts[1]?.reactions).toEqual({});
    await expect(
      manager.act('channel.react', { channel: jid, serverId: 99, emoji: '👍' }),
    ).rejects.toMatchObject({ code: 'ACTION_TARGET_NOT_FOUND', details: { refusal: 404 } });
    expect((await act('channel.list', {})).map(({ name, role }) => [name, role])).toEqual([
      ['Fish news', 'owner'],
      ['Cat news', 'follower'],
    ]);
    await act('channel.unfollow', { channel: jid });
    expect(await act('channel.list', {})).toHaveLength(1);
    expect(simulator.newsletters.get(jid).followers).not.toContain('15550001@s.whatsapp.net');
    await expect(manager.act('channel.get', { channel: '123@newsletter' })).rejects.toMatchObject({
      code: 'ACTION_TARGET_NOT_FOUND',
    });
  });
});

describe('a post to a channel', () => {
  it('reaches those who follow it, and is refused where the account may not write', async () => {
    const { act, manager, simulator, vera } = await startShop();
    const { jid } = await act('channel.create', { name: 'Fish news' });
    simulator.newsletters.follow(jid, '15550009');
    const item = await act('channel.post', { channel: jid, text: 'fresh today', waitFor: 'sent' });
    expect(item).toMatchObject({ state: 'sent', chat: jid });
    await vera.waitForMessage(({ text }) => text === 'fresh today');
    const place = { kind: 'location', latitude: 1, longitude: 2 } as const;
    await act('channel.post', { channel: jid, content: place, waitFor: 'sent' });
    await vera.waitForMessage(({ content }) => content?.kind === 'location');
    const hers = simulator.newsletters.create({ by: '15550009', name: 'Cat news' });
    const refused = await act('channel.post', { channel: hers.jid, text: 'buy fish', waitFor: 'sent' });
    expect(refused).toMatchObject({ state: 'failed', errorCode: 'SEND_REFUSED' });
    await expect(manager.act('channel.post', { channel: jid })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
    });
  });
});

describe('the actions of communities', () => {
  it('create a community, link groups to it and leave it', async () => {
    const { act, manager, simulator } = await startShop();
    const community = await act('community.create', { subject: 'Sea', description: 'All about it' });
    expect(community).toMatchObject({ subject: 'Sea', isCommunity: true });
    const inside = await act('community.createGroup', {
      community: community.jid,
      subject: 'Tuna',
      participants: [VERA],
    });
    expect(inside).toMatchObject({ subject: 'Tuna', community: community.jid });
    const { jid: group } = await act('group.create', { subject: 'Salmon', participants: [VERA] });
    await act('community.linkGroup', { community: community.jid, group });
    const subjects = (await act('community.listGroups', { community: community.jid })).map(
      ({ subject }) => subject,
    );
    expect(subjects.sort()).toEqual(['General', 'Salmon', 'Sea', 'Tuna']);
    await expect(
      manager.act('community.linkGroup', { community: community.jid, group }),
    ).rejects.toMatchObject({ code: 'ACTION_CONFLICT' });
    await act('community.unlinkGroup', { community: community.jid, group });
    expect(simulator.groups.get(group)).not.toHaveProperty('parent');
    await act('community.leave', { community: community.jid });
    expect(simulator.groups.get(community.jid).members).toEqual([]);
  });
});
