import { randomBytes, randomInt } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { NEWSLETTER_SERVER, parseJid } from '../stanza/jid.js';
import { Newsletter } from './newsletter.js';
import type { NewsletterState } from './state.js';

/** All newsletters of this server, found by JID or by invite code. */
export class Newsletters {
  readonly #directory: Directory;
  readonly #newsletterChanged: (state: NewsletterState) => void;
  readonly #byId = new Map<string, Newsletter>();

  constructor(directory: Directory, newsletterChanged: (state: NewsletterState) => void) {
    this.#directory = directory;
    this.#newsletterChanged = newsletterChanged;
  }

  /** All but those that were deleted. */
  get all(): Newsletter[] {
    return [...this.#byId.values()].filter(({ state }) => !state.isDeleted);
  }

  /** Adds a newsletter that was saved earlier. */
  restore(state: NewsletterState): Newsletter {
    const newsletter = new Newsletter(this.#directory, state);
    this.#byId.set(state.id, newsletter);
    return newsletter;
  }

  create(owner: Account, name: string, description: string): Newsletter {
    const newsletter = this.restore({
      id: `120363${String(randomInt(1e12)).padStart(12, '0')}`,
      name,
      description,
      inviteCode: randomBytes(12).toString('hex'),
      createdAt: Date.now(),
      owner: owner.lid,
      admins: new Set(),
      isDeleted: false,
      followers: new Map(),
      nextServerId: 1,
      posts: [],
    });
    this.changed(newsletter);
    return newsletter;
  }

  find(address: string): Newsletter | undefined {
    const jid = parseJid(address);
    const found = jid?.server === NEWSLETTER_SERVER ? this.#byId.get(jid.user) : undefined;
    return found?.state.isDeleted ? undefined : found;
  }

  /** By JID or invite code. @throws SimulatorError 404 if there is none */
  get(address: string): Newsletter {
    const newsletter = this.find(address) ?? this.all.find(({ state }) => state.inviteCode === address);
    if (!newsletter)
      throw new SimulatorError(
        'NEWSLETTER_NOT_FOUND',
        404,
        `There is no newsletter ${address}: create it first.`,
      );
    return newsletter;
  }

  changed({ state }: Newsletter): void {
    this.#newsletterChanged(state);
  }
}
