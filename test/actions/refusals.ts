import type { ActionInput, ActionName, actions, ErrorCode } from '@wharf/core';
import { JPEG, VERA } from './shop.js';

const group = '120363000000000001@g.us';
const channel = '120363000000000002@newsletter';
const people = { group, participants: [VERA] };
const picture = JPEG;

/** The actions that ask WhatsApp at once. */
export type Connected = {
  [Name in ActionName]: (typeof actions)[Name]['needs'] extends 'connected' ? Name : never;
}[ActionName];
type Inputs = { [Name in Connected]: ActionInput<Name> };

/** A good input for every action that needs a connection; what is missing here does not compile. */
export const connectedInputs = (messageId: string): Inputs => ({
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

type Other = Exclude<ActionName, Connected>;
/** An input that is refused, and the code it is refused with. */
type Refusal = readonly [input: object, code: ErrorCode];

const messageId = 'NOBODY';
const unknown: Refusal = [{ messageId }, 'MESSAGE_NOT_FOUND'];
const nowhere: Refusal = [{ deviceId: 'nobody' }, 'DEVICE_NOT_FOUND'];

/** A refused case of every other action, with the device `shop` linked; what is missing here does not compile. */
export const otherRefusals: Record<Other, Refusal> = {
  'device.create': [{ id: 'shop' }, 'DEVICE_EXISTS'],
  'device.list': [{ nonsense: 1 }, 'OPTION_INVALID'],
  'device.get': nowhere,
  'device.login': [{}, 'DEVICE_LOGGED_IN'],
  'device.loginByCode': [{ phone: '+1 555 0001' }, 'DEVICE_LOGGED_IN'],
  'device.getLogin': nowhere,
  'device.cancelLogin': nowhere,
  'device.logout': nowhere,
  'device.start': nowhere,
  'device.stop': nowhere,
  'device.reconnect': nowhere,
  'device.remove': [{}, 'OPTION_INVALID'],
  'device.getSettings': nowhere,
  'device.updateSettings': [{ settings: { pacing: { enabled: 'perhaps' } } }, 'OPTION_INVALID'],
  'message.send': [{ to: 'nobody', text: 'hi' }, 'RECIPIENT_INVALID'],
  'message.wait': unknown,
  'message.listSends': [{ limit: 0 }, 'OPTION_INVALID'],
  'message.cancel': unknown,
  'message.get': unknown,
  'message.list': [{ chat: 'nobody' }, 'RECIPIENT_INVALID'],
  'message.search': [{ text: '' }, 'OPTION_INVALID'],
  'message.reply': [{ messageId, text: 'hi' }, 'MESSAGE_NOT_FOUND'],
  'message.forward': [{ messageId, to: [VERA] }, 'MESSAGE_NOT_FOUND'],
  'message.react': [{ messageId, emoji: '👍' }, 'MESSAGE_NOT_FOUND'],
  'message.edit': [{ messageId, text: 'hi' }, 'MESSAGE_NOT_FOUND'],
  'message.revoke': unknown,
  'message.pin': unknown,
  'message.keep': unknown,
  'message.vote': [{ messageId, options: ['Yes'] }, 'MESSAGE_NOT_FOUND'],
  'message.respondToEvent': [{ messageId, response: 'going' }, 'MESSAGE_NOT_FOUND'],
  'media.get': unknown,
  'chat.list': [{ limit: 0 }, 'OPTION_INVALID'],
  'chat.get': [{ chat: '+1 555 7777' }, 'CHAT_NOT_FOUND'],
  'contact.list': nowhere,
  'contact.get': [{ contact: '+1 555 7777' }, 'CONTACT_NOT_FOUND'],
  'channel.post': [{ channel: VERA, text: 'hi' }, 'RECIPIENT_INVALID'],
  'label.list': nowhere,
};
