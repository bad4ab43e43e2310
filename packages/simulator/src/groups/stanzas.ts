import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { bothAddresses } from '../accounts/address.js';
import type { Device } from '../accounts/device.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Group } from './group.js';

/** A group as the answer to a metadata query: with everything a client shows of it. */
export function groupStanza(group: Group): Stanza {
  const { state, directory } = group;
  const named = (name: string, lid: string) => {
    const account = directory.find(`${lid}@lid`);
    return account ? bothAddresses(name, account, state.addressingMode) : {};
  };
  return stanza(
    'group',
    {
      id: state.id,
      subject: state.subject,
      ...named('s_o', state.subjectBy),
      s_t: seconds(state.subjectAt),
      ...named('creator', state.creator),
      creation: seconds(state.createdAt),
      addressing_mode: state.addressingMode,
      size: state.members.size,
    },
    [...group.members.map((member) => participantStanza(group, member)), ...settings(group)],
  );
}

/** A member as `<participant>`: its address in the group's space, the other one, and what it may do. */
export function participantStanza(
  { state }: Group,
  account: Account,
  extra: { error?: number; type?: string | undefined } = {},
): Stanza {
  const role = state.members.get(account.lid) ?? 'member';
  const address =
    state.addressingMode === 'lid'
      ? { jid: account.lidJid, phone_number: account.pnJid }
      : { jid: account.pnJid, lid: account.lidJid };
  return stanza('participant', { ...address, type: role === 'member' ? undefined : role, ...extra });
}

function settings({ state, directory }: Group): Stanza[] {
  const { description, parent } = state;
  const author = description && directory.find(`${description.by}@lid`);
  return [
    ...(description
      ? [
          stanza(
            'description',
            {
              id: description.id,
              t: seconds(description.at),
              ...(author ? bothAddresses('participant', author, state.addressingMode) : {}),
            },
            [stanza('body', {}, Buffer.from(description.body))],
          ),
        ]
      : []),
    ...(state.isAnnounce ? [stanza('announcement')] : []),
    ...(state.isLocked ? [stanza('locked')] : []),
    ...(state.expiration > 0 ? [stanza('ephemeral', { expiration: state.expiration, trigger: 0 })] : []),
    memberAddMode(state.isAddRestricted),
    ...(state.isJoinApproval ? [joinApprovalMode(true)] : []),
    ...(state.isCommunity
      ? [stanza('parent', { default_membership_approval_mode: 'request_required' })]
      : []),
    ...(parent ? [stanza('linked_parent', { jid: parent })] : []),
    ...(state.isDefaultSubgroup ? [stanza('default_sub_group')] : []),
  ];
}

export function memberAddMode(isRestricted: boolean): Stanza {
  return stanza('member_add_mode', {}, Buffer.from(isRestricted ? 'admin_add' : 'all_member_add'));
}

export function joinApprovalMode(isOn: boolean): Stanza {
  return stanza('membership_approval_mode', {}, [stanza('group_join', { state: isOn ? 'on' : 'off' })]);
}

/** Tells devices what somebody changed about a group, by the child that names the change. */
export function announce(group: Group, by: Account, change: Stanza, devices: Device[] = group.devices): void {
  const { addressingMode } = group.state;
  const attributes = {
    from: group.jid,
    type: 'w:gp2',
    t: secondsNow(),
    ...bothAddresses('participant', by, addressingMode),
    notify: by.name,
    addressing_mode: addressingMode,
  };
  const id = randomBytes(8).toString('hex');
  for (const device of devices) device.deliver(stanza('notification', { id, ...attributes }, [change]));
}

/** Tells people who have just become members everything about the group. */
export function announceJoined(
  group: Group,
  by: Account,
  joined: Account[],
  attributes: { type?: string; key?: string | undefined; reason?: string } = {},
): void {
  const devices = joined.flatMap((account) => account.devices);
  announce(group, by, stanza('create', attributes, [groupStanza(group)]), devices);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
