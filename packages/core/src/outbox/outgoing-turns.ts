import { FairTurns } from '../util/event-loop.js';

/**
 * The turns of what goes out, from all devices of the process: items that are taken under way, and the messages that follow them
 * in their chat.
 *
 * Each of them is encrypted, and promises alone would encrypt a thousand of them before anybody else is let in.
 */
export const outgoingTurns = new FairTurns();
