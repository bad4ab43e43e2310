import { EventEmitter } from 'node:events';
import type { DirectoryEvents } from './accounts/directory.js';
import { SimulatorError } from './errors.js';
import type { Stanza } from './stanza/node.js';

/** A stanza as it went over the wire, in clear. */
export interface StanzaOnTheWire {
  /** Connections are numbered as they come. */
  connection: number;
  /** The device that is logged in there, if one is. */
  jid?: string;
  /** `in` from the client, `out` from the server. */
  direction: 'in' | 'out';
  stanza: Stanza;
}

/** What a simulator emits. */
export interface SimulatorEvents extends DirectoryEvents {
  /** A device logged in or its connection closed. */
  connection: [happening: { jid?: string; open: boolean }];
  /** A stanza passed; before faults on its way in, after them on its way out. */
  stanza: [happening: StanzaOnTheWire];
}

/** The events that tell what people and devices did; `stanza`, which tells how, is not among them. */
export const happenings = [
  'connection',
  'message',
  'receipt',
  'paired',
  'unlinked',
  'group',
  'appState',
  'presence',
  'call',
] as const satisfies (keyof SimulatorEvents)[];

const OTHERS_SHOWN = 3;

/** Events that can be waited for. */
export class AwaitableEvents extends EventEmitter<SimulatorEvents> {
  /**
   * Waits for the next event that a predicate accepts. Call it before what causes the event, and await it after:
   *
   * ```ts
   * const linked = simulator.waitFor('paired', ({ phone }) => phone === '15550100001');
   * await page.click('#scan');
   * const { jid } = await linked;
   * ```
   *
   * For messages that may be there already use `contact.waitForMessage`.
   *
   * @throws SimulatorError 408 after `timeoutMs` (5 seconds by default), saying which such events came instead.
   */
  waitFor<K extends keyof SimulatorEvents>(
    name: K,
    predicate: (happening: SimulatorEvents[K][0]) => boolean = () => true,
    { timeoutMs = 5_000 }: { timeoutMs?: number } = {},
  ): Promise<SimulatorEvents[K][0]> {
    const others: unknown[] = [];
    return new Promise((resolve, reject) => {
      const listener = (happening: SimulatorEvents[K][0]) => {
        if (predicate(happening)) {
          stop();
          resolve(happening);
        } else others.push(happening);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new SimulatorError('EVENT_TIMEOUT', 408, describeTimeout(name, timeoutMs, others)));
      }, timeoutMs);
      const stop = () => {
        clearTimeout(timer);
        this.off(name, listener as never);
      };
      this.on(name, listener as never);
    });
  }
}

function describeTimeout(name: string, timeoutMs: number, others: unknown[]): string {
  const last = others.slice(-OTHERS_SHOWN).map((other) => JSON.stringify(other));
  const came =
    last.length === 0 ? 'there was none at all' : `${others.length} others came: ${last.join(', ')}`;
  return `No "${name}" event was as expected within ${timeoutMs} ms; ${came}.`;
}
