import type { Group } from './group.js';
import type { Role } from './state.js';

/** A group as JSON. */
export interface GroupView {
  jid: string;
  subject: string;
  description?: string;
  pictureId?: string;
  addressingMode: 'lid' | 'pn';
  createdAt: number;
  members: { phone: string; jid: string; lid: string; name: string; role: Role }[];
  isAnnounce: boolean;
  isLocked: boolean;
  isAddRestricted: boolean;
  isJoinApproval: boolean;
  /** Seconds after which messages disappear; 0: never. */
  expiration: number;
  inviteCode: string;
  /** PN JIDs of those who asked to join. */
  joinRequests: string[];
  isCommunity: boolean;
  /** The community it is linked to. */
  parent?: string;
}

export function viewGroup(group: Group): GroupView {
  const { state, directory } = group;
  return {
    jid: group.jid,
    subject: state.subject,
    ...(state.description ? { description: state.description.body } : {}),
    ...(state.pictureId ? { pictureId: state.pictureId } : {}),
    addressingMode: state.addressingMode,
    createdAt: state.createdAt,
    members: group.members.map((member) => ({
      phone: member.phone,
      jid: member.pnJid,
      lid: member.lidJid,
      name: member.name,
      role: group.roleOf(member) ?? 'member',
    })),
    isAnnounce: state.isAnnounce,
    isLocked: state.isLocked,
    isAddRestricted: state.isAddRestricted,
    isJoinApproval: state.isJoinApproval,
    expiration: state.expiration,
    inviteCode: state.inviteCode,
    joinRequests: [...state.joinRequests.keys()].flatMap((lid) => directory.find(`${lid}@lid`)?.pnJid ?? []),
    isCommunity: state.isCommunity,
    ...(state.parent ? { parent: state.parent } : {}),
  };
}
