import type { Jid } from '../types/ids.js';
import type { Pace, PacingSettings } from '../types/pacing-settings.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What pacing must not forget, also across a restart. Times are epoch milliseconds. */
export interface PacingState {
  /** When the device may send anything again. */
  readyAt: number;
  /** When the chats that were written to a moment ago may be written to again. */
  chats: Record<string, number>;
  /** When the allowance for ordinary messages is whole again; so for strangers. */
  ordinaryFullAt: number;
  strangersFullAt: number;
  /** When strangers were written to within the last day, the oldest first. */
  strangers: number[];
  /** When WhatsApp last refused to let a conversation begin. */
  restrictedAt?: number;
}

export const unpaced: PacingState = {
  readyAt: 0,
  chats: {},
  ordinaryFullAt: 0,
  strangersFullAt: 0,
  strangers: [],
};

/**
 * When the message after `ahead` others of its pace may go out, at the earliest: now or in the past when it may at once.
 *
 * A clock that was set back never makes anything wait longer than an empty allowance would.
 */
export function opensAt(
  state: PacingState,
  pace: Pace,
  settings: PacingSettings,
  { now, ahead = 0 }: { now: number; ahead?: number },
): number {
  if (!settings.enabled) return 0;
  const { gapMs, jitter, strangers } = settings;
  const gapEnds = Math.min(state.readyAt, now + gapMs * (1 + jitter)) + ahead * gapMs;
  if (pace === 'repeat' || pace === 'answer') return gapEnds;
  const ordinary = allowanceOpens(state.ordinaryFullAt, allowanceOf(settings, 'ordinary'), now, ahead);
  if (pace === 'ordinary') return Math.max(gapEnds, ordinary);
  return Math.max(
    gapEnds,
    ordinary,
    allowanceOpens(state.strangersFullAt, allowanceOf(settings, 'stranger'), now, ahead),
    dayOpens(state.strangers, strangers.perDay, now, ahead),
    state.restrictedAt === undefined ? 0 : Math.min(state.restrictedAt, now) + strangers.pauseMs,
  );
}

/** When a chat may be written to again. */
export function chatOpensAt(state: PacingState, chat: Jid, settings: PacingSettings, now: number): number {
  if (!settings.enabled) return 0;
  return Math.min(state.chats[chat] ?? 0, now + settings.chatGapMs * (1 + settings.jitter));
}

/** What is to be remembered once a message goes out. `random` from 0 to 1 draws the jitter. */
export function take(
  state: PacingState,
  { pace, chat, now, random }: { pace: Pace; chat: Jid; now: number; random: number },
  settings: PacingSettings,
): PacingState {
  if (!settings.enabled) return state;
  const stretch = 1 + random * settings.jitter;
  const chats = Object.fromEntries(Object.entries(state.chats).filter(([, readyAt]) => readyAt > now));
  if (settings.chatGapMs > 0) chats[chat] = now + Math.round(settings.chatGapMs * stretch);
  const taken = { ...state, chats, readyAt: now + Math.round(settings.gapMs * stretch) };
  if (pace === 'repeat' || pace === 'answer') return taken;
  taken.ordinaryFullAt = spend(state.ordinaryFullAt, allowanceOf(settings, 'ordinary'), now, 1);
  if (pace === 'ordinary') return taken;
  taken.strangersFullAt = spend(state.strangersFullAt, allowanceOf(settings, 'stranger'), now, stretch);
  taken.strangers = [...state.strangers.filter((at) => at > now - DAY_MS && at <= now), now];
  return taken;
}

/** How long a person would type a text, in milliseconds; 0 when that is not shown. */
export function typingMs(text: string, { enabled, typing }: PacingSettings): number {
  if (!enabled || !typing.enabled) return 0;
  return Math.min(typing.longestMs, Math.round((text.length / typing.charactersPerSecond) * 1_000));
}

/** A token bucket: `burst` at once, then one every `intervalMs`. Its whole state is the time at which it is full again. */
interface Allowance {
  burst: number;
  intervalMs: number;
}

function allowanceOf(settings: PacingSettings, pace: 'ordinary' | 'stranger'): Allowance {
  const { messagesPerMinute, burst, strangers } = settings;
  return pace === 'ordinary'
    ? { burst, intervalMs: 60_000 / messagesPerMinute }
    : { burst: strangers.burst, intervalMs: HOUR_MS / strangers.perHour };
}

function allowanceOpens(
  fullAt: number,
  { burst, intervalMs }: Allowance,
  now: number,
  ahead: number,
): number {
  const full = Math.max(now, Math.min(fullAt, now + (burst + 1) * intervalMs));
  return Math.ceil(full - (burst - 1 - ahead) * intervalMs);
}

/** The jitter is of the waits, not of the burst: it counts once the next one has to wait. */
function spend(fullAt: number, { burst, intervalMs }: Allowance, now: number, stretch: number): number {
  const full = Math.max(now, Math.min(fullAt, now + (burst + 1) * intervalMs)) + intervalMs;
  const isUsedUp = full > now + (burst - 1) * intervalMs;
  return isUsedUp ? full + intervalMs * (stretch - 1) : full;
}

/** When no more than `perDay` strangers were written to within a day, with `ahead` more on their way. */
function dayOpens(writtenAt: number[], perDay: number, now: number, ahead: number): number {
  const recent = writtenAt.filter((at) => at > now - DAY_MS && at <= now);
  const days = Math.floor(ahead / perDay);
  const freed = recent.at(-perDay + (ahead % perDay));
  const isFull = recent.length + (ahead % perDay) >= perDay;
  return (isFull && freed !== undefined ? freed + DAY_MS : now) + days * DAY_MS;
}
