import {
  areEqual,
  baseKeyOf,
  introductionOf,
  ratchetKeyOf,
  readRecord,
  receivesUnder,
  writeRecord,
} from './session-record.js';

export type CiphertextType = 'msg' | 'pkmsg';

/** One session of a record on its own, to try a message on. */
export interface Trial {
  /** The record as the cipher gets it. */
  record: Uint8Array;
  /** The whole record after the trial has succeeded and left this one: no other session has changed. */
  complete(record: Uint8Array): Uint8Array;
}

/**
 * Chooses the sessions to try a message on, best first; undefined when the cipher itself can do no harm.
 *
 * A cipher left alone with several sessions tries one after the other, steps the ratchet of those that do not fit, and
 * stores them so: the next message on such a session is unreadable. (libsignal in JavaScript does the same.)
 */
export function sessionsToTry(
  record: Uint8Array | undefined,
  type: CiphertextType,
  ciphertext: Uint8Array,
): Trial[] | undefined {
  if (!record) return undefined;
  const { current, previous } = readRecord(record);
  if (previous.length === 0) return undefined;
  const sessions = current ? [current, ...previous] : previous;

  const trialOf = (chosen: Uint8Array): Trial => ({
    record: writeRecord({ current: chosen, previous: [] }),
    complete(left) {
      const others = sessions.filter((session) => session !== chosen);
      const { current: stepped, previous: archived } = readRecord(left);
      return writeRecord({ ...(stepped ? { current: stepped } : {}), previous: [...archived, ...others] });
    },
  });

  if (type === 'pkmsg') {
    const { baseKey } = introductionOf(ciphertext);
    const known = previous.find((session) => areEqual(baseKeyOf(session), baseKey));
    return known && [trialOf(known)];
  }
  const ratchetKey = ratchetKeyOf(ciphertext);
  const fits = (session: Uint8Array) => ratchetKey !== undefined && receivesUnder(session, ratchetKey);
  if (current && fits(current)) return undefined;
  return [...sessions.filter(fits), ...sessions.filter((session) => !fits(session))].map(trialOf);
}
