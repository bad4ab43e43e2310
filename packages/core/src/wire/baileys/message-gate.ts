import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';

const MESSAGE = 'CB:message';

/**
 * Holds back the messages of a new connection: the backlog must not overtake what an earlier one has left over, nor what is new the
 * backlog.
 *
 * A message in a group can be read only after the one that brought the key of its author. What is held back was not confirmed.
 */
export class MessageGate {
  readonly #emit: (name: string | symbol, ...values: unknown[]) => boolean;
  #held: BinaryNode[] = [];
  #admits: (stanza: BinaryNode) => boolean = () => false;
  #isClosed = false;

  constructor({ ws }: WASocket) {
    const emitter = ws as unknown as NodeJS.EventEmitter;
    this.#emit = emitter.emit.bind(emitter);
    // A listener could not keep the message from those after it.
    emitter.emit = (name: string | symbol, ...values: unknown[]) => {
      const [stanza] = values as [BinaryNode];
      if (name !== MESSAGE || this.#admits(stanza)) return this.#emit(name, ...values);
      if (!this.#isClosed) this.#held.push(stanza);
      return true;
    };
  }

  /** Lets a message of an earlier connection through. */
  pass(stanza: BinaryNode): void {
    if (!this.#isClosed) this.#emit(MESSAGE, stanza);
  }

  /** Lets through what had waited on the server. */
  openForBacklog(): void {
    this.#letThrough(({ attrs }) => attrs.offline !== undefined);
  }

  /** Lets all through, what was held back first. */
  open(): void {
    this.#letThrough(() => true);
  }

  /** Lets nothing through any more: the connection is over, and what was not confirmed comes again. */
  close(): void {
    this.#isClosed = true;
    this.#admits = () => false;
    this.#held = [];
  }

  #letThrough(admits: (stanza: BinaryNode) => boolean): void {
    if (this.#isClosed) return;
    this.#admits = admits;
    const held = this.#held;
    this.#held = held.filter((stanza) => !admits(stanza));
    for (const stanza of held) if (admits(stanza)) this.#emit(MESSAGE, stanza);
  }
}
