import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';

const MESSAGE = 'CB:message';

/**
 * Holds back the messages of a new connection until it is opened: they must not overtake what an earlier one has left over.
 *
 * A message in a group can be read only after the one that brought the key of its author. What is held back was not confirmed.
 */
export class MessageGate {
  readonly #emit: (name: string | symbol, ...values: unknown[]) => boolean;
  #held: BinaryNode[] | undefined = [];

  constructor({ ws }: WASocket) {
    const emitter = ws as unknown as NodeJS.EventEmitter;
    this.#emit = emitter.emit.bind(emitter);
    // A listener could not keep the message from those after it.
    emitter.emit = (name: string | symbol, ...values: unknown[]) => {
      if (name !== MESSAGE || !this.#held) return this.#emit(name, ...values);
      this.#held.push(values[0] as BinaryNode);
      return true;
    };
  }

  /** Lets a message of an earlier connection through. */
  pass(stanza: BinaryNode): void {
    this.#emit(MESSAGE, stanza);
  }

  /** Lets all through, what was held back first. */
  open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const stanza of held) this.#emit(MESSAGE, stanza);
  }
}
