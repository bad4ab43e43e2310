import type { MessageId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';

/** Those who wait for something to become of a message. */
export class Waits {
  readonly #looks = new Map<MessageId, Set<(isOver?: boolean) => void>>();

  constructor(private readonly clock: Clock) {}

  /** Resolves as soon as `isDone` says so, asked after every change; or when the time is up, or nobody may wait any more. */
  async until(id: MessageId, isDone: () => boolean, timeoutMs: number): Promise<void> {
    if (isDone()) return;
    const looks = this.#looks.get(id) ?? new Set();
    this.#looks.set(id, looks);
    await new Promise<void>((resolve) => {
      const look = (isOver = false) => {
        if (!isOver && !isDone()) return;
        callOff();
        looks.delete(look);
        if (looks.size === 0) this.#looks.delete(id);
        resolve();
      };
      const callOff = this.clock.after(timeoutMs, () => look(true));
      looks.add(look);
    });
  }

  /** Something has become of the message. */
  changed(id: MessageId): void {
    for (const look of [...(this.#looks.get(id) ?? [])]) look();
  }

  /** Something may have become of any of them. */
  changedAll(): void {
    for (const id of [...this.#looks.keys()]) this.changed(id);
  }

  /** Ends every wait. */
  end(): void {
    for (const looks of [...this.#looks.values()]) for (const look of [...looks]) look(true);
  }
}
