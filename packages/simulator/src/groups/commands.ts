import type { Account } from '../accounts/account.js';
import { maySee } from '../profile/visibility.js';
import { bytesOf, childOf, childrenOf, type Stanza, stanza } from '../stanza/node.js';
import { createCommunity, linkGroup, unlinkGroup } from './communities.js';
import type { Group } from './group.js';
import type { Invitation } from './invitation.js';
import { acceptInvitation, answerRequests, joinByCode, resetInvite, revokeInvitation } from './invites.js';
import { changeMembers, leave, type MembershipAction } from './membership.js';
import { type GroupAnswer, type GroupRequest, readParticipants } from './request.js';
import { changeSettings, describe, type GroupSettings } from './settings.js';
import { groupStanza, participantStanza } from './stanzas.js';

/** A year, in seconds. */
const LONGEST_EXPIRATION = 365 * 24 * 60 * 60;

/** What a client may want done with groups, by the tag of the command. */
export const GROUP_COMMANDS: Record<string, GroupAnswer> = {
  create,
  add: (request) => members(request, 'add'),
  remove: (request) => members(request, 'remove'),
  promote: (request) => members(request, 'promote'),
  demote: (request) => members(request, 'demote'),
  leave: ({ directory, companion, request }) => {
    const left = [...childrenOf(request, 'group'), ...childrenOf(request, 'community')];
    for (const { attrs } of left) leave(directory.groups.get(attrs.id ?? ''), companion.account);
    return [stanza('leave', {}, left)];
  },
  subject: (request) => set(request, { subject: bytesOf(request.request)?.toString() ?? '' }),
  description: ({ directory, companion, to, request }) => {
    const body = bytesOf(request, 'body')?.toString() ?? '';
    describe(directory.groups.get(to), companion.account, body, request.attrs.id, request.attrs.prev);
    return [];
  },
  announcement: (request) => set(request, { isAnnounce: true }),
  not_announcement: (request) => set(request, { isAnnounce: false }),
  locked: (request) => set(request, { isLocked: true }),
  unlocked: (request) => set(request, { isLocked: false }),
  ephemeral: (request) => set(request, { expiration: readSeconds(request.request) }),
  not_ephemeral: (request) => set(request, { expiration: 0 }),
  member_add_mode: (request) =>
    set(request, { isAddRestricted: bytesOf(request.request)?.toString() === 'admin_add' }),
  membership_approval_mode: (request) =>
    set(request, { isJoinApproval: childOf(request.request, 'group_join')?.attrs.state === 'on' }),
  membership_requests_action: answer,
  invite,
  accept: ({ directory, companion, to, request }) => {
    acceptInvitation(directory.groups.get(to), companion.account, request.attrs.code ?? '');
    return [];
  },
  revoke: ({ directory, companion, to, request }) => {
    const { known } = readParticipants(directory, request);
    for (const person of known) revokeInvitation(directory.groups.get(to), companion.account, person);
    return [];
  },
  links: (request) => link(request),
  unlink: (request) => link(request),
};

function create({ directory, companion, request }: GroupRequest): Stanza[] {
  const { known, unknown } = readParticipants(directory, request);
  const parentJid = childOf(request, 'linked_parent')?.attrs.jid;
  const parent = parentJid === undefined ? undefined : directory.groups.get(parentJid);
  parent?.requireMember(companion.account);
  const { subject = '', key } = request.attrs;
  const creator = companion.account;
  const [members, shy] = [true, false].map((isOpen) =>
    known.filter((person) => maySee(person, creator, 'groupadd') === isOpen),
  ) as [Account[], Account[]];
  const wanted = { subject, creator, members, key, parent };
  const group = childOf(request, 'parent')
    ? createCommunity(wanted, childOf(request, 'create_general_chat') !== undefined)
    : directory.groups.create(wanted);
  const description = bytesOf(childOf(request, 'description'), 'body')?.toString();
  const expiration = readSeconds(childOf(request, 'ephemeral'));
  changeSettings(group, creator, {
    ...(description ? { description } : {}),
    ...(expiration > 0 ? { expiration } : {}),
  });
  const answered = groupStanza(group);
  const refused = [
    ...outcomeStanzas(group, changeMembers(group, creator, 'add', shy)),
    ...unknown.map(unknownPerson),
  ];
  return [stanza('group', answered.attrs, [...childrenOf(answered), ...refused])];
}

function members({ directory, companion, to, request }: GroupRequest, action: MembershipAction): Stanza[] {
  const group = directory.groups.get(to);
  const { known, unknown } = readParticipants(directory, request);
  const outcomes = changeMembers(group, companion.account, action, known);
  return [stanza(action, {}, [...outcomeStanzas(group, outcomes), ...unknown.map(unknownPerson)])];
}

function set({ directory, companion, to }: GroupRequest, settings: GroupSettings): Stanza[] {
  changeSettings(directory.groups.get(to), companion.account, settings);
  return [];
}

/** Approves or rejects those who asked to join. */
function answer({ directory, companion, to, request }: GroupRequest): Stanza[] {
  const group = directory.groups.get(to);
  const answers = childrenOf(request).flatMap((decision) => {
    if (decision.tag !== 'approve' && decision.tag !== 'reject') return [];
    const { known, unknown } = readParticipants(directory, decision);
    const outcomes = answerRequests(group, companion.account, decision.tag, known);
    return [stanza(decision.tag, {}, [...outcomeStanzas(group, outcomes), ...unknown.map(unknownPerson)])];
  });
  return [stanza('membership_requests_action', {}, answers)];
}

/** With a code it means joining, without one making a new link. */
function invite({ directory, companion, to, request }: GroupRequest): Stanza[] {
  const { code } = request.attrs;
  if (code === undefined)
    return [stanza('invite', { code: resetInvite(directory.groups.get(to), companion.account) })];
  const { group, status } = joinByCode(companion.account, code);
  return [stanza(status === 'joined' ? 'group' : 'membership_approval_request', { jid: group.jid })];
}

function link({ directory, companion, to, request }: GroupRequest): Stanza[] {
  const community = directory.groups.get(to);
  const entries = request.tag === 'links' ? childrenOf(request, 'link') : [request];
  for (const { attrs } of entries.flatMap((entry) => childrenOf(entry, 'group'))) {
    const group = directory.groups.get(attrs.jid ?? '');
    if (request.tag === 'links') linkGroup(community, companion.account, group);
    else unlinkGroup(community, companion.account, group);
  }
  return [request];
}

function outcomeStanzas(
  group: Group,
  outcomes: { account: Account; status: number; invitation?: Invitation }[],
) {
  return outcomes.map(({ account, status, invitation }) => {
    const { tag, attrs } = participantStanza(group, account, status === 200 ? {} : { error: status });
    if (!invitation) return stanza(tag, attrs);
    const expiration = Math.floor(invitation.expiresAt / 1000);
    return stanza(tag, attrs, [stanza('add_request', { code: invitation.code, expiration })]);
  });
}

function unknownPerson(jid: string): Stanza {
  return stanza('participant', { jid, error: 404 });
}

/** How long messages stay; 0 for anything but a sensible number. */
function readSeconds(setting: Stanza | undefined): number {
  const seconds = Number(setting?.attrs.expiration);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_EXPIRATION ? seconds : 0;
}
