import type { BinaryNode, GroupMetadata, WASocket } from '@whiskeysockets/baileys';
import type { SessionStore } from '../../store/store.js';
import type { Clock } from '../../util/clock.js';

const TYPE = 'group-members';

/** The time before which nothing that was answered holds any more; no group has this address. */
const STALE = 'stale';

/** A notice of a change may have been lost while the device was away. */
const LONGEST_MS = 24 * 3_600_000;

interface Known {
  /** When the server was asked, in epoch milliseconds. */
  at: number;
  metadata: Pick<GroupMetadata, 'id' | 'participants' | 'addressingMode' | 'ephemeralDuration'>;
}

/**
 * Who is in a group, for everybody to get a message: Baileys would ask before each one, until the server takes no more questions.
 *
 * The answer is kept across restarts, until the server tells of a change.
 */
export class GroupMembers {
  readonly #asking = new Map<string, Promise<GroupMetadata>>();

  constructor(
    private readonly session: SessionStore,
    private readonly clock: Clock,
    private readonly ask: (group: string) => Promise<GroupMetadata>,
  ) {}

  /** Hears of the changes, before anybody sends to the new members. */
  listen({ ws }: WASocket): void {
    ws.on('CB:notification,type:w:gp2', ({ attrs }: BinaryNode) => this.forget(attrs.from ?? ''));
    ws.on('CB:ib,,dirty', () => this.#write(STALE, String(this.clock.now())));
    // The server says so when a message was not for everybody, or for more.
    ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
      if (attrs.phash !== undefined) this.forget(attrs.from ?? '');
    });
  }

  async get(group: string): Promise<GroupMetadata> {
    return this.#known(group) ?? this.#asking.get(group) ?? this.#learn(group);
  }

  /** Asks the server the next time. */
  forget(group: string): void {
    this.#asking.delete(group);
    this.#write(group, undefined);
  }

  /** Also gives our key to everybody again: the message that brought it may have been lost. */
  startOver(group: string): void {
    this.forget(group);
    this.session.set([{ type: 'sender-key-memory', id: group, value: undefined }]);
  }

  #known(group: string): GroupMetadata | undefined {
    const texts = this.session.get(TYPE, [group, STALE]);
    const text = texts.get(group);
    if (text === undefined) return undefined;
    const { at, metadata } = JSON.parse(text) as Known;
    const ageMs = this.clock.now() - at;
    const isFresh = at > Number(texts.get(STALE) ?? 0) && ageMs >= 0 && ageMs < LONGEST_MS;
    return isFresh ? (metadata as GroupMetadata) : undefined;
  }

  async #learn(group: string): Promise<GroupMetadata> {
    const at = this.clock.now();
    const asking = this.ask(group);
    this.#asking.set(group, asking);
    try {
      const { id, participants, addressingMode, ephemeralDuration } = await asking;
      const metadata = { id, participants, addressingMode, ephemeralDuration } as GroupMetadata;
      // An answer from before a change is good for this message, and for no other.
      const known = { at, metadata } satisfies Known;
      if (this.#asking.get(group) === asking) this.#write(group, JSON.stringify(known));
      return metadata;
    } finally {
      if (this.#asking.get(group) === asking) this.#asking.delete(group);
    }
  }

  #write(id: string, value: string | undefined): void {
    if (this.session.isOpen) this.session.set([{ type: TYPE, id, value }]);
  }
}
