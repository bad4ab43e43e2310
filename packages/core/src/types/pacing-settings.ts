import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const span = (longestMs: number) => z.number().int().min(0).max(longestMs);
const share = z.number().min(0).max(1);

/**
 * How fast a device sends: an answer at once, an ordinary message soon, bulk to strangers slowly.
 *
 * The reasons for the numbers are in `docs/sending.md`; a test keeps its table equal.
 */
export const pacingSettings = z.strictObject({
  /** Off: everything goes out at once, and nothing is counted. */
  enabled: z.boolean().default(true),
  /** Between any two messages of the device. */
  gapMs: span(HOUR_MS).default(250),
  /** Between two messages to one chat. */
  chatGapMs: span(HOUR_MS).default(1_000),
  /** Every gap is longer by a random share of itself, up to this one. */
  jitter: share.default(0.5),
  /** Messages a minute in the long run; answers do not count. */
  messagesPerMinute: z.number().min(0.1).max(6_000).default(20),
  /** How many of them may go out in a row after a quiet time. */
  burst: z.number().int().min(1).max(1_000).default(10),
  /** A message is an answer when somebody wrote in the chat this long before it was its turn. */
  answerWindowMs: span(30 * DAY_MS).default(HOUR_MS),
  /** The first message to a person with whom the account has never exchanged one. */
  strangers: z
    .strictObject({
      perHour: z.number().min(0.1).max(3_600).default(20),
      burst: z.number().int().min(1).max(100).default(3),
      /** In any 24 hours. */
      perDay: z.number().int().min(1).max(1_000).default(50),
      /** After WhatsApp has refused one with 463, nobody new is written to for this long. */
      pauseMs: span(30 * DAY_MS).default(DAY_MS),
    })
    .prefault({}),
  /** Shows "typing…" before each text, for as long as a person would need for it. */
  typing: z
    .strictObject({
      enabled: z.boolean().default(false),
      charactersPerSecond: z.number().min(1).max(1_000).default(15),
      longestMs: span(30_000).default(5_000),
    })
    .prefault({}),
});

export type PacingSettings = z.output<typeof pacingSettings>;

/**
 * Under which rules a message waits for its turn.
 *
 * - `repeat`: another attempt; it was counted at its first
 * - `answer`: somebody wrote in the chat a short while ago
 * - `ordinary`: everything else
 * - `stranger`: the first message to a person with whom the account has never exchanged one
 */
export type Pace = 'repeat' | 'answer' | 'ordinary' | 'stranger';

/** The paces, what is most urgent first. */
export const paces: Pace[] = ['repeat', 'answer', 'ordinary', 'stranger'];
