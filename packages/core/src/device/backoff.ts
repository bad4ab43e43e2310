const BASE_MS = 1_000;
const CAP_MS = 120_000;
const FLOOR_MS = 500;

/** A device that another process runs is asked for again at this pace, so that it is taken over soon after that one's end. */
const IN_USE_MS = 2_000;

/**
 * How long to wait before attempt `attempt` (1 is the first repetition), in milliseconds: exponential, full jitter, capped.
 *
 * @param random from 0 to 1; it spreads the devices of a server that went down over the whole span
 */
export function backoffMs(attempt: number, random: number, isInUse = false): number {
  if (isInUse) return IN_USE_MS;
  const span = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempt));
  return Math.round(FLOOR_MS + random * (span - FLOOR_MS));
}

/** After this long on a connection the next failure counts as the first. */
export const STABLE_MS = 60_000;
