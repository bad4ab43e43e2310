import type { Account } from '../accounts/account.js';
import type { Directory } from '../accounts/directory.js';
import { requirePeople } from '../groups/membership.js';
import {
  changeNewsletter,
  changeOwner,
  deleteNewsletter,
  demote,
  type NewsletterChange,
  promote,
} from './administration.js';

/** A newsletter as JSON. */
export interface NewsletterView {
  jid: string;
  name: string;
  description: string;
  inviteCode: string;
  /** PN JIDs. */
  owner: string;
  /** Who may post besides. */
  admins: string[];
  pictureUrl?: string | undefined;
  followers: string[];
  posts: { serverId: number; id: string; at: number; reactions: Record<string, number> }[];
}

/** What can become of somebody's role. */
export const newsletterRoleChanges = ['promote', 'demote', 'changeOwner'] as const;
export type NewsletterRoleChange = (typeof newsletterRoleChanges)[number];

/**
 * Newsletters, as people with phones use them. Posts are sent like messages, to the JID of the newsletter:
 * `contact.send(jid, 'news')`; everybody who follows it gets them, unencrypted.
 *
 * A newsletter is its JID or its invite code; what does not exist throws a SimulatorError 404.
 */
export class NewsletterDesk {
  readonly #directory: Directory;

  /** @internal Use `simulator.newsletters`. */
  constructor(directory: Directory) {
    this.#directory = directory;
  }

  list(): NewsletterView[] {
    return this.#directory.newsletters.all.map(({ jid }) => this.get(jid));
  }

  get(address: string): NewsletterView {
    const { jid, state, owner } = this.#directory.newsletters.get(address);
    const { media } = this.#directory;
    const { pictureId } = state;
    const personOf = (lid: string) => this.#directory.find(`${lid}@lid`)?.pnJid ?? [];
    return {
      jid,
      name: state.name,
      description: state.description,
      inviteCode: state.inviteCode,
      owner: owner?.pnJid ?? '',
      admins: [...state.admins].flatMap(personOf),
      ...(media && pictureId ? { pictureUrl: media.url(media.pictures.path(pictureId)) } : {}),
      followers: [...state.followers.keys()].flatMap(personOf),
      posts: state.posts.map(({ serverId, id, at, reactions }) => ({
        serverId,
        id,
        at,
        reactions: countOf(reactions.values()),
      })),
    };
  }

  create({ by, name, description = '' }: { by: string; name: string; description?: string | undefined }) {
    return this.get(this.#directory.newsletters.create(this.#person(by), name, description).jid);
  }

  /** Changes name, description or picture; what is left out stays. */
  change(newsletter: string, by: string, change: NewsletterChange): NewsletterView {
    changeNewsletter(this.#directory.newsletters.get(newsletter), this.#person(by), change);
    return this.get(newsletter);
  }

  /** Makes somebody an admin, or no longer, or the owner in place of the one so far. */
  changeRole(newsletter: string, by: string, action: NewsletterRoleChange, person: string): NewsletterView {
    const act = { promote, demote, changeOwner }[action];
    act(this.#directory.newsletters.get(newsletter), this.#person(by), this.#person(person));
    return this.get(newsletter);
  }

  delete(newsletter: string, by: string): void {
    deleteNewsletter(this.#directory.newsletters.get(newsletter), this.#person(by));
  }

  follow(newsletter: string, who: string): void {
    this.#directory.newsletters.get(newsletter).follow(this.#person(who));
  }

  unfollow(newsletter: string, who: string): void {
    this.#directory.newsletters.get(newsletter).unfollow(this.#person(who));
  }

  /** Reacts to a post; an empty emoji takes the reaction back. */
  react(newsletter: string, who: string, serverId: number, emoji: string): void {
    this.#directory.newsletters.get(newsletter).react(this.#person(who), serverId, emoji);
  }

  #person(address: string): Account {
    return requirePeople(this.#directory, [address])[0] as Account;
  }
}

function countOf(values: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
