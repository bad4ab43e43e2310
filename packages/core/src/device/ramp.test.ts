import { describe, expect, it } from 'vitest';
import { testClock } from '../util/test-clock.js';
import { RAMP_GAP_MS, Ramp } from './ramp.js';

const can = { isUrgent: false };
const must = { isUrgent: true };

describe('the ramp', () => {
  it('lets the first one go at once, and one more each time the gap has passed', () => {
    const clock = testClock();
    const ramp = new Ramp(clock);
    const gone: number[] = [];
    for (let index = 0; index < 5; index += 1) ramp.enter(() => gone.push(index), can);
    expect(gone).toEqual([0]);
    clock.pass(RAMP_GAP_MS);
    expect(gone).toEqual([0, 1]);
    // A process that stood still does not make up for it.
    clock.pass(10 * RAMP_GAP_MS);
    expect(gone).toEqual([0, 1, 2]);
    for (let gap = 0; gap < 3; gap += 1) clock.pass(RAMP_GAP_MS);
    expect(gone).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets those go first whom somebody waits for, also when that turns out later', () => {
    const clock = testClock();
    const ramp = new Ramp(clock);
    const gone: string[] = [];
    const enter = (name: string, how: { isUrgent: boolean }) => ramp.enter(() => gone.push(name), how);
    enter('first', can);
    enter('second', can);
    const third = enter('third', can);
    enter('login', must);
    third.hurry();
    for (let gap = 0; gap < 3; gap += 1) clock.pass(RAMP_GAP_MS);
    expect(gone).toEqual(['first', 'third', 'login', 'second']);
  });

  it('forgets who has given up', () => {
    const clock = testClock();
    const ramp = new Ramp(clock);
    const gone: string[] = [];
    ramp.enter(() => gone.push('first'), can).cancel();
    ramp.enter(() => gone.push('second'), can).cancel();
    ramp.enter(() => gone.push('third'), can);
    clock.pass(RAMP_GAP_MS);
    clock.pass(RAMP_GAP_MS);
    expect(gone).toEqual(['first', 'third']);
  });
});
