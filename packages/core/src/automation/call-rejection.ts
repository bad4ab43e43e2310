import type { Scope } from '../store/store.js';
import type { AutoReplySettings } from '../types/auto-reply-settings.js';
import type { CallSettings } from '../types/automation-settings.js';
import type { Call } from '../types/call.js';
import { parseChat } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { Queries } from '../wire/queries.js';
import type { ReplyBudget } from './reply-budget.js';

/** No call rings for longer than that. */
const LONGEST_RING_MS = 60_000;

interface Surroundings {
  clock: Clock;
  budget: ReplyBudget;
  queries(): Queries | undefined;
  onFailure(error: unknown): void;
}

/** Declines calls while they ring, and tells who called why. */
export class CallRejection {
  readonly #except: Set<string>;

  constructor(
    private readonly settings: CallSettings,
    private readonly replies: AutoReplySettings,
    private readonly around: Surroundings,
  ) {
    this.#except = new Set(settings.except.flatMap((address) => parseChat(address) ?? []));
  }

  /** @throws WharfError when the message cannot be queued */
  async take(scope: Scope, call: Call): Promise<void> {
    const { clock, budget, queries, onFailure } = this.around;
    const { id, step, caller, chat, at, isOffline, isGroup } = call;
    if (step !== 'offered' || isOffline || clock.now() - at > LONGEST_RING_MS) return;
    if ([caller.jid, caller.lid, chat].some((jid) => jid && this.#except.has(jid))) return;
    queries()?.calls.reject(id, caller.jid).catch(onFailure);
    const { message: text } = this.settings;
    if (text === undefined || isGroup) return;
    await budget.send(
      scope,
      {
        key: `call-rejection:${id.slice(0, 200)}`,
        chat: caller.jid,
        message: { to: caller.jid, text },
        askedAt: at,
        // No rule can have this name.
        rule: { name: '*', coolDownMs: 0 },
        about: { callId: id },
      },
      this.replies,
    );
  }
}
