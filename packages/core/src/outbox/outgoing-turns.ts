import { FairTurns } from '../util/event-loop.js';

/** Longer than others: what is encrypted together is on disk with one commit, and in turns of 4 ms a message costs a tenth more. */
const LONGEST_TURN_MICROS = 16_000;

/**
 * The turns of what goes out, from all devices of the process: items that are taken under way, and the messages that follow them
 * in their chat.
 *
 * Each of them is encrypted, and promises alone would encrypt a thousand of them before anybody else is let in.
 */
export const outgoingTurns = new FairTurns(LONGEST_TURN_MICROS);
