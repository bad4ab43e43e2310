import type { EventLog } from '../events/log.js';
import type { ChatReplies } from '../store/auto-replies.js';
import type { Scope, Store } from '../store/store.js';
import type { AutoReplySettings } from '../types/auto-reply-settings.js';
import type { Jid, MessageId } from '../types/ids.js';
import type { OutboxItem, OutgoingMessage } from '../types/message.js';
import type { Clock } from '../util/clock.js';

/** A reply that a device would send by itself. */
export interface Reply {
  /** Names what it answers, and the rule: the same again is the same reply. */
  key: string;
  chat: Jid;
  message: OutgoingMessage;
  /** When what it answers was sent. */
  askedAt: number;
  /** What the rule remembers of itself in the chat. */
  rule: { name: string; coolDownMs: number };
  /** For the log. */
  about: { rule?: string; messageId?: MessageId; callId?: string };
}

interface Surroundings {
  store: Store;
  log: EventLog;
  clock: Clock;
  /** Puts it into the outbox. */
  enqueue(message: OutgoingMessage): Promise<OutboxItem>;
}

const FRESH: ChatReplies = { windowStartedAt: 0, count: 0, isTold: false, repliedAt: {} };

/**
 * Sends what a device says by itself: each reply once, whatever is repeated after a crash, and not without end.
 *
 * A reply is counted before it is queued, so that two devices which answer each other fall silent even over restarts.
 */
export class ReplyBudget {
  constructor(private readonly around: Surroundings) {}

  /**
   * Does nothing when the device is to keep silent.
   *
   * @throws WharfError when the reply cannot be queued
   */
  async send(scope: Scope, reply: Reply, settings: AutoReplySettings): Promise<void> {
    const { store, log, enqueue } = this.around;
    const { chat, key, about } = reply;
    if (!store.transaction(() => this.#claim(scope, reply, settings))) return;
    const { messageId: replyId } = await enqueue({ ...reply.message, idempotencyKey: key });
    store.transaction(() => {
      const { autoReplies } = store.forDevice(scope);
      const { answering: _, ...settled } = autoReplies.get(chat) ?? FRESH;
      autoReplies.put(chat, settled);
      log.append({ type: 'automation.replied', ...scope, payload: { chat, replyId, ...about } });
    });
  }

  /** Decides on a reply and counts it. One that was decided on before a crash goes on. */
  #claim(scope: Scope, reply: Reply, { budget, maxAgeMs }: AutoReplySettings): boolean {
    const { store, log, clock } = this.around;
    const { autoReplies, outbox } = store.forDevice(scope);
    const { chat, key, rule, askedAt } = reply;
    const now = clock.now();
    let known = autoReplies.get(chat) ?? FRESH;
    if (known.answering === key) return true;
    if (outbox.getByKey(key) || now - askedAt > maxAgeMs) return false;
    if (isDuring(known.repliedAt[rule.name], rule.coolDownMs, now)) return false;
    if (!isDuring(known.windowStartedAt, budget.windowMs, now))
      known = { ...known, windowStartedAt: now, count: 0, isTold: false };
    if (known.count < budget.replies) {
      const repliedAt = { ...known.repliedAt, ...(rule.coolDownMs > 0 ? { [rule.name]: now } : {}) };
      autoReplies.put(chat, { ...known, count: known.count + 1, repliedAt, answering: key });
      return true;
    }
    if (known.isTold) return false;
    autoReplies.put(chat, { ...known, isTold: true });
    const payload = { chat, replies: known.count, endsAt: known.windowStartedAt + budget.windowMs };
    log.append({ type: 'automation.budget_exhausted', ...scope, payload });
    return false;
  }
}

/** Whether a span that began then goes on; a clock that was set back ends it. */
const isDuring = (startedAt: number | undefined, spanMs: number, now: number): boolean =>
  startedAt !== undefined && startedAt <= now && now - startedAt < spanMs;
