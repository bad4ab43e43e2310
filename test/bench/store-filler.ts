import type { Jid, Message, MessageId } from '@wharf/core';
import type { Scope, Store } from '../../packages/core/src/store/store.js';

const CHATS = 2_000;
const WORDS = 40_000;
const BATCH = 5_000;
const FIRST_AT = 1_700_000_000_000;
const APART_MS = 2_000;
const SYLLABLES = 'ka lo mi ter an so ne ru va del ing pro sta ble ho qui'.split(' ');

/** Makes messages as years of use would: few words and chats are frequent, and most are rare. The same ones each time. */
export class StoreFiller {
  readonly #random = seeded(7);
  readonly words = [
    ...new Set(
      Array.from({ length: WORDS }, () => Array.from({ length: 4 }, () => this.#oneOf(SYLLABLES)).join('')),
    ),
  ];
  #count = 0;

  /** Stores so many messages. Rows alone: their events would have been pruned by now. */
  fill(store: Store, scope: Scope, messages: number): void {
    const { messages: rows, chats } = store.forDevice(scope);
    for (let done = 0; done < messages; done += BATCH) {
      store.transaction(() => {
        for (let one = 0; one < Math.min(BATCH, messages - done); one += 1) {
          const stored = this.message();
          rows.put(stored);
          chats.touch({ jid: stored.chat, lastMessageAt: stored.at });
        }
      });
    }
  }

  message(): Message {
    this.#count += 1;
    const jid = this.someChat();
    const text = Array.from({ length: 4 + Math.floor(this.#random() * 12) }, () => this.#word()).join(' ');
    return {
      id: `ID${this.#count.toString(36)}` as MessageId,
      chat: jid,
      isGroup: false,
      isFromMe: false,
      sender: { jid, phone: jid.slice(0, 11), name: 'Somebody' },
      content: { kind: 'text', text },
      at: FIRST_AT + this.#count * APART_MS,
      isOffline: false,
    };
  }

  someChat(): Jid {
    return `${15_550_000_000 + Math.floor(CHATS * this.#random() ** 2)}@s.whatsapp.net` as Jid;
  }

  /** The time in the middle of so many messages. */
  static middleOf(messages: number): number {
    return FIRST_AT + (messages * APART_MS) / 2;
  }

  #word(): string {
    return this.words[Math.floor(this.words.length ** this.#random()) - 1] ?? this.words[0] ?? '';
  }

  #oneOf(syllables: string[]): string {
    return syllables[Math.floor(syllables.length * this.#random())] ?? '';
  }
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
