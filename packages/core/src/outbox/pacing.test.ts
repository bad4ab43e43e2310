import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Jid } from '../types/ids.js';
import type { Pace } from '../types/pacing-settings.js';
import { deviceSettings } from '../types/settings.js';
import { chatOpensAt, opensAt, type PacingState, take, typingMs, unpaced } from './pacing.js';

const defaults = deviceSettings.parse({}).pacing;
const DAY_MS = 24 * 3_600_000;
const START = 1_000_000_000;

/** Sends each message as soon as it may, and says when that was. */
function play(
  messages: Array<{ pace: Pace; chat: number; random: number; restMs?: number }>,
  settings = defaults,
) {
  let state: PacingState = unpaced;
  let now = START;
  return messages.map(({ pace, chat: number, random, restMs = 0 }) => {
    now += restMs;
    const chat = `${number}@s.whatsapp.net` as Jid;
    now = Math.max(now, opensAt(state, pace, settings, { now }), chatOpensAt(state, chat, settings, now));
    // As it is after a restart.
    state = JSON.parse(JSON.stringify(take(state, { pace, chat, now, random }, settings)));
    return { pace, chat, at: now };
  });
}

const messages = fc.array(
  fc.record({
    pace: fc.constantFrom<Pace>('repeat', 'answer', 'ordinary', 'stranger'),
    chat: fc.integer({ min: 1, max: 5 }),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
    restMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_600_000 })),
  }),
  { maxLength: 120 },
);
const settings = fc
  .record({
    gapMs: fc.integer({ min: 0, max: 5_000 }),
    chatGapMs: fc.integer({ min: 0, max: 20_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    messagesPerMinute: fc.integer({ min: 1, max: 100 }),
    burst: fc.integer({ min: 1, max: 20 }),
    strangers: fc.record({
      perHour: fc.integer({ min: 1, max: 100 }),
      burst: fc.integer({ min: 1, max: 5 }),
      perDay: fc.integer({ min: 1, max: 30 }),
    }),
  })
  .map((pacing) => deviceSettings.parse({ pacing }).pacing);

type Sent = ReturnType<typeof play>;
/** More in any stretch of time than its length allows. */
const exceeds = (times: number[], isTooMany: (count: number, spanMs: number) => boolean): boolean =>
  times.some((from, first) => times.slice(first).some((to, index) => isTooMany(index + 1, to - from)));
const at = (sent: Sent, ...wanted: Pace[]) =>
  sent.filter(({ pace }) => wanted.includes(pace)).map(({ at }) => at);

describe('pacing, whatever is sent and however it is set,', () => {
  it('keeps the gap between any two messages, and the longer one within a chat', () => {
    fc.assert(
      fc.property(messages, settings, (given, set) => {
        const sent = play(given, set);
        sent.slice(1).forEach((one, index) => {
          expect(one.at - (sent[index]?.at ?? 0)).toBeGreaterThanOrEqual(set.gapMs);
        });
        for (const ofChat of Map.groupBy(sent, ({ chat }) => chat).values()) {
          ofChat.slice(1).forEach((one, index) => {
            expect(one.at - (ofChat[index]?.at ?? 0)).toBeGreaterThanOrEqual(set.chatGapMs);
          });
        }
      }),
    );
  });

  it('never sends more ordinary messages than the burst and the minutes allow', () => {
    fc.assert(
      fc.property(messages, settings, (given, set) => {
        const times = at(play(given, set), 'ordinary', 'stranger');
        const allowed = (spanMs: number) => set.burst + (spanMs * set.messagesPerMinute) / 60_000 + 1e-3;
        expect(exceeds(times, (count, spanMs) => count > allowed(spanMs))).toBe(false);
      }),
    );
  });

  it('never writes to more strangers than the hour and the day allow', () => {
    fc.assert(
      fc.property(messages, settings, (given, set) => {
        const times = at(play(given, set), 'stranger');
        const { burst, perHour, perDay } = set.strangers;
        const allowed = (spanMs: number) => burst + (spanMs * perHour) / 3_600_000 + 1e-3;
        expect(exceeds(times, (count, spanMs) => count > allowed(spanMs))).toBe(false);
        expect(exceeds(times, (count, spanMs) => spanMs < DAY_MS && count > perDay)).toBe(false);
      }),
    );
  });

  it('lets no answer wait longer than the gaps', () => {
    fc.assert(
      fc.property(messages, settings, (given, set) => {
        const sent = play([...given, { pace: 'answer', chat: 9, random: 0 }], set);
        const waited = (sent.at(-1)?.at ?? 0) - (sent.at(-2)?.at ?? START);
        expect(waited).toBeLessThanOrEqual(Math.ceil(set.gapMs * (1 + set.jitter)));
      }),
    );
  });

  it('foretells no later time than the one that comes', () => {
    fc.assert(
      fc.property(messages, settings, fc.integer({ min: 0, max: 20 }), (given, set, ahead) => {
        const pace = 'stranger';
        const queue = Array.from(
          { length: ahead + 1 },
          (_, chat) => ({ pace, chat: 100 + chat, random: 0 }) as const,
        );
        let state = unpaced;
        let now = START;
        for (const { restMs, ...message } of given) {
          now += restMs;
          const chat = `${message.chat}@s.whatsapp.net` as Jid;
          now = Math.max(now, opensAt(state, message.pace, set, { now }));
          state = take(state, { ...message, chat, now }, set);
        }
        const foretold = opensAt(state, pace, set, { now, ahead });
        for (const { chat: number, random } of queue) {
          now = Math.max(now, opensAt(state, pace, set, { now }));
          state = take(state, { pace, chat: `${number}@s.whatsapp.net` as Jid, now, random }, set);
        }
        expect(foretold).toBeLessThanOrEqual(now + 1);
      }),
    );
  });

  it('makes nobody wait for ever when the clock is set back', () => {
    fc.assert(
      fc.property(messages, settings, (given, set) => {
        let state = unpaced;
        for (const { pace, random } of given) {
          state = take(state, { pace, chat: '1@s.whatsapp.net' as Jid, now: START, random }, set);
        }
        const now = START - 10 * DAY_MS;
        const wait = (pace: Pace) => opensAt(state, pace, set, { now }) - now;
        expect(wait('answer')).toBeLessThanOrEqual(set.gapMs * 2);
        expect(wait('ordinary')).toBeLessThanOrEqual(
          Math.max(set.gapMs * 2, 120_000 / set.messagesPerMinute + 1),
        );
        expect(wait('stranger')).toBeLessThanOrEqual(
          Math.max(set.gapMs * 2, 120_000 / set.messagesPerMinute + 1, 7_200_000 / set.strangers.perHour + 1),
        );
      }),
    );
  });
});

describe('pacing by default', () => {
  const send = (pace: Pace, count: number) =>
    play(Array.from({ length: count }, (_, chat) => ({ pace, chat, random: 0 }))).map(({ at }) => at - START);

  it('answers a hundred people in half a minute', () => {
    expect(send('answer', 100).at(-1)).toBe(99 * 250);
  });

  it('sends ten ordinary messages in a row, then one every three seconds', () => {
    const times = send('ordinary', 12);
    expect(times[9]).toBe(9 * 250);
    expect(times[11]).toBe(6_000);
  });

  it('writes to three strangers in a row, then to one every three minutes, and to fifty a day', () => {
    const times = send('stranger', 51);
    expect(times.slice(0, 4)).toEqual([0, 250, 500, 180_000]);
    expect(times[49]).toBe(47 * 180_000);
    expect(times[50]).toBe(DAY_MS);
  });

  it('lets no jitter eat up the burst; it makes the waits longer', () => {
    const sent = play(Array.from({ length: 5 }, (_, chat) => ({ pace: 'stranger', chat, random: 1 })));
    const times = sent.map(({ at }) => at - START);
    expect(times.slice(0, 3)).toEqual([0, 375, 750]);
    expect(times[3]).toBeGreaterThan(250_000);
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(250_000);
  });

  it('lets strangers wait for a day after WhatsApp has refused one', () => {
    const state = { ...unpaced, restrictedAt: START };
    expect(opensAt(state, 'stranger', defaults, { now: START })).toBe(START + DAY_MS);
    expect(opensAt(state, 'ordinary', defaults, { now: START })).toBeLessThanOrEqual(START);
  });

  it('does not show typing; asked to, it shows it for as long as the text takes, within its bound', () => {
    expect(typingMs('hello', defaults)).toBe(0);
    const typing = { ...defaults, typing: { ...defaults.typing, enabled: true } };
    expect([typingMs('x'.repeat(30), typing), typingMs('x'.repeat(3_000), typing)]).toEqual([2_000, 5_000]);
  });
});

describe('pacing that is switched off', () => {
  it('holds up nothing and remembers nothing', () => {
    const off = { ...defaults, enabled: false };
    const full = { ...unpaced, readyAt: START + 1, restrictedAt: START, strangersFullAt: START + DAY_MS };
    expect(opensAt(full, 'stranger', off, { now: START })).toBeLessThanOrEqual(START);
    const taken = take(
      full,
      { pace: 'stranger', chat: '1@s.whatsapp.net' as Jid, now: START, random: 0 },
      off,
    );
    expect(taken).toBe(full);
  });
});
