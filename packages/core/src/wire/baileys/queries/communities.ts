import { randomBytes } from 'node:crypto';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { WharfError } from '../../../errors/errors.js';
import { bareJid, type Jid } from '../../../types/ids.js';
import type { CommunityQueries } from '../../queries.js';
import { type Asking, childAt, childrenOf, query } from './asking.js';
import { readGroup } from './groups.js';

/** Baileys' own calls that make communities print what they get to the console; these do not. */
export function communityQueries({ socket }: Asking): CommunityQueries {
  const create = async (attrs: Record<string, string>, content: BinaryNode[]) => {
    const asked = [{ tag: 'create', attrs, content }];
    const answer = await query(socket, 'set', { to: '@g.us', xmlns: 'w:g2' }, asked);
    const id = childAt(answer, 'group')?.attrs.id;
    if (!id) throw new WharfError('ANSWER_UNREADABLE');
    return readGroup(await socket.groupMetadata(id.includes('@') ? id : `${id}@g.us`));
  };
  return {
    create(subject, description) {
      const body = { tag: 'body', attrs: {}, content: Buffer.from(description) };
      const id = randomBytes(6).toString('hex').toUpperCase();
      return create({ subject }, [
        ...(description ? [{ tag: 'description', attrs: { id }, content: [body] }] : []),
        { tag: 'parent', attrs: { default_membership_approval_mode: 'request_required' } },
        { tag: 'allow_non_admin_sub_group_creation', attrs: {} },
        { tag: 'create_general_chat', attrs: {} },
      ]);
    },
    createGroup(community, subject, participants) {
      return create({ subject, key: socket.generateMessageTag() }, [
        ...participants.map((jid) => ({ tag: 'participant', attrs: { jid } })),
        { tag: 'linked_parent', attrs: { jid: community } },
      ]);
    },
    async getGroups(community) {
      const asked = [{ tag: 'sub_groups', attrs: {} }];
      const answer = await query(socket, 'get', { to: community, xmlns: 'w:g2' }, asked);
      return childrenOf(childAt(answer, 'sub_groups'), 'group').flatMap(({ attrs }) =>
        attrs.id
          ? [
              {
                jid: (attrs.id.includes('@') ? bareJid(attrs.id) : `${attrs.id}@g.us`) as Jid,
                subject: attrs.subject ?? '',
                size: Number(attrs.size ?? 0),
              },
            ]
          : [],
      );
    },
    async link(community, group, isLinked) {
      if (isLinked) await socket.communityLinkGroup(group, community);
      else await socket.communityUnlinkGroup(group, community);
    },
    async leave(community) {
      await socket.communityLeave(community);
    },
  };
}
