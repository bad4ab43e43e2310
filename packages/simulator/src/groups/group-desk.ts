import type { Account } from '../accounts/account.js';
import type { Directory } from '../accounts/directory.js';
import { createCommunity, linkGroup, unlinkGroup } from './communities.js';
import { type GroupView, viewGroup } from './group-view.js';
import type { Invitation } from './invitation.js';
import { acceptInvitation, answerRequests, invite, joinByCode, resetInvite } from './invites.js';
import { changeMembers, leave, type MembershipAction, requirePeople } from './membership.js';
import { setGroupPicture } from './picture.js';
import { changeSettings, type GroupSettings } from './settings.js';

/** What became of one person: 200, or 403 not allowed, 404 not there, 409 there already. */
export interface PersonOutcome {
  /** PN JID. */
  person: string;
  status: number;
  /** For somebody whose privacy settings do not allow adding: what can be sent instead. */
  invitation?: Invitation;
}

/**
 * Groups, as the people in them use them from their phones: every change is made `by` somebody, who must be
 * allowed to, and every device of every member is told.
 *
 * People are phone numbers, PN or LID JIDs; a group is its JID. What cannot be done throws a SimulatorError:
 * 403 for somebody who may not, 404 for people and groups that do not exist.
 */
export class GroupDesk {
  readonly #directory: Directory;

  /** @internal Use `simulator.groups`. */
  constructor(directory: Directory) {
    this.#directory = directory;
  }

  list(): GroupView[] {
    return this.#directory.groups.all.map(viewGroup);
  }

  get(group: string): GroupView {
    return viewGroup(this.#directory.groups.get(group));
  }

  /** Makes a group, or a community with its group for announcements; `by` becomes its first admin. */
  create(wanted: {
    by: string;
    subject: string;
    members: string[];
    /** How members see each other: `lid` (the default) or `pn`. */
    addressingMode?: 'lid' | 'pn' | undefined;
    isCommunity?: boolean | undefined;
  }): GroupView {
    const { by, subject, members, addressingMode = 'lid', isCommunity = false } = wanted;
    const people = requirePeople(this.#directory, members);
    const group = { subject, creator: this.#person(by), members: people, addressingMode };
    return viewGroup(isCommunity ? createCommunity(group, false) : this.#directory.groups.create(group));
  }

  /** Adds, removes, promotes or demotes people. */
  changeMembers(group: string, by: string, action: MembershipAction, members: string[]): PersonOutcome[] {
    const people = requirePeople(this.#directory, members);
    return viewOutcomes(changeMembers(this.#directory.groups.get(group), this.#person(by), action, people));
  }

  leave(group: string, who: string): void {
    leave(this.#directory.groups.get(group), this.#person(who));
  }

  /** Changes subject, description and the like; what is left out stays. */
  change(group: string, by: string, settings: GroupSettings): GroupView {
    const found = this.#directory.groups.get(group);
    changeSettings(found, this.#person(by), settings);
    return viewGroup(found);
  }

  /** Gives a group a picture, a JPEG, or takes it away. */
  setPicture(group: string, by: string, picture?: Uint8Array): GroupView {
    const found = this.#directory.groups.get(group);
    setGroupPicture(found, this.#person(by), picture);
    return viewGroup(found);
  }

  /** Makes a new invite link and returns its code. */
  resetInvite(group: string, by: string): string {
    return resetInvite(this.#directory.groups.get(group), this.#person(by));
  }

  /** Joins by the code of an invite link; where admins want to be asked, that only makes a request. */
  join(code: string, who: string): { group: string; status: 'joined' | 'requested' } {
    const { group, status } = joinByCode(this.#person(who), code);
    return { group: group.jid, status };
  }

  /** Invites one person; the code is for a message of the kind `groupInvite`. */
  invite(group: string, by: string, person: string): Invitation {
    return invite(this.#directory.groups.get(group), this.#person(by), this.#person(person));
  }

  /** Accepts an invitation that came in a message. */
  accept(group: string, who: string, code: string): void {
    acceptInvitation(this.#directory.groups.get(group), this.#person(who), code);
  }

  /** Lets people in who asked, or turns them down. */
  answerRequests(group: string, by: string, action: 'approve' | 'reject', people: string[]): PersonOutcome[] {
    const asked = requirePeople(this.#directory, people);
    return viewOutcomes(answerRequests(this.#directory.groups.get(group), this.#person(by), action, asked));
  }

  /** Links a group to a community, or takes it out. */
  link(community: string, by: string, group: string, isLinked: boolean): void {
    const { groups } = this.#directory;
    const change = isLinked ? linkGroup : unlinkGroup;
    change(groups.get(community), this.#person(by), groups.get(group));
  }

  /** Lets each device ask for metadata only so often a minute, then answers 429; undefined: as often as it likes. */
  limitQueries(perMinute: number | undefined): void {
    this.#directory.groups.limit.set(perMinute);
  }

  #person(address: string): Account {
    return requirePeople(this.#directory, [address])[0] as Account;
  }
}

function viewOutcomes(outcomes: (Omit<PersonOutcome, 'person'> & { account: Account })[]): PersonOutcome[] {
  return outcomes.map(({ account, ...outcome }) => ({ person: account.pnJid, ...outcome }));
}
