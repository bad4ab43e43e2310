import { SimulatorError } from '../errors.js';
import { type Stanza, stanza } from '../stanza/node.js';
import { linkedGroups } from './communities.js';
import type { Group } from './group.js';
import type { GroupAnswer, GroupRequest } from './request.js';
import { groupStanza } from './stanzas.js';

/** What a client may ask about groups, by the tag of the question. */
export const GROUP_QUERIES: Record<string, GroupAnswer> = {
  query: (request) => {
    request.directory.groups.limit.count(request.companion);
    return [groupStanza(memberGroup(request))];
  },
  participating: ({ directory, companion }) => {
    directory.groups.limit.count(companion);
    return [stanza('groups', {}, directory.groups.groupsOf(companion.account).map(groupStanza))];
  },
  invite: (request) => {
    const { directory, companion, to } = request;
    const { code } = request.request.attrs;
    if (code !== undefined) return [groupStanza(directory.groups.byInviteCode(code))];
    const group = directory.groups.get(to);
    if (!group.isAdmin(companion.account))
      throw new SimulatorError('NOT_GROUP_ADMIN', 401, 'Only admins see the invite link.');
    return [stanza('invite', { code: group.state.inviteCode })];
  },
  membership_approval_requests: (request) => {
    const group = memberGroup(request);
    group.requireAdmin(request.companion.account);
    return [stanza('membership_approval_requests', {}, openRequests(group))];
  },
  sub_groups: (request) => {
    const groups = linkedGroups(memberGroup(request));
    return [stanza('sub_groups', {}, groups.map(groupStanza))];
  },
};

/** The group a request is about, if the one who asks is in it. */
function memberGroup({ directory, companion, to }: GroupRequest): Group {
  const group = directory.groups.get(to);
  group.requireMember(companion.account);
  return group;
}

function openRequests(group: Group): Stanza[] {
  return [...group.state.joinRequests].flatMap(([lid, { at }]) => {
    const account = group.directory.find(`${lid}@lid`);
    if (!account) return [];
    return [
      stanza('membership_approval_request', {
        jid: group.addressOf(account),
        phone_number: account.pnJid,
        request_method: 'invite_link',
        request_time: Math.floor(at / 1000),
      }),
    ];
  });
}
