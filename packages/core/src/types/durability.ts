/**
 * What stored data survives: the death of the process, or a loss of power as well.
 *
 * - `process`: the default. Everything accepted survives when the process is killed; a power failure may take the last moments.
 * - `power`: every write is forced onto the disk before it counts, which costs about a millisecond each.
 */
export type Durability = 'process' | 'power';
