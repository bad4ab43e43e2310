import { bounds } from '../bounds.js';
import type { ErrorCode } from '../errors/codes.js';
import { isWharfError } from '../errors/errors.js';
import type { OutboxEntry, OutboxRepository } from '../store/store.js';
import { textOf } from '../types/content.js';
import type { MessageId } from '../types/ids.js';
import type { OutgoingContent } from '../types/outgoing.js';
import type { PacingSettings } from '../types/pacing-settings.js';
import type { Clock } from '../util/clock.js';
import type { FairTurns } from '../util/event-loop.js';
import type { Logger } from '../util/logger.js';
import { refusalCode } from '../wire/refusal.js';
import type { Wire } from '../wire/wire.js';
import { typingMs } from './pacing.js';
import { isRepeated, retryMs } from './retry.js';
import type { Turns } from './turns.js';

/** So many attempts in a row that nobody has acknowledged, and the connection itself is suspected. */
const SUSPICIOUS = 2;

/** No timer runs for longer than this; it looks again then. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

interface Surroundings {
  repository: OutboxRepository;
  turns: Turns;
  /** Those of all devices: each item that is taken under way, and each that follows it in its chat, has one. */
  outgoing: Pick<FairTurns, 'mayGoOn' | 'giveWay'>;
  clock: Clock;
  random(): number;
  logger: Logger;
  settings(): PacingSettings;
  /** Puts the file of an item where its recipients can fetch it. */
  makeReady(entry: OutboxEntry): Promise<OutgoingContent>;
  /** The server has the message, or nobody will ever write it again. */
  onEnd(id: MessageId, end: 'sent' | { failed: ErrorCode }): void;
  /** Calls it after whatever else the server has just said, and stores both with one commit. */
  afterwards(run: () => void): void;
  /** The server does not confirm what is written: the connection may be dead. */
  onSuspicion(): void;
}

/** One attempt that is under way, with what calls off its end, and what begins when it is written. */
interface Attempt {
  entry: OutboxEntry;
  callOff: () => void;
  followers: Attempt[];
}

/** Writes what has its turn over the wire there is, and tries again what failed on the way. */
export class OutboxWorker {
  #wire: Wire | undefined;
  readonly #underWay = new Map<MessageId, Attempt>();
  /** Set while the worker takes nothing more; called when nothing is under way. */
  #onFinished: (() => void) | undefined;
  #unacknowledged = 0;
  #isDraining = false;
  /** It goes on taking things up as soon as it has its turn among all devices. */
  #isWaiting = false;
  #cancelTimer: () => void = () => undefined;

  constructor(private readonly around: Surroundings) {}

  get isAttached(): boolean {
    return this.#wire !== undefined;
  }

  /** Begins to send over a wire whose backlog is in; first what an earlier process had under way. */
  attach(wire: Wire): void {
    this.detach();
    this.around.repository.requeue('repeat');
    this.#wire = wire;
    this.drain();
  }

  /** Stops sending; what was under way is queued again. */
  detach(): void {
    if (!this.#wire) return;
    this.#wire = undefined;
    this.#unacknowledged = 0;
    this.#isDraining = false;
    this.#cancelTimer();
    for (const { callOff } of this.#underWay.values()) callOff();
    this.#underWay.clear();
    this.#onFinished?.();
    this.#onFinished = undefined;
    this.around.repository.requeue('repeat');
  }

  /** Takes nothing more under way until it is attached again; resolves when what is has been acknowledged. */
  finish(): Promise<void> {
    if (!this.#wire) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onFinished = resolve;
      if (this.#underWay.size === 0) resolve();
    });
  }

  /** Takes up whatever may be sent now, and comes back when the next item may. */
  drain(): void {
    this.#cancelTimer();
    if (this.#onFinished) {
      if (this.#underWay.size === 0) this.#onFinished();
      return;
    }
    while (this.#wire && !this.#isWaiting) {
      if (!this.around.outgoing.mayGoOn()) this.#drainLater();
      else if (!this.#takeUp(this.#wire)) return;
    }
  }

  /** The others of the process have their turn first. */
  #drainLater(): void {
    this.#isWaiting = true;
    this.around.outgoing
      .giveWay()
      .then(() => {
        this.#isWaiting = false;
        if (this.#onFinished || (this.#wire && this.#takeUp(this.#wire))) this.drain();
      })
      .catch((error: unknown) => this.#raise(error));
  }

  /** Takes up what has its turn; false when nothing has, and then it comes back when something does. */
  #takeUp(wire: Wire): boolean {
    const { turns, clock } = this.around;
    const turn = turns.claim();
    if ('entries' in turn) {
      this.#begin(wire, turn.entries);
      return true;
    }
    if (turn.nextAt !== undefined) {
      const inMs = Math.min(Math.max(1, turn.nextAt - clock.now()), LONGEST_TIMER_MS);
      this.#cancelTimer = clock.after(inMs, () => this.drain());
    }
    return false;
  }

  /** The server's word on a message. */
  acknowledge(id: MessageId, refusal: number | undefined): void {
    this.#unacknowledged = 0;
    if (refusal === undefined) return this.#end(id, 'sent');
    const code = refusalCode(refusal);
    if (code === 'SEND_RESTRICTED') this.around.turns.restrict();
    const attempt = this.#underWay.get(id);
    if (!isRepeated(code)) this.#end(id, { failed: code });
    // A late word on an attempt that is over changes nothing: the next one is waiting already.
    else if (attempt) this.#fail(attempt, code);
  }

  /** Items of one chat leave in order: each when the one before it is written. */
  #begin(wire: Wire, entries: OutboxEntry[]): void {
    const attempts = entries.map((entry): Attempt => ({ entry, callOff: () => undefined, followers: [] }));
    for (const attempt of attempts) this.#underWay.set(attempt.entry.messageId, attempt);
    this.#beginFirst(wire, attempts);
  }

  #beginFirst(wire: Wire, [first, ...followers]: Attempt[]): void {
    if (!first || !this.#isUnderWay(first)) return;
    first.followers = followers;
    if ('media' in first.entry.content) this.#makeReady(wire, first);
    else this.#type(wire, first);
  }

  /** What follows a message in its chat is written when the others of the process have had their turn, too. */
  async #follow(wire: Wire, attempt: Attempt): Promise<void> {
    if (attempt.followers.length === 0) return;
    await this.around.outgoing.giveWay();
    this.#beginFirst(wire, attempt.followers.splice(0));
  }

  #isUnderWay(attempt: Attempt): boolean {
    return this.#underWay.get(attempt.entry.messageId) === attempt;
  }

  /** Its file is on its way for as long as it takes; the other chats go on. */
  #makeReady(wire: Wire, attempt: Attempt): void {
    const { entry } = attempt;
    this.around
      .makeReady(entry)
      .then((content) => {
        if (!this.#isUnderWay(attempt)) return;
        attempt.entry = { ...entry, content };
        this.#type(wire, attempt);
      })
      .catch((error: unknown) =>
        this.#fail(attempt, isWharfError(error) ? error.code : 'MEDIA_UPLOAD_FAILED', error),
      )
      .catch((error: unknown) => this.#raise(error));
  }

  #type(wire: Wire, attempt: Attempt): void {
    const { chat, content, attempts } = attempt.entry;
    const typing = attempts > 1 ? 0 : typingMs(textOf(content), this.around.settings());
    if (typing === 0) return this.#write(wire, attempt);
    wire.sendChatState(chat, 'composing').catch(() => undefined);
    attempt.callOff = this.around.clock.after(typing, () => this.#write(wire, attempt));
  }

  #write(wire: Wire, attempt: Attempt): void {
    const { attempts } = attempt.entry;
    attempt.callOff = this.around.clock.after(bounds.acknowledgeMs, () => {
      this.#unacknowledged += 1;
      this.#fail(attempt, 'CONNECTION_TIMED_OUT');
      if (this.#unacknowledged < SUSPICIOUS) return;
      this.#unacknowledged = 0;
      this.around.onSuspicion();
    });
    wire
      .send(attempt.entry, attempts > 1)
      .then(
        () => this.#follow(wire, attempt),
        (error: unknown) =>
          this.#fail(attempt, isWharfError(error) ? error.code : 'CONNECTION_FAILED', error),
      )
      .catch((error: unknown) => this.#raise(error));
  }

  /** Whoever gave us the clock hears of what goes wrong under it, and nobody of what does in a promise. */
  #raise(error: unknown): void {
    this.around.clock.after(0, () => {
      throw error;
    });
  }

  /** An attempt has come to nothing: the item waits for the next one, or that was it. */
  #fail(attempt: Attempt, code: ErrorCode, error?: unknown): void {
    const { messageId: id, attempts } = attempt.entry;
    this.#leaveBehind(attempt.followers.splice(0));
    if (!this.#isUnderWay(attempt)) return this.drain();
    if (!isRepeated(code)) return this.#end(id, { failed: code });
    const { repository, clock, random, logger } = this.around;
    const waitMs = retryMs(attempts, random());
    const cause = error instanceof Error && !isWharfError(error) ? ` (${error.name})` : '';
    logger.warn(`A message was not sent: ${code}${cause}. Attempt ${attempts}; the next in ${waitMs} ms.`);
    attempt.callOff();
    this.#underWay.delete(id);
    repository.putBack(id, 'repeat', clock.now() + waitMs, code);
    this.drain();
  }

  /** What was to follow an attempt that has failed waits for its turn. */
  #leaveBehind(followers: Attempt[]): void {
    const left = followers.filter((follower) => this.#isUnderWay(follower)).map(({ entry }) => entry);
    if (left.length === 0) return;
    for (const { messageId } of left) this.#underWay.delete(messageId);
    this.around.turns.leaveBehind(left);
  }

  #end(id: MessageId, end: 'sent' | { failed: ErrorCode }): void {
    this.#underWay.get(id)?.callOff();
    this.#underWay.delete(id);
    this.around.onEnd(id, end);
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.around.afterwards(() => {
      this.#isDraining = false;
      this.drain();
    });
  }
}
