/**
 * Why a Signal operation failed.
 *
 * - `no_session`: nothing was agreed with this address
 * - `duplicate`: the message was decrypted before, and its key is gone
 * - `unreadable`: no session with this address fits the message, or somebody changed it
 * - `unknown_pre_key`: it was encrypted for a key of ours that is used up
 * - `forged`: a signature is not by the key that is said to have made it
 * - `other`: anything else, such as bytes that are no message
 */
export type SignalFailure =
  | 'no_session'
  | 'duplicate'
  | 'unreadable'
  | 'unknown_pre_key'
  | 'forged'
  | 'other';

/** A failed Signal operation. The message is the one Baileys looks at to decide between retry and silence. */
export class SignalError extends Error {
  override readonly name = 'SignalError';

  constructor(
    readonly failure: SignalFailure,
    message: string,
  ) {
    super(message);
  }
}

/** The texts that libsignal used, compared by Baileys letter by letter: only a duplicate is not asked for again. */
const KNOWN: Array<[pattern: RegExp, failure: SignalFailure, message?: string]> = [
  [/SessionNotFound\(/, 'no_session', 'No session record'],
  [/DuplicatedMessage\(|message with old counter/, 'duplicate', 'Key used already or never filled'],
  [/InvalidMessage\(/, 'unreadable', 'Bad MAC'],
  [/InvalidPreKeyId/, 'unknown_pre_key', 'Invalid PreKey ID'],
  [/invalid signature detected/, 'forged'],
];

/** Makes an error of what the ciphers throw, which are strings: Baileys breaks on anything without a `message`. */
export function signalError(thrown: unknown): SignalError {
  if (thrown instanceof SignalError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const [, failure, message] = KNOWN.find(([pattern]) => pattern.test(text)) ?? [undefined, 'other' as const];
  return new SignalError(failure, message ?? text);
}
