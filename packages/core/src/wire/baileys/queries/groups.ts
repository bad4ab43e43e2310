import type { GroupMetadata } from '@whiskeysockets/baileys';
import type { Group, JoinRequest, MemberOutcome } from '../../../types/group.js';
import { bareJid, type Jid } from '../../../types/ids.js';
import type { GroupQueries, GroupSetting } from '../../queries.js';
import { readPerson } from '../read-message.js';
import { type Asking, childAt, childrenOf, learnAliases, query } from './asking.js';

export function groupQueries(asking: Asking): GroupQueries {
  const { socket } = asking;
  const learn = async (raw: GroupMetadata): Promise<Group> => {
    const group = readGroup(raw);
    await learnAliases(asking, group.participants);
    return group;
  };
  return {
    async create(subject, participants) {
      return learn(await socket.groupCreate(subject, participants));
    },
    async get(group) {
      return learn(await socket.groupMetadata(group));
    },
    async getAll() {
      const groups = Object.values(await socket.groupFetchAllParticipating());
      return Promise.all(groups.map(learn));
    },
    set: (group, setting) => change(socket, group, setting),
    async changeMembers(group, people, action) {
      return readOutcomes(await socket.groupParticipantsUpdate(group, people, action));
    },
    async leave(group) {
      await socket.groupLeave(group);
    },
    async getInvite(group, isNew) {
      const code = await (isNew ? socket.groupRevokeInvite(group) : socket.groupInviteCode(group));
      if (!code) throw new Error('The answer has no code.');
      return code;
    },
    async join(code) {
      return (await socket.groupAcceptInvite(code)) as Jid | undefined;
    },
    async inspect(code) {
      return learn(await socket.groupGetInviteInfo(code));
    },
    async getRequests(group) {
      return (await socket.groupRequestParticipantsList(group)).map(readRequest);
    },
    async answerRequests(group, people, answer) {
      // Baileys loses the outcome of each: it looks for the answer one level too high.
      const decision = [{ tag: answer, attrs: {}, content: people.map(participant) }];
      const asked = [{ tag: 'membership_requests_action', attrs: {}, content: decision }];
      const answered = await query(socket, 'set', { to: group, xmlns: 'w:g2' }, asked);
      const outcomes = childrenOf(childAt(answered, 'membership_requests_action', answer), 'participant');
      return readOutcomes(outcomes.map(({ attrs }) => ({ jid: attrs.jid, status: attrs.error ?? '200' })));
    },
  };
}

const participant = (jid: Jid) => ({ tag: 'participant', attrs: { jid } });

async function change(socket: Asking['socket'], group: Jid, setting: GroupSetting): Promise<void> {
  if ('subject' in setting) return socket.groupUpdateSubject(group, setting.subject);
  if ('description' in setting) return socket.groupUpdateDescription(group, setting.description);
  if ('isAnnounce' in setting)
    return socket.groupSettingUpdate(group, setting.isAnnounce ? 'announcement' : 'not_announcement');
  if ('isLocked' in setting)
    return socket.groupSettingUpdate(group, setting.isLocked ? 'locked' : 'unlocked');
  if ('memberAddMode' in setting)
    return socket.groupMemberAddMode(
      group,
      setting.memberAddMode === 'admins' ? 'admin_add' : 'all_member_add',
    );
  if ('isJoinApproval' in setting)
    return socket.groupJoinApprovalMode(group, setting.isJoinApproval ? 'on' : 'off');
  return socket.groupToggleEphemeral(group, setting.ephemeralSeconds);
}

/** A group, from what Baileys makes of it. */
export function readGroup(raw: GroupMetadata): Group {
  const owner = raw.owner && readPerson(raw.owner, raw.ownerPn).jid;
  return {
    jid: bareJid(raw.id),
    subject: raw.subject,
    ...(raw.desc ? { description: raw.desc } : {}),
    ...(owner ? { owner } : {}),
    ...(raw.creation ? { createdAt: raw.creation * 1000 } : {}),
    size: raw.size ?? raw.participants.length,
    isAnnounce: raw.announce ?? false,
    isLocked: raw.restrict ?? false,
    memberAddMode: raw.memberAddMode ? 'everybody' : 'admins',
    isJoinApproval: raw.joinApprovalMode ?? false,
    ephemeralMs: (raw.ephemeralDuration ?? 0) * 1000,
    isCommunity: raw.isCommunity ?? false,
    isCommunityAnnounce: raw.isCommunityAnnounce ?? false,
    ...(raw.linkedParent ? { community: bareJid(raw.linkedParent) } : {}),
    participants: raw.participants.map(({ id, phoneNumber, lid, admin }) => ({
      ...readPerson(id, phoneNumber ?? lid),
      role: admin === 'admin' || admin === 'superadmin' ? admin : 'member',
    })),
  };
}

function readOutcomes(
  outcomes: Array<{ jid?: string | undefined; status: string; content?: unknown }>,
): MemberOutcome[] {
  return outcomes.flatMap(({ jid, status }) => {
    if (!jid) return [];
    const isDone = status === '200';
    return [{ jid: bareJid(jid), isDone, ...(isDone ? {} : { refusal: Number(status) }) }];
  });
}

function readRequest(attrs: Record<string, string>): JoinRequest {
  const seconds = Number(attrs.request_time);
  return {
    ...readPerson(attrs.jid ?? '', attrs.phone_number ?? attrs.lid),
    ...(seconds > 0 ? { requestedAt: seconds * 1000 } : {}),
    ...(attrs.request_method ? { method: attrs.request_method } : {}),
  };
}
