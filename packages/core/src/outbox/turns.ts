import type { OutboxEntry, Scope, ScopedStore, Store } from '../store/store.js';
import { isGroupJid, type Jid } from '../types/ids.js';
import { type Pace, type PacingSettings, paces } from '../types/pacing-settings.js';
import type { Clock } from '../util/clock.js';
import { chatOpensAt, opensAt, type PacingState, take, unpaced } from './pacing.js';

/** Without pacing so many messages of a chat are under way at once: the server's word on each takes as long as all of them do. */
const MOST_AT_ONCE = 8;

export interface TurnsSurroundings {
  store: Store;
  scope: Scope;
  clock: Clock;
  random(): number;
  settings(): PacingSettings;
}

/**
 * Whose turn it is, and when: the first open item of each chat has its turn, at the pace its chat asks for.
 *
 * All of it is in the store, so that it holds across restarts.
 */
export class Turns {
  constructor(private readonly around: TurnsSurroundings) {}

  /** Gives the first open item of a chat its turn, if it does not have it yet. */
  pass(chat: Jid): void {
    const { outbox } = this.#scoped;
    if (!outbox.isTurnFree(chat)) return;
    const [first] = outbox.getOpen(chat, 1);
    if (first) this.#give(first, this.#paceOf(chat));
  }

  /** Items that were to go out along with another of their chat did not. */
  leaveBehind(entries: OutboxEntry[]): void {
    this.around.store.transaction(() => {
      for (const { messageId } of entries) this.#scoped.outbox.leaveBehind(messageId);
      for (const chat of new Set(entries.map((entry) => entry.chat))) this.pass(chat);
    });
  }

  /** A new item with its turn, if it is the only open one of its chat. */
  admit(entry: OutboxEntry): OutboxEntry {
    const { chat, notBefore } = entry;
    if (this.#scoped.outbox.hasOpen(chat)) return entry;
    return { ...entry, pace: this.#paceOf(chat), notBefore: Math.max(notBefore, this.#chatOpensAt(chat)) };
  }

  /** Somebody wrote in a chat: what waits there may be an answer now. False when that changes nothing. */
  review(chat: Jid): boolean {
    const { outbox } = this.#scoped;
    const [first] = outbox.hasOpen(chat) ? outbox.getOpen(chat, 1) : [];
    if (first?.state !== 'queued') return false;
    const pace = this.#paceOf(chat);
    if (paces.indexOf(pace) >= paces.indexOf(first.pace as Pace)) return false;
    this.#give(first, pace);
    return true;
  }

  /**
   * Takes the item whose turn it is now with those that go along with it, and notes that they go out, in one transaction; or says
   * when the next one may.
   */
  claim(): { entries: OutboxEntry[] } | { nextAt: number | undefined } {
    const { clock, random, store } = this.around;
    const { outbox } = this.#scoped;
    const turns = outbox.nextTurns();
    let nextAt: number | undefined;
    for (const pace of paces) {
      const turn = turns[pace];
      if (turn === undefined) continue;
      const settings = this.around.settings();
      const state = this.#state;
      const now = clock.now();
      const at = Math.max(opensAt(state, pace, settings, { now }), turn);
      if (at <= now) {
        const entries = store.transaction(() => {
          const claimed = outbox.claim(now, pace);
          if (!claimed) return [];
          const taken = take(state, { pace, chat: claimed.chat, now, random: random() }, settings);
          if (taken !== state) outbox.putPacing(JSON.stringify(taken));
          return [claimed, ...(settings.enabled ? [] : this.#takeAlong(claimed, now))];
        });
        if (entries.length > 0) return { entries };
      }
      // What has its turn and was not claimed has expired meanwhile.
      nextAt = Math.min(nextAt ?? at, at);
    }
    return { nextAt };
  }

  /** When a queued item goes out at the earliest; undefined when nothing but the link keeps it, or one before it in its chat. */
  forecast(entry: OutboxEntry): number | undefined {
    if (entry.state !== 'queued') return undefined;
    const now = this.around.clock.now();
    const settings = this.around.settings();
    // Without pacing nobody has to wait for those ahead, who may be many.
    const ahead = entry.pace === undefined || !settings.enabled ? 0 : this.#scoped.outbox.countAhead(entry);
    const opens =
      entry.pace === undefined ? 0 : opensAt(this.#state, entry.pace as Pace, settings, { now, ahead });
    const notBefore = Math.max(entry.notBefore, opens);
    return notBefore > now ? notBefore : undefined;
  }

  /** WhatsApp does not let the account begin conversations: strangers wait. */
  restrict(): void {
    const restrictedAt = this.around.clock.now();
    this.#scoped.outbox.putPacing(JSON.stringify({ ...this.#state, restrictedAt }));
  }

  /** What follows an item in its chat and may go out at once, too. Files are left out: one takes as long as it takes. */
  #takeAlong(claimed: OutboxEntry, now: number): OutboxEntry[] {
    if ('media' in claimed.content) return [];
    const { outbox } = this.#scoped;
    const [first, ...followers] = outbox.getOpen(claimed.chat, MOST_AT_ONCE);
    if (first?.messageId !== claimed.messageId) return [];
    const end = followers.findIndex(
      ({ state, notBefore, expiresAt, content }) =>
        state !== 'queued' || notBefore > now || expiresAt <= now || 'media' in content,
    );
    return followers.slice(0, end < 0 ? undefined : end).map((follower) => {
      const pace = claimed.pace as Pace;
      outbox.takeAlong(follower.messageId, pace);
      return { ...follower, pace, state: 'sending', attempts: follower.attempts + 1 };
    });
  }

  get #scoped(): ScopedStore {
    return this.around.store.forDevice(this.around.scope);
  }

  get #state(): PacingState {
    const stored = this.#scoped.outbox.getPacing();
    return stored === undefined ? unpaced : (JSON.parse(stored) as PacingState);
  }

  #give({ messageId, chat, notBefore }: OutboxEntry, pace: Pace): void {
    this.#scoped.outbox.putTurn(messageId, pace, Math.max(notBefore, this.#chatOpensAt(chat)));
  }

  #chatOpensAt(chat: Jid): number {
    return chatOpensAt(this.#state, chat, this.around.settings(), this.around.clock.now());
  }

  #paceOf(chat: Jid): Pace {
    const { scope, clock, settings } = this.around;
    if (chat === scope.jid) return 'answer';
    const { heardAt, isInUse } = this.#scoped.chats.getUse(chat);
    if (heardAt !== undefined && heardAt > clock.now() - settings().answerWindowMs) return 'answer';
    return isGroupJid(chat) || isInUse ? 'ordinary' : 'stranger';
  }
}
