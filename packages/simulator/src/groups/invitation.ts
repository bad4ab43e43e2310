import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Group } from './group.js';

const INVITATION_MS = 3 * 24 * 60 * 60 * 1000;

/** What one person needs to enter a group, and until when it is good. */
export interface Invitation {
  code: string;
  expiresAt: number;
}

/** Codes of invite links have 22 characters. */
export function createInviteCode(): string {
  return randomBytes(16).toString('base64url');
}

/** Makes a personal invitation; an older one for the same person is no longer good. */
export function createInvitation(group: Group, by: Account, person: Account): Invitation {
  const invitation = { code: createInviteCode(), expiresAt: Date.now() + INVITATION_MS };
  group.state.invitations.set(person.lid, { ...invitation, by: by.lid });
  group.changed();
  return invitation;
}
