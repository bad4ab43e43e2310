import { describe, expect, it } from 'vitest';
import { weekdays } from '../types/auto-reply-settings.js';
import { isWithin, wallTime } from './schedule.js';

const at = (iso: string) => wallTime(Date.parse(iso), 'Europe/Berlin');
const every = [...weekdays];

describe('a schedule', () => {
  it('follows the clocks of its time zone through both changes of summer time', () => {
    const morning = { days: every, from: '09:00', to: '10:00' };
    // Winter time is an hour ahead of UTC until 2026-03-29, summer time two hours until 2026-10-25.
    for (const [moment, isOn] of [
      ['2026-03-28T08:30:00Z', true],
      ['2026-03-29T08:30:00Z', false],
      ['2026-03-29T07:30:00Z', true],
      ['2026-10-24T07:30:00Z', true],
      ['2026-10-25T07:30:00Z', false],
      ['2026-10-25T08:30:00Z', true],
    ] as const)
      expect(isWithin(morning, at(moment)), moment).toBe(isOn);
  });

  it('shows the hour that is skipped never, and the one that comes again twice', () => {
    const night = { days: every, from: '02:00', to: '03:00' };
    const isOn = (moment: string) => isWithin(night, at(moment));
    expect(isOn('2026-03-29T00:59:00Z')).toBe(false);
    expect(at('2026-03-29T01:00:00Z')).toEqual({ day: 6, time: '03:00', date: '2026-03-29' });
    expect(isOn('2026-03-29T01:00:00Z')).toBe(false);
    expect(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(isOn)).toEqual([true, true]);
  });

  it('that goes on after midnight belongs to the day on which it began', () => {
    const friday = { days: ['fri' as const], from: '22:00', to: '06:00' };
    const isOn = (moment: string) => isWithin(friday, wallTime(Date.parse(moment), 'UTC'));
    expect(isOn('2026-11-20T21:59:00Z')).toBe(false);
    expect(isOn('2026-11-20T22:00:00Z')).toBe(true);
    expect(isOn('2026-11-21T05:59:00Z')).toBe(true);
    expect(isOn('2026-11-21T06:00:00Z')).toBe(false);
    expect(isOn('2026-11-20T05:00:00Z')).toBe(false);
  });
});
