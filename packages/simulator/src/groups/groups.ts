import { randomInt } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { GROUP_SERVER, parseJid } from '../stanza/jid.js';
import { Group } from './group.js';
import { createInviteCode } from './invitation.js';
import { QueryLimit } from './query-limit.js';
import { announceJoined } from './stanzas.js';
import type { GroupState } from './state.js';

const MAX_MEMBERS = 1_024;
const MAX_SUBJECT = 100;

/** How a new group is made. */
export interface NewGroup {
  subject: string;
  creator: Account;
  members: Account[];
  addressingMode?: 'lid' | 'pn';
  /** The client's own name for this request; it comes back with the notice. */
  key?: string | undefined;
  isCommunity?: boolean;
  parent?: Group | undefined;
}

/** All groups of this server, found by JID or by invite code. */
export class Groups {
  /** How often clients may ask for metadata. */
  readonly limit = new QueryLimit();
  readonly #directory: Directory;
  readonly #groupChanged: (state: GroupState) => void;
  readonly #byId = new Map<string, Group>();

  constructor(directory: Directory, groupChanged: (state: GroupState) => void) {
    this.#directory = directory;
    this.#groupChanged = groupChanged;
  }

  get all(): Group[] {
    return [...this.#byId.values()];
  }

  /** Adds a group that was saved earlier. */
  restore(state: GroupState): Group {
    const group = new Group(this.#directory, state);
    this.#byId.set(state.id, group);
    return group;
  }

  /** Finds a group by its JID or the user part of it. */
  find(address: string): Group | undefined {
    const jid = parseJid(address);
    if (jid && jid.server !== GROUP_SERVER) return undefined;
    return this.#byId.get(jid?.user ?? address);
  }

  /** @throws SimulatorError 404 if there is no such group. */
  get(address: string): Group {
    const group = this.find(address);
    if (!group)
      throw new SimulatorError('GROUP_NOT_FOUND', 404, `There is no group ${address}: create it first.`);
    return group;
  }

  groupsOf(account: Account): Group[] {
    return this.all.filter((group) => group.isMember(account));
  }

  /** The group that an invite code leads to. @throws SimulatorError 406 for no code of any group, 410 for a revoked one. */
  byInviteCode(code: string): Group {
    const group = this.all.find(({ state }) => state.inviteCode === code);
    if (group) return group;
    if (this.all.some(({ state }) => state.revokedCodes.includes(code)))
      throw new SimulatorError('INVITE_REVOKED', 410, 'That invite link was reset: ask for the new one.');
    throw new SimulatorError(
      'INVITE_INVALID',
      406,
      'That is no invite code of any group: copy the whole link.',
    );
  }

  /** Makes a group and tells all its members. @throws SimulatorError 400 for a subject or a number of members that is too large. */
  create({
    subject,
    creator,
    members,
    addressingMode = 'lid',
    key,
    isCommunity = false,
    parent,
  }: NewGroup): Group {
    checkSubject(subject);
    if (members.length > MAX_MEMBERS)
      throw new SimulatorError('GROUP_TOO_LARGE', 400, `A group has at most ${MAX_MEMBERS} members.`);
    const now = Date.now();
    const group = this.restore({
      id: this.#freeId(),
      addressingMode,
      creator: creator.lid,
      createdAt: now,
      subject,
      subjectBy: creator.lid,
      subjectAt: now,
      members: new Map([
        [creator.lid, 'superadmin' as const],
        ...members.filter((member) => member !== creator).map(({ lid }) => [lid, 'member' as const] as const),
      ]),
      isAnnounce: false,
      isLocked: false,
      isAddRestricted: false,
      isJoinApproval: false,
      expiration: 0,
      inviteCode: createInviteCode(),
      revokedCodes: [],
      invitations: new Map(),
      joinRequests: new Map(),
      isCommunity,
      ...(parent ? { parent: parent.jid } : {}),
      isDefaultSubgroup: false,
    });
    this.changed(group);
    announceJoined(group, creator, group.members, { type: 'new', key });
    return group;
  }

  changed(group: Group): void {
    this.#groupChanged(group.state);
  }

  #freeId(): string {
    for (;;) {
      const id = `120363${String(randomInt(1e12)).padStart(12, '0')}`;
      if (!this.#byId.has(id)) return id;
    }
  }
}

/** @throws SimulatorError 400 for an empty or a too long subject. */
export function checkSubject(subject: string): void {
  if (subject.length < 1 || subject.length > MAX_SUBJECT)
    throw new SimulatorError('SUBJECT_INVALID', 400, `A group's subject has 1 to ${MAX_SUBJECT} characters.`);
}
