import type { AutoReadSettings } from '../types/automation-settings.js';
import type { Jid } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { Clock } from '../util/clock.js';
import type { Queries } from '../wire/queries.js';
import { kindOf } from './kinds.js';
import { isSaying } from './reply-rule.js';

/** Waiting to be marked as read; beyond that the oldest stay unread. */
const MOST_WAITING = 1_000;

interface Surroundings {
  clock: Clock;
  /** Of the live connection, while there is one. */
  queries(): Queries | undefined;
  /** They are read now. */
  onRead(messages: Message[]): void;
  onFailure(error: unknown): void;
}

/** Marks what comes in as read, a chat at a time. */
export class AutoRead {
  readonly #waiting = new Map<Jid, { messages: Message[]; isDue: boolean; cancel(): void }>();
  #count = 0;
  #isClosed = false;

  constructor(
    private readonly settings: AutoReadSettings,
    private readonly around: Surroundings,
  ) {}

  take(message: Message): void {
    const { chat } = message;
    if (message.isFromMe || !isSaying(message) || !this.#isMeant(chat)) return;
    const known = this.#waiting.get(chat);
    if (known) known.messages.push(message);
    else {
      const cancel = this.around.clock.after(this.settings.delayMs, () => this.#readDue(chat));
      this.#waiting.set(chat, { messages: [message], isDue: false, cancel });
    }
    this.#count += 1;
    if (this.#count > MOST_WAITING) this.#forgetOldest();
  }

  /** There is a connection again: what was due without one is read now. */
  resume(): void {
    for (const [chat, { isDue }] of [...this.#waiting]) if (isDue) this.#readDue(chat);
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #isMeant(chat: Jid): boolean {
    const { chats } = this.settings;
    const kind = kindOf(chat);
    // Nobody sees who has read a channel.
    if (kind === 'channels' || chats === 'off') return false;
    return chats === 'all' || chats.includes(kind);
  }

  #readDue(chat: Jid): void {
    const entry = this.#waiting.get(chat);
    const queries = this.around.queries();
    if (!entry) return;
    if (!queries) {
      entry.isDue = true;
      return;
    }
    this.#waiting.delete(chat);
    this.#count -= entry.messages.length;
    queries.messages
      .confirm(entry.messages, 'read')
      .then(() => this.around.onRead(entry.messages))
      .catch((error: unknown) => {
        // What the connection has taken with it is read on the next one.
        if (this.around.queries() === queries) this.around.onFailure(error);
        else this.#putBack(chat, entry.messages);
      });
  }

  #putBack(chat: Jid, messages: Message[]): void {
    if (this.#isClosed) return;
    const since = this.#waiting.get(chat);
    since?.cancel();
    const all = [...messages, ...(since?.messages ?? [])];
    this.#waiting.set(chat, { messages: all, isDue: true, cancel: () => undefined });
    this.#count += messages.length;
    this.#readDue(chat);
  }

  #forgetOldest(): void {
    const [chat, entry] = this.#waiting.entries().next().value ?? [];
    if (!chat || !entry) return;
    entry.messages.shift();
    this.#count -= 1;
    if (entry.messages.length > 0) return;
    entry.cancel();
    this.#waiting.delete(chat);
  }
}
