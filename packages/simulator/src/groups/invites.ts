import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import { stanza } from '../stanza/node.js';
import type { Group } from './group.js';
import { createInvitation, createInviteCode, type Invitation } from './invitation.js';
import { admit } from './membership.js';
import { announce, participantStanza } from './stanzas.js';

const CODES_KEPT = 20;
const REQUESTS_KEPT = 1_000;

/** Makes a new invite code; the old one leads nowhere from now on. @throws SimulatorError 403 */
export function resetInvite(group: Group, by: Account): string {
  group.requireAdmin(by);
  group.state.revokedCodes = [...group.state.revokedCodes, group.state.inviteCode].slice(-CODES_KEPT);
  group.state.inviteCode = createInviteCode();
  group.changed();
  announce(group, by, stanza('invite', { code: group.state.inviteCode }));
  return group.state.inviteCode;
}

/**
 * Joins by the invite link: at once, or by a request to the admins where they want to be asked.
 *
 * @throws SimulatorError 406 or 410 for a code that leads nowhere, 409 for somebody who is in already.
 */
export function joinByCode(account: Account, code: string): { group: Group; status: 'joined' | 'requested' } {
  const group = account.directory.groups.byInviteCode(code);
  if (group.isMember(account))
    throw new SimulatorError('ALREADY_IN_GROUP', 409, `${account.phone} is in that group already.`);
  if (!group.state.isJoinApproval) {
    admit(group, account, [account], 'invite');
    return { group, status: 'joined' };
  }
  if (group.state.joinRequests.size >= REQUESTS_KEPT)
    throw new SimulatorError(
      'TOO_MANY_REQUESTS',
      429,
      'The group has too many open requests: answer some first.',
    );
  group.state.joinRequests.set(account.lid, { at: Date.now() });
  group.changed();
  const requested = stanza('created_membership_requests', { request_method: 'invite_link' }, [
    stanza('requested_user', { jid: group.addressOf(account), phone_number: account.pnJid }),
  ]);
  announce(group, account, requested, adminDevices(group));
  return { group, status: 'requested' };
}

/**
 * Lets people in who asked, or turns them down.
 *
 * @returns 200 for each, or 404 for those who did not ask. @throws SimulatorError 403
 */
export function answerRequests(
  group: Group,
  by: Account,
  action: 'approve' | 'reject',
  people: Account[],
): { account: Account; status: 200 | 404 }[] {
  group.requireAdmin(by);
  const outcomes = people.map((account) => ({
    account,
    status: group.state.joinRequests.has(account.lid) ? (200 as const) : (404 as const),
  }));
  const asked = outcomes.filter(({ status }) => status === 200).map(({ account }) => account);
  if (asked.length === 0) return outcomes;
  if (action === 'approve') admit(group, by, asked);
  else {
    for (const { lid } of asked) group.state.joinRequests.delete(lid);
    group.changed();
    const rejected = asked.map((account) => participantStanza(group, account));
    announce(group, by, stanza('revoked_membership_requests', {}, rejected), adminDevices(group));
  }
  return outcomes;
}

/** Invites one person, who can then accept; the code goes to that person in a message. @throws SimulatorError 403 */
export function invite(group: Group, by: Account, person: Account): Invitation {
  group.requireAdmin(by);
  return createInvitation(group, by, person);
}

/** Accepts a personal invitation. @throws SimulatorError 406 for a wrong code, 410 for one that expired or was revoked. */
export function acceptInvitation(group: Group, account: Account, code: string): void {
  const invitation = group.state.invitations.get(account.lid);
  if (!invitation || invitation.expiresAt < Date.now())
    throw new SimulatorError('INVITATION_EXPIRED', 410, 'That invitation has expired: ask for a new one.');
  if (invitation.code !== code)
    throw new SimulatorError('INVITATION_INVALID', 406, 'That is not the code of the invitation.');
  const by = account.directory.find(`${invitation.by}@lid`) ?? account;
  admit(group, by, [account], 'invite');
}

/** Takes a personal invitation back. @throws SimulatorError 403 */
export function revokeInvitation(group: Group, by: Account, person: Account): void {
  group.requireAdmin(by);
  group.state.invitations.delete(person.lid);
  group.changed();
}

function adminDevices(group: Group) {
  return group.admins.flatMap(({ devices }) => devices);
}
