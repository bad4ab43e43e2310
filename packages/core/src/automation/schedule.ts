import { type ReplySchedule, weekdays } from '../types/auto-reply-settings.js';

/** A moment as the clock on a wall shows it. */
export interface WallTime {
  /** 0 is Monday. */
  day: number;
  /** `09:30`, fit to be compared. */
  time: string;
  /** `2026-03-29`. */
  date: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a time zone show at a moment, summer time and all. */
export function wallTime(at: number, timeZone: string): WallTime {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: (weekdays as readonly string[]).indexOf(parts.weekday?.toLowerCase() ?? ''),
    time: `${parts.hour}:${parts.minute}`,
    date: `${parts.year}-${parts.month}-${parts.day}`,
  };
}

/** Whether a schedule holds; what goes on after midnight belongs to the day before. */
export function isWithin({ days, from, to }: ReplySchedule, { day, time }: WallTime): boolean {
  const isOn = (which: number) => days.some((name) => name === weekdays[(which + 7) % 7]);
  if (from < to) return isOn(day) && from <= time && time < to;
  return (isOn(day) && from <= time) || (isOn(day - 1) && time < to);
}
