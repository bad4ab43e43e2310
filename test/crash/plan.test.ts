import { describe, expect, it } from 'vitest';
import { errandKinds, moments, planRun } from './plan.js';

const plans = (seed: number) => Array.from({ length: 200 }, (_, index) => planRun(seed, index + 1));

describe('the plan of a crash run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(plans(7)).toEqual(plans(7));
    expect(plans(8)).not.toEqual(plans(7));
    expect(planRun(7, 2)).not.toEqual(planRun(7, 1));
  });

  it('kills at every kind of moment, and sends everybody on every kind of errand', () => {
    expect(new Set(plans(7).map(({ kill }) => kill.moment))).toEqual(new Set(moments));
    const kinds = plans(7).flatMap(({ errands }) => errands.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(errandKinds)));
  });
});
