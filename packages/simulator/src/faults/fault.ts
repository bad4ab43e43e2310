import { z } from 'zod';

const DAY_MS = 86_400_000;

const code = z.number().int().min(400).max(599);
/** What is late is kept, so there must be an end to it. */
const delay = z.number().int().min(0).max(60_000);
const span = z.number().int().min(0).max(DAY_MS);

/** Which stanzas are meant: those that have all that is given here. */
const filter = z.strictObject({
  tag: z.string().min(1).optional(),
  xmlns: z.string().min(1).optional(),
  type: z.string().min(1).optional(),
  class: z.string().min(1).optional(),
});
export type StanzaFilter = z.infer<typeof filter>;

const conditions = z.object({
  /** Phone number or JID: the connections of that account, or of that one device. Without it: all there are. */
  target: z.string().min(1).optional(),
  /** It begins once so many such stanzas have passed: `out` from the server, `in` from the client. */
  after: filter
    .extend({ direction: z.enum(['in', 'out']), count: z.number().int().min(1).default(1) })
    .optional(),
  /** It begins, or begins after `after`, so much later. */
  afterMs: span.optional(),
  /** It ends so long after it began. */
  forMs: span.optional(),
  /** It strikes so many times at the most; a `close` and a `cut` once, if nothing else is said. */
  times: z.number().int().min(1).optional(),
  /** It strikes with this probability, drawn from the seed. */
  chance: z.number().min(0).max(1).optional(),
});

const filtered = conditions.extend({ only: filter.optional() });
const acksByDefault = conditions.extend({ only: filter.default({ tag: 'ack' }) });

/** Something that goes wrong on demand: what (`kind`), to whom, from when, for how long, how often. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The connection breaks so that the client sees this code; `reset` is a lost network. */
  filtered.extend({ kind: z.literal('close'), code: z.union([code, z.literal('reset')]) }).strict(),
  /** Connections are not even taken: the WebSocket upgrade is answered with this HTTP status. For everybody. */
  conditions.extend({ kind: z.literal('refuse-connection'), status: code.default(503) }).strict(),
  /** Connections are taken, and the hello of their client is never answered. For everybody. */
  conditions.extend({ kind: z.literal('hang') }).strict(),
  /** Logins are answered with `<failure>`; for 402 with the seconds the ban still lasts. */
  conditions
    .extend({ kind: z.literal('refuse-login'), reason: code, expireSeconds: z.number().int().optional() })
    .strict(),
  /** Nothing is delivered any more; queries, pings among them, are answered or not even that. */
  conditions.extend({ kind: z.literal('silent'), answersQueries: z.boolean().default(false) }).strict(),
  /** Every stanza of the server takes so much longer; they stay in order. */
  filtered.extend({ kind: z.literal('latency'), ms: delay, jitterMs: delay.default(0) }).strict(),
  /** Stanzas of the server are lost: acks, if nothing else is said. */
  acksByDefault.extend({ kind: z.literal('drop') }).strict(),
  /** Stanzas of the server arrive twice: acks, if nothing else is said. */
  acksByDefault.extend({ kind: z.literal('duplicate') }).strict(),
  /** The connection is lost in the middle of a frame of the server. */
  filtered.extend({ kind: z.literal('cut') }).strict(),
  /** The server reads no faster than this. */
  conditions.extend({ kind: z.literal('slow-reader'), bytesPerSecond: z.number().int().min(1) }).strict(),
  /** Queries are answered with an error. */
  filtered
    .extend({ kind: z.literal('refuse-queries'), code, text: z.string().default('fault-on-demand') })
    .strict(),
  /** Messages are not taken: their ack carries this error, such as 463, 479 or 421. */
  filtered.extend({ kind: z.literal('refuse-messages'), code }).strict(),
  /** The clock of the server (the `t` of its stanzas) is wrong by so much. */
  conditions.extend({ kind: z.literal('clock-skew'), seconds: z.number().int() }).strict(),
]);

/** A fault as it is asked for. */
export type Fault = z.input<typeof faultSchema>;
/** A fault with everything filled in that may be left out. */
export type FaultSpec = z.output<typeof faultSchema>;

/** A whole bad day: the seed of its dice, and all its faults, each with its own time or condition. */
export const faultScript = z.strictObject({
  seed: z.number().int().default(1),
  faults: z.array(faultSchema).max(1_000),
});
export type FaultScript = z.input<typeof faultScript>;
