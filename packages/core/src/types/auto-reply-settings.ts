import { z } from 'zod';
import { linearRegex } from '../util/linear-regex.js';
import { fieldsOf, replyFields } from './reply-template.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const span = (longestMs: number) => z.number().int().min(0).max(longestMs);

/** The days of a week, as a schedule names them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** An IANA time zone. An offset is none: it knows no summer time. */
const timeZone = z
  .string()
  .max(64)
  .refine((zone) => /^[A-Za-z]/.test(zone) && isTimeZone(zone), 'Give an IANA time zone, as Europe/Berlin.');

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Give a time as 09:30.');

/** When a rule holds. One that ends before it begins goes on after midnight, and belongs to the day on which it began. */
const schedule = z
  .strictObject({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .default([...weekdays]),
    from: timeOfDay.default('00:00'),
    to: timeOfDay.default('24:00'),
  })
  .refine(({ from, to }) => from !== to && from !== '24:00', { path: ['from'] });

const match = z.discriminatedUnion('type', [
  /** Every message, with or without words. */
  z.strictObject({ type: z.literal('any') }),
  /** One of these words or phrases, as whole words; case and accents do not matter. */
  z.strictObject({
    type: z.literal('keyword'),
    keywords: z.array(z.string().trim().min(1).max(100)).min(1).max(100),
  }),
  /** A pattern in the syntax of RE2, found anywhere in the text. */
  z.strictObject({
    type: z.literal('regex'),
    pattern: z.string().min(1).max(500),
    isCaseSensitive: z.boolean().default(false),
  }),
]);

const longReply = z.string().min(1).max(4_096);

/** One rule: which messages it answers, when, and with what. */
const rule = z
  .strictObject({
    /** Names the rule in events and in what is remembered of it. */
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    isEnabled: z.boolean().default(true),
    match,
    /** Words as they are, or with fields in `{{…}}`. */
    reply: z.union([z.strictObject({ text: longReply }), z.strictObject({ template: longReply })]),
    /** Shows the message as quoted above the reply. */
    isQuoting: z.boolean().default(false),
    /** Which messages may be answered; `own` are those the account writes on another device. */
    answers: z
      .array(z.enum(['people', 'groups', 'channels', 'status', 'own']))
      .min(1)
      .max(5)
      .default(['people']),
    /** The time zone of the schedule, and of `{{time}}` and `{{date}}`. */
    timeZone: timeZone.default('UTC'),
    schedule: schedule.optional(),
    /** After a reply, the rule is silent in this chat for so long. */
    coolDownMs: span(30 * DAY_MS).default(0),
  })
  .superRefine(({ match: wanted, reply }, context) => {
    const groups = wanted.type === 'regex' ? groupsOf(wanted) : [];
    if (!groups) {
      context.addIssue({ code: 'custom', path: ['match', 'pattern'], message: 'Not a pattern of RE2.' });
    } else if ('template' in reply) {
      const known = new Set<string>([...replyFields, ...groups]);
      if (fieldsOf(reply.template).every((field) => known.has(field))) return;
      context.addIssue({ code: 'custom', path: ['reply', 'template'], message: 'Names an unknown field.' });
    }
  });

/** Answers that a device gives by itself. The first rule that matches a message answers it, or nothing does. */
export const autoReplySettings = z.strictObject({
  rules: z
    .array(rule)
    .max(100)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'Give each rule its own id.')
    .default([]),
  /** What is older when it arrives is not answered. */
  maxAgeMs: span(DAY_MS).default(5 * MINUTE_MS),
  /** What a device says by itself in one chat, all rules together: this much in a window, which begins with the first reply. */
  budget: z
    .strictObject({
      replies: z.number().int().min(1).max(1_000).default(10),
      windowMs: z
        .number()
        .int()
        .min(MINUTE_MS)
        .max(7 * DAY_MS)
        .default(60 * MINUTE_MS),
    })
    .prefault({}),
});

export type AutoReplySettings = z.output<typeof autoReplySettings>;
export type AutoReplyRule = z.output<typeof rule>;
export type ReplySchedule = z.output<typeof schedule>;

/** Undefined for what is no pattern. */
function groupsOf({ pattern, isCaseSensitive }: { pattern: string; isCaseSensitive: boolean }) {
  try {
    return linearRegex(pattern, isCaseSensitive).groups;
  } catch {
    return undefined;
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
