import type { AwaitableEvents, StanzaOnTheWire } from './simulator-events.js';
import { printStanza } from './stanza/print.js';

/**
 * Writes a line for every stanza that passes: when, on which connection, whose, which way, and what.
 *
 * @returns what ends it.
 */
export function traceTo(simulator: AwaitableEvents, write: (line: string) => void): () => void {
  const startedAt = performance.now();
  const listener = ({ connection, jid = 'not logged in', direction, stanza }: StanzaOnTheWire) => {
    const ms = Math.round(performance.now() - startedAt);
    const way = direction === 'in' ? 'C>S' : 'S>C';
    write(`${String(ms).padStart(6)}  #${connection} ${jid}  ${way}  ${printStanza(stanza)}`);
  };
  simulator.on('stanza', listener);
  return () => simulator.off('stanza', listener);
}
