/** What a field takes from an operation before: `from('group.create', 'jid')`. */
export const from = (action: string, path: string) => `={{ $('${action}').first().json.${path} }}`;

/** Operations with their input, in the order in which they can be run; a name after a space tells two runs apart. */
export type Step = readonly [name: string, input: Record<string, unknown>];

export interface Scene {
  vera: string;
  walter: string;
  paul: string;
  /** Messages of Vera's. */
  text: string;
  poll: string;
  event: string;
  picture: string;
  callId: string;
  /** Invite code of a group of Vera's, and a channel of hers with a post. */
  invite: string;
  channel: string;
}

/** Every operation that a connected device can do, once. */
export function connectedSteps(scene: Scene): Step[] {
  const { vera, walter, paul, text, poll, event, picture, callId, invite, channel } = scene;
  const group = from('group.create', 'jid');
  const community = from('community.create', 'jid');
  const own = from('channel.create', 'jid');
  const labelId = from('label.create', 'id');
  const said = from('message.reply', 'messageId');
  return [
    ['device.list', {}],
    ['device.get', {}],
    ['device.getSettings', {}],
    ['device.updateSettings', { settings: { pacing: { enabled: false } } }],
    ['message.reply', { messageId: text, text: 'until six', waitFor: 'sent' }],
    ['message.react', { messageId: text, emoji: '👍', waitFor: 'sent' }],
    ['message.forward', { messageId: text, to: [walter], waitFor: 'sent' }],
    ['message.edit', { messageId: said, text: 'until seven', waitFor: 'sent' }],
    ['message.pin', { messageId: text, forMs: 86_400_000, waitFor: 'sent' }],
    ['message.keep', { messageId: text, waitFor: 'sent' }],
    ['message.vote', { messageId: poll, options: ['Yes'], waitFor: 'sent' }],
    ['message.respondToEvent', { messageId: event, response: 'going', waitFor: 'sent' }],
    ['message.listSends', { states: ['sent'] }],
    ['message.wait', { messageId: said, until: 'sent' }],
    ['message.downloadMedia', { messageId: picture }],
    ['media.get', { messageId: picture }],
    ['message.get', { messageId: said }],
    ['message.list', { chat: vera }],
    ['message.search', { text: 'open' }],
    ['message.markRead', { messageIds: [text] }],
    ['message.markPlayed', { messageIds: [text] }],
    ['message.star', { messageId: text }],
    ['message.cancel', { messageId: said }],
    ['message.revoke', { messageId: said, waitFor: 'sent' }],
    ['chat.setEphemeral', { chat: vera, ephemeralMs: 86_400_000 }],
    ['chat.list', {}],
    ['chat.get', { chat: vera }],
    ['chat.archive', { chat: vera, isArchived: false }],
    ['chat.pin', { chat: vera }],
    ['chat.mute', { chat: vera, forMs: 3_600_000 }],
    ['chat.markUnread', { chat: vera }],
    ['chat.markRead', { chat: vera }],
    ['chat.type', { chat: vera, state: 'composing' }],
    ['contact.list', {}],
    ['contact.get', { contact: vera }],
    ['contact.check', { phones: [vera] }],
    ['contact.getPicture', { contact: vera }],
    ['contact.getAbout', { contact: vera }],
    ['contact.getBusiness', { contact: vera }],
    ['contact.save', { contact: vera, fullName: 'Vera Velvet' }],
    ['contact.block', { contact: paul }],
    ['contact.listBlocked', {}],
    ['contact.unblock', { contact: paul }],
    ['group.create', { subject: 'Cats', participants: [vera] }],
    ['group.list', {}],
    ['group.get', { group }],
    ['group.setSubject', { group, subject: 'Cats only' }],
    ['group.setDescription', { group, description: 'No dogs.' }],
    ['group.setAnnounce', { group, isAnnounce: true }],
    ['group.setLocked', { group, isLocked: true }],
    ['group.setMemberAddMode', { group, memberAddMode: 'admins' }],
    ['group.setPicture', { group, pictureFrom: 'binary' }],
    ['group.setEphemeral', { group, ephemeralMs: 604_800_000 }],
    ['group.add', { group, participants: [walter] }],
    ['group.promote', { group, participants: [walter] }],
    ['group.demote', { group, participants: [walter] }],
    ['group.remove', { group, participants: [walter] }],
    ['group.setJoinApproval', { group, isJoinApproval: true }],
    ['group.getInvite', { group }],
    ['group.resetInvite', { group }],
    ['group.inspectInvite', { invite }],
    ['group.join', { invite }],
    ['group.listRequests', { group }],
    ['group.approveRequests', { group, participants: [walter] }],
    ['group.rejectRequests', { group, participants: [paul] }],
    ['community.create', { subject: 'Sea' }],
    ['community.createGroup', { community, subject: 'Tuna', participants: [vera] }],
    ['community.linkGroup', { community, group }],
    ['community.listGroups', { community }],
    ['community.unlinkGroup', { community, group }],
    ['community.leave', { community }],
    ['group.leave', { group }],
    ['channel.create', { name: 'Fish news' }],
    ['channel.post', { channel: own, text: 'fresh today', waitFor: 'sent' }],
    ['channel.follow', { channel }],
    ['channel.get', { channel }],
    ['channel.list', {}],
    ['channel.mute', { channel, isMuted: true }],
    ['channel.listMessages', { channel }],
    ['channel.react', { channel, serverId: 1, emoji: '🐟' }],
    ['channel.unfollow', { channel }],
    ['label.create', { name: 'Order', color: 3 }],
    ['label.list', {}],
    ['label.edit', { labelId, name: 'Paid' }],
    ['label.assign', { labelId, chat: vera }],
    ['label.unassign', { labelId, chat: vera }],
    ['label.delete', { labelId }],
    ['profile.setName', { name: 'The shop' }],
    ['profile.setAbout', { text: 'Fish' }],
    ['profile.setPicture', { pictureFrom: 'binary' }],
    ['profile.getPrivacy', {}],
    ['profile.setPrivacy', { about: 'contacts' }],
    ['presence.set', { state: 'available' }],
    ['presence.subscribe', { contact: vera }],
    ['call.reject', { callId, caller: vera }],
    ['history.request', { chat: vera }],
    ['message.deleteForMe', { messageId: text }],
    ['chat.clear', { chat: vera }],
    ['chat.delete', { chat: vera }],
  ];
}
