import { performance } from 'node:perf_hooks';

/** How long one thing after the other may go on before timers and other connections get their turn. */
const LONGEST_TURN_MS = 8;

let beganAt: number | undefined;

/** Gives way when much has gone on in this turn of the event loop already: promises alone never let anybody in. */
export async function giveWay(): Promise<void> {
  const now = performance.now();
  if (beganAt === undefined) {
    beganAt = now;
    setImmediate(() => {
      beganAt = undefined;
    });
  } else if (now - beganAt > LONGEST_TURN_MS) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
