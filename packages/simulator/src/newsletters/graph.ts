import { z } from 'zod';
import type { Account } from '../accounts/account.js';
import { requirePeople } from '../groups/membership.js';
import { changeNewsletter, changeOwner, deleteNewsletter, demote } from './administration.js';
import type { Newsletter } from './newsletter.js';

const one = z.object({ newsletter_id: z.string() });
const withPerson = one.extend({ user_id: z.string() });
const create = z.object({ input: z.object({ name: z.string().min(1), description: z.string().nullish() }) });
const metadata = z.object({ input: z.object({ key: z.string(), type: z.string() }) });
const update = one.extend({
  updates: z.object({
    name: z.string().min(1).optional(),
    description: z.string().optional(),
    picture: z.base64().optional(),
  }),
});

/** What one GraphQL operation answers: the name of its result and the result. @throws SimulatorError, ZodError */
type Operation = (variables: unknown, viewer: Account) => [name: string, result: object];

const change =
  (name: string, act: (newsletter: Newsletter, viewer: Account) => void): Operation =>
  (variables, viewer) => {
    const newsletter = viewer.directory.newsletters.get(one.parse(variables).newsletter_id);
    act(newsletter, viewer);
    return [name, { id: newsletter.jid, state: { type: newsletter.state.isDeleted ? 'DELETED' : 'ACTIVE' } }];
  };

const changeRole =
  (name: string, act: (newsletter: Newsletter, viewer: Account, person: Account) => void): Operation =>
  (variables, viewer) => {
    const { newsletter_id: jid, user_id: user } = withPerson.parse(variables);
    const newsletter = viewer.directory.newsletters.get(jid);
    act(newsletter, viewer, requirePeople(viewer.directory, [user])[0] as Account);
    return [name, { id: newsletter.jid }];
  };

/** The operations that clients call by number. */
export const NEWSLETTER_OPERATIONS: Record<string, Operation> = {
  '8823471724422422': (variables, viewer) => {
    const { name, description } = create.parse(variables).input;
    const newsletter = viewer.directory.newsletters.create(viewer, name, description ?? '');
    return ['xwa2_newsletter_create', describe(newsletter, viewer)];
  },
  '24250201037901610': (variables, viewer) => {
    const { newsletter_id: jid, updates } = update.parse(variables);
    const newsletter = viewer.directory.newsletters.get(jid);
    const { picture, ...texts } = updates;
    const change = picture === undefined ? texts : { ...texts, picture: Buffer.from(picture, 'base64') };
    changeNewsletter(newsletter, viewer, change);
    return ['xwa2_newsletter_update', describe(newsletter, viewer)];
  },
  '6563316087068696': (variables, viewer) => {
    const { key } = metadata.parse(variables).input;
    return ['xwa2_newsletter', describe(viewer.directory.newsletters.get(key), viewer)];
  },
  '6388546374527196': (_, viewer) => {
    const isTheirs = (newsletter: Newsletter) => roleOf(newsletter, viewer) !== 'GUEST';
    const own = viewer.directory.newsletters.all.filter(isTheirs);
    return ['xwa2_newsletter_subscribed', own.map((newsletter) => describe(newsletter, viewer))];
  },
  '9783111038412085': (variables, viewer) => {
    const newsletter = viewer.directory.newsletters.get(one.parse(variables).newsletter_id);
    return ['xwa2_newsletter_subscribers', { subscribers: newsletter.state.followers.size }];
  },
  '7130823597031706': (variables, viewer) => {
    const newsletter = viewer.directory.newsletters.get(one.parse(variables).newsletter_id);
    return ['xwa2_newsletter_admin', { admin_count: newsletter.admins.length }];
  },
  '7341777602580933': changeRole('xwa2_newsletter_change_owner', changeOwner),
  '6551828931592903': changeRole('xwa2_newsletter_demote', demote),
  '30062808666639665': change('xwa2_newsletter_delete_v2', deleteNewsletter),
  '24404358912487870': change('xwa2_newsletter_join_v2', (newsletter, viewer) => newsletter.follow(viewer)),
  '9767147403369991': change('xwa2_newsletter_leave_v2', (newsletter, viewer) => newsletter.unfollow(viewer)),
  '29766401636284406': change('xwa2_newsletter_mute_v2', (newsletter, viewer) =>
    newsletter.mute(viewer, true),
  ),
  '9864994326891137': change('xwa2_newsletter_unmute_v2', (newsletter, viewer) =>
    newsletter.mute(viewer, false),
  ),
};

/** A newsletter as the one who looks at it sees it. */
function describe(newsletter: Newsletter, viewer: Account): object {
  const { state, jid } = newsletter;
  const follower = state.followers.get(viewer.lid);
  const role = roleOf(newsletter, viewer);
  const { pictureId: id = '' } = state;
  const path = newsletter.directory.media?.pictures.path(id);
  const picture = { id, direct_path: id && path ? path : '' };
  const createdAt = String(Math.floor(state.createdAt / 1000));
  return {
    id: jid,
    state: { type: 'ACTIVE' },
    thread_metadata: {
      creation_time: createdAt,
      name: { id: createdAt, text: state.name, update_time: createdAt },
      description: { id: createdAt, text: state.description, update_time: createdAt },
      invite: state.inviteCode,
      handle: null,
      subscribers_count: String(state.followers.size),
      verification: 'UNVERIFIED',
      picture: { ...picture, type: 'IMAGE' },
      preview: { ...picture, type: 'PREVIEW' },
      settings: { reaction_codes: { value: 'ALL' } },
    },
    viewer_metadata: { role, mute: follower?.isMuted ? 'ON' : 'OFF' },
  };
}

function roleOf(newsletter: Newsletter, viewer: Account): string {
  if (newsletter.isOwner(viewer)) return 'OWNER';
  if (newsletter.isAdmin(viewer)) return 'ADMIN';
  return newsletter.state.followers.has(viewer.lid) ? 'SUBSCRIBER' : 'GUEST';
}
