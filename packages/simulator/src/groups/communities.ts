import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import { stanza } from '../stanza/node.js';
import type { Group } from './group.js';
import type { NewGroup } from './groups.js';
import { announce, groupStanza } from './stanzas.js';

/** Makes a community: the parent of the groups linked to it, with a group in which its admins announce things. */
export function createCommunity(community: NewGroup, hasGeneralChat: boolean): Group {
  const { creator, subject, addressingMode = 'lid' } = community;
  const { groups } = creator.directory;
  const parent = groups.create({ ...community, isCommunity: true });
  const child = { creator, subject, addressingMode, members: community.members, parent };
  const announcements = groups.create(child);
  announcements.state.isDefaultSubgroup = true;
  announcements.state.isAnnounce = true;
  announcements.changed();
  if (hasGeneralChat) groups.create({ ...child, subject: 'General' });
  return parent;
}

/** The groups of a community. */
export function linkedGroups(community: Group): Group[] {
  return community.directory.groups.all.filter(({ state }) => state.parent === community.jid);
}

/** Links a group to a community. @throws SimulatorError 403, or 409 for a group that has one already */
export function linkGroup(community: Group, by: Account, group: Group): void {
  requireCommunity(community, by);
  group.requireAdmin(by);
  if (group.state.parent !== undefined)
    throw new SimulatorError('GROUP_LINKED', 409, `${group.jid} is in a community already: unlink it first.`);
  group.state.parent = community.jid;
  group.changed();
  announceLink('link', { link_type: 'sub_group' }, community, by, group);
}

/** Takes a group out of a community. @throws SimulatorError 403, or 404 for a group that is not in it */
export function unlinkGroup(community: Group, by: Account, group: Group): void {
  requireCommunity(community, by);
  if (group.state.parent !== community.jid)
    throw new SimulatorError('GROUP_NOT_LINKED', 404, `${group.jid} is not in that community.`);
  delete group.state.parent;
  group.changed();
  announceLink('unlink', { unlink_type: 'sub_group', unlink_reason: 'unlink_group' }, community, by, group);
}

function requireCommunity(community: Group, by: Account): void {
  community.requireAdmin(by);
  if (!community.state.isCommunity)
    throw new SimulatorError('NOT_A_COMMUNITY', 400, `${community.jid} is a group, not a community.`);
}

/** Both sides hear of it, each about the other. */
function announceLink(
  tag: 'link' | 'unlink',
  attributes: Record<string, string>,
  community: Group,
  by: Account,
  group: Group,
): void {
  announce(community, by, stanza(tag, attributes, [groupStanza(group)]));
  const parentAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, value === 'sub_group' ? 'parent_group' : value]),
  );
  announce(group, by, stanza(tag, parentAttributes, [groupStanza(community)]));
}
