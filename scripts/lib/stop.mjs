import { stopAll } from './processes.mjs';
import { say } from './progress.mjs';

/** Something the user can put right: shown as its sentence alone, without a stack. */
export class Stop extends Error {}

/** Runs a script's main function; a `Stop` ends it with its sentence, anything else with its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Stop ? error.message : (error.stack ?? String(error)));
    await stopAll();
    process.exit(1);
  }
}
