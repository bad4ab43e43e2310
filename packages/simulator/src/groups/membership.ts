import type { Account } from '../accounts/account.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { maySee } from '../profile/visibility.js';
import { type Stanza, stanza } from '../stanza/node.js';
import type { Group } from './group.js';
import { createInvitation, type Invitation } from './invitation.js';
import { announce, announceJoined, participantStanza } from './stanzas.js';

export type MembershipAction = 'add' | 'remove' | 'promote' | 'demote';

/** What became of one person in a change of members: 200, or the code of what stood in the way. */
export interface MembershipOutcome {
  account: Account;
  status: 200 | 403 | 404 | 409;
  /** For somebody whose privacy settings do not allow adding: what can be sent instead. */
  invitation?: Invitation;
}

/**
 * Adds, removes, promotes or demotes people, and tells all who are or were in the group.
 *
 * @throws SimulatorError 403 if `by` may not do that at all; what fails for single people is in the outcome.
 */
export function changeMembers(
  group: Group,
  by: Account,
  action: MembershipAction,
  people: Account[],
): MembershipOutcome[] {
  if (action === 'add' && !group.state.isAddRestricted) group.requireMember(by);
  else group.requireAdmin(by);
  const outcomes = people.map((account): MembershipOutcome => {
    const status = statusOf(group, action, account);
    if (action !== 'add' || status !== 200 || maySee(account, by, 'groupadd')) return { account, status };
    return { account, status: 403, invitation: createInvitation(group, by, account) };
  });
  const changed = outcomes.filter(({ status }) => status === 200).map(({ account }) => account);
  if (changed.length > 0) apply(group, by, action, changed);
  return outcomes;
}

/** Lets somebody go; the last admin's place is taken by the oldest member. @throws SimulatorError 403 */
export function leave(group: Group, account: Account): void {
  group.requireMember(account);
  apply(group, account, 'remove', [account]);
  const [heir] = group.members;
  if (heir && group.admins.length === 0) apply(group, heir, 'promote', [heir]);
}

/** Lets people in who came by a link, an invitation or a request. */
export function admit(group: Group, by: Account, people: Account[], reason?: string): void {
  for (const { lid } of people) {
    group.state.joinRequests.delete(lid);
    group.state.invitations.delete(lid);
  }
  const before = group.devices;
  for (const { lid } of people) group.state.members.set(lid, 'member');
  group.changed();
  announce(group, by, changeStanza(group, 'add', people, reason), before);
  announceJoined(group, by, people, reason ? { reason } : {});
}

function statusOf(group: Group, action: MembershipAction, account: Account): MembershipOutcome['status'] {
  const role = group.roleOf(account);
  if (action === 'add') return role ? 409 : 200;
  if (!role) return 404;
  return role === 'superadmin' && action !== 'promote' ? 403 : 200;
}

function apply(group: Group, by: Account, action: MembershipAction, people: Account[]): void {
  if (action === 'add') return admit(group, by, people);
  // Those who are removed hear of it as well.
  const audience = group.devices;
  for (const account of people) {
    if (action === 'remove') group.state.members.delete(account.lid);
    else if (group.roleOf(account) !== 'superadmin')
      group.state.members.set(account.lid, action === 'promote' ? 'admin' : 'member');
  }
  group.changed();
  announce(group, by, changeStanza(group, action, people), audience);
}

function changeStanza(group: Group, action: MembershipAction, people: Account[], reason?: string): Stanza {
  return stanza(
    action,
    { reason },
    people.map((account) => participantStanza(group, account)),
  );
}

/** The accounts behind addresses. @throws SimulatorError 404 naming the first that nobody has. */
export function requirePeople(directory: Directory, addresses: string[]): Account[] {
  return addresses.map((address) => {
    const account = directory.find(address);
    if (!account)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `Nobody has the address ${address}: link a device or add a contact with it first.`,
      );
    return account;
  });
}
