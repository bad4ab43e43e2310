import { FairTurns } from '../../util/event-loop.js';

/**
 * The turns of what comes in, on all connections of the process: messages that are decrypted, and the next portion of frames.
 *
 * A portion waits behind the messages of those before it: what is not read yet costs the server memory, and not us.
 */
export const incomingTurns = new FairTurns();
