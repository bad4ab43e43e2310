import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { type Device, deviceAddress } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { formatJid, NEWSLETTER_SERVER } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { NewsletterPost, NewsletterState } from './state.js';

const POSTS_KEPT = 500;
/** For how long a device that asked for it hears of every reaction. */
export const LIVE_SECONDS = 300;

/** A newsletter (WhatsApp shows it as a channel): its owner posts, whoever likes follows and reacts. */
export class Newsletter {
  readonly directory: Directory;
  readonly state: NewsletterState;
  /** Devices that watch, by address, and until when. */
  readonly #watching = new Map<string, { device: Device; until: number }>();

  constructor(directory: Directory, state: NewsletterState) {
    this.directory = directory;
    this.state = state;
  }

  get jid(): string {
    return formatJid(this.state.id, NEWSLETTER_SERVER);
  }

  get owner(): Account | undefined {
    return this.directory.find(`${this.state.owner}@lid`);
  }

  /** The owner and those who may post besides. */
  get admins(): Account[] {
    return this.#people([this.state.owner, ...this.state.admins]);
  }

  /** The admins and all followers. */
  get audience(): Account[] {
    return this.#people([this.state.owner, ...this.state.admins, ...this.state.followers.keys()]);
  }

  isOwner({ lid }: Account): boolean {
    return this.state.owner === lid;
  }

  isAdmin(account: Account): boolean {
    return this.isOwner(account) || this.state.admins.has(account.lid);
  }

  follow({ lid }: Account): void {
    if (!this.state.followers.has(lid)) this.state.followers.set(lid, { isMuted: false });
    this.changed();
  }

  unfollow({ lid }: Account): void {
    this.state.followers.delete(lid);
    this.changed();
  }

  mute({ lid }: Account, isMuted: boolean): void {
    const follower = this.state.followers.get(lid);
    if (follower) follower.isMuted = isMuted;
    this.changed();
  }

  /** Publishes a post; the same id again is the same post. @throws SimulatorError 403 for all but admins */
  post(
    sender: Device,
    { id, type, content }: Pick<NewsletterPost, 'id' | 'type' | 'content'>,
  ): NewsletterPost {
    this.requireAdmin(sender.account);
    const known = this.state.posts.find((post) => post.id === id);
    if (known) return known;
    const serverId = this.state.nextServerId++;
    const author = sender.account.lid;
    const post = {
      serverId,
      id,
      author,
      at: Date.now(),
      type,
      content,
      reactions: new Map<string, string>(),
    };
    this.state.posts = [...this.state.posts, post].slice(-POSTS_KEPT);
    this.changed();
    for (const account of this.audience) {
      for (const device of account.devices)
        if (device !== sender) device.deliver(this.#delivered(post, account));
    }
    return post;
  }

  /** Reacts to a post; an empty emoji takes the reaction back. @throws SimulatorError 404 */
  react({ lid }: Account, serverId: number, emoji: string): void {
    const post = this.state.posts.find((candidate) => candidate.serverId === serverId);
    if (!post) throw new SimulatorError('POST_NOT_FOUND', 404, `There is no post ${serverId}.`);
    if (emoji === '') post.reactions.delete(lid);
    else post.reactions.set(lid, emoji);
    this.changed();
    const update = stanza('live_updates', {}, [stanza('messages', {}, [postUpdate(post)])]);
    for (const [address, { device, until }] of this.#watching) {
      if (until < Date.now()) this.#watching.delete(address);
      else device.deliver(this.notification([update]));
    }
  }

  /** From now on, for a while, a device hears of every reaction. */
  watch(device: Device): void {
    this.#watching.set(deviceAddress(device), { device, until: Date.now() + LIVE_SECONDS * 1_000 });
  }

  /** Word of a change; `by` names who made it, where clients are told. */
  notification(content: Stanza[], by?: Account): Stanza {
    const id = randomBytes(8).toString('hex');
    const participant = by?.lidJid;
    const attributes = { from: this.jid, type: 'newsletter', t: secondsNow(), id, participant };
    return stanza('notification', attributes, content);
  }

  /** @throws SimulatorError 403 for somebody who may not post */
  requireAdmin(account: Account): void {
    if (!this.isAdmin(account))
      throw new SimulatorError(
        'NOT_NEWSLETTER_ADMIN',
        403,
        `${account.phone} is no admin of ${this.state.name}: let its owner do it, or make that person an admin.`,
      );
  }

  /** @throws SimulatorError 403 for somebody else */
  requireOwner(account: Account): void {
    if (!this.isOwner(account))
      throw new SimulatorError(
        'NOT_NEWSLETTER_OWNER',
        403,
        `${account.phone} does not own ${this.state.name}: let its owner do it.`,
      );
  }

  changed(): void {
    this.directory.newsletters.changed(this);
  }

  #people(lids: string[]): Account[] {
    return [...new Set(lids)].flatMap((lid) => this.directory.find(`${lid}@lid`) ?? []);
  }

  #delivered(post: NewsletterPost, account: Account): Stanza {
    const { id, type, serverId, content, at } = post;
    const attributes = {
      id,
      from: this.jid,
      t: Math.floor(at / 1000),
      type,
      server_id: serverId,
      is_sender: post.author === account.lid ? 'true' : undefined,
    };
    return stanza('message', attributes, [stanza('plaintext', {}, content)]);
  }
}

/** A post as an answer to those who ask for older ones. */
export function postStanza(post: NewsletterPost): Stanza {
  const attributes = {
    id: post.id,
    server_id: post.serverId,
    t: Math.floor(post.at / 1000),
    type: post.type,
  };
  return stanza('message', attributes, [stanza('plaintext', {}, post.content), ...reactionStanzas(post)]);
}

/** What has changed about a post since it was published. */
export function postUpdate(post: NewsletterPost): Stanza {
  return stanza('message', { server_id: post.serverId }, reactionStanzas(post));
}

function reactionStanzas({ reactions }: NewsletterPost): Stanza[] {
  const counts = new Map<string, number>();
  for (const code of reactions.values()) counts.set(code, (counts.get(code) ?? 0) + 1);
  const children = [...counts].map(([code, count]) => stanza('reaction', { code, count }));
  return [stanza('reactions', {}, children)];
}
