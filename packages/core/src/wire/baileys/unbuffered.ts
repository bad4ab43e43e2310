import type { BaileysEventEmitter, BaileysEventMap } from '@whiskeysockets/baileys';

/**
 * Hears of an event when it happens, and not when Baileys' buffer lets it out.
 *
 * That may hold it back for half a minute, and keeps of two updates of one message the later one: when the receipts overtake each
 * other, a message that was read would have been delivered only.
 */
export function hearUnbuffered<E extends keyof BaileysEventMap>(
  ev: BaileysEventEmitter,
  event: E,
  listener: (value: BaileysEventMap[E]) => void,
): void {
  const emit = ev.emit.bind(ev) as (name: string, value: unknown) => boolean;
  ev.emit = ((name: string, value: unknown) => {
    if (name === event) listener(value as BaileysEventMap[E]);
    return emit(name, value);
  }) as typeof ev.emit;
}
