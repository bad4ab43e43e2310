import type { BinaryNode } from '@whiskeysockets/baileys';
import { WharfError } from '../../../errors/errors.js';
import type { Channel, ChannelPost } from '../../../types/channel.js';
import type { Jid, MessageId } from '../../../types/ids.js';
import type { ChannelQueries } from '../../queries.js';
import { readContent } from '../content/read-content.js';
import type { Baileys } from '../load.js';
import { refused } from './ask.js';
import { type Asking, childAt, childrenOf, query, textOf } from './asking.js';

/** WhatsApp's number for the question which channels one follows; Baileys does not ask it. */
const FOLLOWED = '6388546374527196';

const ROLES = { OWNER: 'owner', ADMIN: 'admin', SUBSCRIBER: 'follower', GUEST: 'guest' } as const;

export function channelQueries({ baileys, socket }: Asking): ChannelQueries {
  const get: ChannelQueries['get'] = async (key) => {
    const found =
      'jid' in key
        ? await socket.newsletterMetadata('jid', key.jid)
        : await socket.newsletterMetadata('invite', key.inviteCode);
    if (!found) throw new WharfError('ACTION_TARGET_NOT_FOUND');
    return readChannel(found as unknown as RawChannel);
  };
  return {
    get,
    async getAll() {
      const variables = Buffer.from(JSON.stringify({ variables: {} }));
      const answer = await query(socket, 'get', { xmlns: 'w:mex' }, [
        { tag: 'query', attrs: { query_id: FOLLOWED }, content: variables },
      ]);
      const { data } = JSON.parse(textOf(childAt(answer, 'result')) ?? '{}') as {
        data?: { xwa2_newsletter_subscribed?: RawChannel[] };
      };
      if (!data?.xwa2_newsletter_subscribed) throw new WharfError('ANSWER_UNREADABLE');
      return data.xwa2_newsletter_subscribed.map(readChannel);
    },
    async create(name, description) {
      const { id } = await socket.newsletterCreate(name, description);
      return get({ jid: id as Jid });
    },
    async follow(channel, isFollowed) {
      await (isFollowed ? socket.newsletterFollow(channel) : socket.newsletterUnfollow(channel));
    },
    async mute(channel, isMuted) {
      await (isMuted ? socket.newsletterMute(channel) : socket.newsletterUnmute(channel));
    },
    async react(channel, serverId, emoji) {
      // Baileys does not look whether the server has accepted it.
      const { attrs } = await socket.query({
        tag: 'message',
        attrs: {
          to: channel,
          type: 'reaction',
          server_id: String(serverId),
          id: socket.generateMessageTag(),
          ...(emoji ? {} : { edit: '7' }),
        },
        content: [{ tag: 'reaction', attrs: emoji ? { code: emoji } : {} }],
      });
      if (attrs.error) throw refused(Number(attrs.error));
    },
    async getPosts(channel, limit, before) {
      // Baileys asks for what has changed about posts, without what they say.
      const attrs = {
        type: 'jid',
        jid: channel,
        count: String(limit),
        ...(before ? { before: String(before) } : {}),
      };
      const answer = await query(socket, 'get', { xmlns: 'newsletter' }, [{ tag: 'messages', attrs }]);
      const posts = childrenOf(childAt(answer, 'messages'), 'message').map((node) =>
        readPost(baileys, channel, node),
      );
      return posts.sort((one, other) => other.serverId - one.serverId);
    },
  };
}

/** What GraphQL has answered, which Baileys hands on as it is, under a type that says otherwise. */
interface RawChannel {
  id: string;
  thread_metadata?: {
    name?: { text?: string };
    description?: { text?: string };
    invite?: string;
    subscribers_count?: string;
    verification?: string;
    creation_time?: string;
  };
  viewer_metadata?: { role?: keyof typeof ROLES; mute?: string };
}

function readChannel(raw: RawChannel): Channel {
  const { thread_metadata: thread, viewer_metadata: viewer } = raw;
  const description = thread?.description?.text;
  const inviteCode = thread?.invite;
  const seconds = Number(thread?.creation_time);
  return {
    jid: raw.id as Jid,
    name: thread?.name?.text ?? '',
    ...(description ? { description } : {}),
    ...(inviteCode ? { inviteCode } : {}),
    followers: Number(thread?.subscribers_count ?? 0),
    isVerified: thread?.verification === 'VERIFIED',
    ...(seconds > 0 ? { createdAt: seconds * 1000 } : {}),
    ...(viewer?.role ? { role: ROLES[viewer.role] } : {}),
    ...(viewer?.mute ? { isMuted: viewer.mute === 'ON' } : {}),
  };
}

function readPost(baileys: Baileys, channel: Jid, node: BinaryNode): ChannelPost {
  const { id, server_id: serverId, t } = node.attrs;
  const bytes = childAt(node, 'plaintext')?.content;
  const message = bytes instanceof Uint8Array ? baileys.proto.Message.decode(bytes) : undefined;
  // Posts have no author, and none of them is ours.
  const frame = { id: (id ?? '') as MessageId, chat: channel, isGroup: false, isFromMe: false };
  const [sender, own] = [{ jid: channel }, { jid: '' as Jid }];
  const { content } = (message && readContent(baileys, message, { ...frame, sender, own })) ?? {};
  return {
    id: frame.id,
    serverId: Number(serverId),
    at: Number(t) * 1000,
    content: content ?? { kind: 'unsupported', type: 'empty' },
    reactions: Object.fromEntries(
      childrenOf(childAt(node, 'reactions'), 'reaction').map(({ attrs }) => [
        attrs.code ?? '',
        Number(attrs.count ?? 0),
      ]),
    ),
  };
}
