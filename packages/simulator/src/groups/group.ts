import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import type { Device } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { formatJid, GROUP_SERVER, LID_SERVER, PN_SERVER } from '../stanza/jid.js';
import type { GroupState, Role } from './state.js';

/** One group: who is in it, what they may do, and the devices that its messages go to. */
export class Group {
  readonly directory: Directory;
  readonly state: GroupState;

  constructor(directory: Directory, state: GroupState) {
    this.directory = directory;
    this.state = state;
  }

  get jid(): string {
    return formatJid(this.state.id, GROUP_SERVER);
  }

  get members(): Account[] {
    return [...this.state.members.keys()].flatMap((lid) => this.directory.find(`${lid}@lid`) ?? []);
  }

  /** Every device of every member. */
  get devices(): Device[] {
    return this.members.flatMap(({ devices }) => devices);
  }

  get admins(): Account[] {
    return this.members.filter((member) => this.isAdmin(member));
  }

  roleOf({ lid }: Account): Role | undefined {
    return this.state.members.get(lid);
  }

  isMember(account: Account): boolean {
    return this.state.members.has(account.lid);
  }

  isAdmin(account: Account): boolean {
    return (this.roleOf(account) ?? 'member') !== 'member';
  }

  /** A member's JID in the address space of this group. */
  addressOf(account: Account, device = 0): string {
    return addressIn(account, this.state.addressingMode, device);
  }

  /** The digest over all devices by which client and server see whether they mean the same ones. */
  participantHash(): string {
    const server = this.state.addressingMode === 'lid' ? LID_SERVER : PN_SERVER;
    const addresses = this.devices
      .map(({ account, id }) => `${server === LID_SERVER ? account.lid : account.phone}.0:${id}@${server}`)
      .sort();
    const digest = createHash('sha256').update(addresses.join('')).digest().subarray(0, 6);
    return `2:${digest.toString('base64')}`;
  }

  /** @throws SimulatorError 403 for somebody who is not in the group. */
  requireMember(account: Account): void {
    if (!this.isMember(account))
      throw new SimulatorError(
        'NOT_IN_GROUP',
        403,
        `${account.phone} is not in the group ${this.state.subject}: add that person first.`,
      );
  }

  /** @throws SimulatorError 403 for somebody who is not an admin of the group. */
  requireAdmin(account: Account): void {
    this.requireMember(account);
    if (!this.isAdmin(account))
      throw new SimulatorError(
        'NOT_GROUP_ADMIN',
        403,
        `${account.phone} is not an admin of ${this.state.subject}: let an admin do it, or promote that person.`,
      );
  }

  /** @throws SimulatorError 403 for somebody who may not write here. */
  requireWriter(account: Account): void {
    this.requireMember(account);
    if (this.state.isAnnounce) this.requireAdmin(account);
  }

  /** Says that the state is different from what was last written to disk. */
  changed(): void {
    this.directory.groups.changed(this);
  }
}
