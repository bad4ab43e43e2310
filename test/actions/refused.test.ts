import type { ActionInput, ActionName, actions } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { JPEG, startShop, VERA } from './shop.js';

const group = '120363000000000001@g.us';
const channel = '120363000000000002@newsletter';
const people = { group, participants: [VERA] };
const picture = JPEG;

type Connected = {
  [Name in ActionName]: (typeof actions)[Name]['needs'] extends 'connected' ? Name : never;
}[ActionName];
type Inputs = { [Name in Connected]: ActionInput<Name> };

/** A good input for every action that needs a connection; what is missing here does not compile. */
const inputs = (messageId: string): Inputs => ({
  'message.markRead': { messageIds: [messageId] },
  'message.markPlayed': { messageIds: [messageId] },
  'message.star': { messageId },
  'message.deleteForMe': { messageId },
  'message.downloadMedia': { messageId },
  'chat.archive': { chat: VERA },
  'chat.pin': { chat: VERA },
  'chat.mute': { chat: VERA },
  'chat.markRead': { chat: VERA },
  'chat.markUnread': { chat: VERA },
  'chat.clear': { chat: VERA },
  'chat.delete': { chat: VERA },
  'chat.setEphemeral': { chat: group, ephemeralMs: 0 },
  'chat.type': { chat: VERA, state: 'composing' },
  'contact.check': { phones: ['15550009'] },
  'contact.getPicture': { contact: VERA },
  'contact.getAbout': { contact: VERA },
  'contact.getBusiness': { contact: VERA },
  'contact.block': { contact: VERA },
  'contact.unblock': { contact: VERA },
  'contact.listBlocked': {},
  'contact.save': { contact: VERA, fullName: 'Vera' },
  'group.create': { subject: 'Cats', participants: [VERA] },
  'group.list': {},
  'group.get': { group },
  'group.setSubject': { group, subject: 'Cats' },
  'group.setDescription': { group, description: 'No dogs.' },
  'group.setPicture': { group, picture },
  'group.setAnnounce': { group },
  'group.setLocked': { group },
  'group.setMemberAddMode': { group, memberAddMode: 'admins' },
  'group.setJoinApproval': { group },
  'group.setEphemeral': { group, ephemeralMs: 0 },
  'group.leave': { group },
  'group.add': people,
  'group.remove': people,
  'group.promote': people,
  'group.demote': people,
  'group.getInvite': { group },
  'group.resetInvite': { group },
  'group.inspectInvite': { invite: 'abcdefghijklmnopqrstuv' },
  'group.join': { invite: 'abcdefghijklmnopqrstuv' },
  'group.listRequests': { group },
  'group.approveRequests': people,
  'group.rejectRequests': people,
  'community.create': { subject: 'Sea' },
  'community.createGroup': { community: group, subject: 'Tuna', participants: [VERA] },
  'community.listGroups': { community: group },
  'community.linkGroup': { community: group, group },
  'community.unlinkGroup': { community: group, group },
  'community.leave': { community: group },
  'channel.create': { name: 'Fish news' },
  'channel.list': {},
  'channel.react': { channel, serverId: 1, emoji: '👍' },
  'channel.get': { channel },
  'channel.follow': { channel },
  'channel.unfollow': { channel },
  'channel.mute': { channel },
  'channel.listMessages': { channel },
  'profile.setName': { name: 'Shop' },
  'profile.setAbout': { text: 'Open' },
  'profile.setPicture': { picture },
  'profile.getPrivacy': {},
  'profile.setPrivacy': { lastSeen: 'all' },
  'presence.set': { state: 'available' },
  'presence.subscribe': { contact: VERA },
  'call.reject': { callId: 'A', caller: VERA },
  'label.create': { name: 'New' },
  'label.edit': { labelId: '1', name: 'Paid' },
  'label.delete': { labelId: '1' },
  'label.assign': { labelId: '1', chat: VERA },
  'label.unassign': { labelId: '1', chat: VERA },
  'history.request': { chat: VERA },
});

/** What WhatsApp is told and never answers: it cannot be refused. */
const UNANSWERED: Connected[] = [
  'chat.type',
  'message.markRead',
  'message.markPlayed',
  'presence.set',
  'presence.subscribe',
  'call.reject',
];

describe('every action that needs a connection', () => {
  it('ends in a typed error when WhatsApp refuses, and when the device is stopped', async () => {
    const { manager, simulator, vera, owner } = await startShop();
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'hello');
    await heard.until('the text is in the log', () => heard.texts().includes('hello'));
    owner.settings.saveLabel({ id: '1', name: 'Order', color: 3 });
    await expect.poll(() => manager.act('label.list', {})).toHaveLength(1);
    const all = Object.entries(inputs(id)) as Array<[Connected, never]>;

    simulator.faults.add({ kind: 'refuse-queries', code: 403 });
    for (const [name, input] of all) {
      const outcome = await manager.act(name, input).catch((error: unknown) => error);
      if (name === 'message.downloadMedia') expect(outcome).toMatchObject({ code: 'MESSAGE_WITHOUT_MEDIA' });
      else if (UNANSWERED.includes(name)) expect(outcome, name).toEqual({});
      // The own phone is asked, by a message.
      else if (name === 'history.request') expect(outcome, name).toMatchObject({ messages: 0 });
      // Goes the way of messages: it is not a query that was refused.
      else if (name === 'channel.react')
        expect(outcome, name).toMatchObject({ code: 'ACTION_TARGET_NOT_FOUND' });
      else expect(outcome, name).toMatchObject({ code: 'ACTION_NOT_ALLOWED', details: { refusal: 403 } });
    }
    expect(await manager.listMessages('shop', VERA)).toHaveLength(1);
    expect(await manager.act('chat.get', { chat: VERA })).toMatchObject({ isPinned: false, labelIds: [] });

    await manager.stopDevice('shop');
    for (const [name, input] of all) {
      const outcome = await manager.act(name, input).catch((error: unknown) => error);
      expect(outcome, name).toMatchObject({ code: 'DEVICE_NOT_CONNECTED' });
    }
  });
});
