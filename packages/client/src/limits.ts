/** Every wait of the client and the longest it can take, in milliseconds. The README of the package has this list. */
export const limits = {
  /** One answer of the gateway. Then GATEWAY_TIMED_OUT. */
  answerMs: 60_000,
  /** How long `send` and `waitForSend` try to reach a gateway that is away. Then GATEWAY_UNREACHABLE. */
  reachMs: 15_000,
  /** One question of `waitForSend`, which asks again until its own time is up. */
  waitSliceMs: 20_000,
  /** Media that does not move, up or down, not by a byte. Then GATEWAY_TIMED_OUT. */
  stallMs: 30_000,
  /** A stream of events over which nothing comes, not even a sign of life. Then it is made anew. */
  silenceMs: 45_000,
  /** The handler of a reader that is stopped. Then the stop goes on without it; its event is handed over again. */
  stopMs: 3_000,
} as const;
