import { describe, expect, it } from 'vitest';
import { median, percentile, slope } from './statistics.js';

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[10, 9], 9.5],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  it('of nothing is not a number, and the values stay in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
    expect(median([])).toBeNaN();
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [50, 50],
    [99, 99],
    [100, 100],
    [0, 1],
  ])('%d of 1 to 100 is %d', (percent, expected) => expect(percentile(hundred, percent)).toBe(expected));

  it('of few values is one of them', () => {
    expect(percentile([5, 1], 50)).toBe(1);
    expect(percentile([5, 1], 99)).toBe(5);
    expect(percentile([], 50)).toBeNaN();
  });
});

describe('the slope', () => {
  it('is that of the line which comes closest to all points', () => {
    const line = [0, 1, 2, 3].map((x) => ({ x, y: 5 - 2 * x }));
    expect(slope(line)).toBe(-2);
    expect(slope([1, 2, 3, 4].map((x, index) => ({ x, y: [2, 1, 4, 3][index] ?? 0 })))).toBeCloseTo(0.6);
  });

  it('of points at one place is not a number', () =>
    expect(
      slope([
        { x: 1, y: 1 },
        { x: 1, y: 3 },
      ]),
    ).toBeNaN());
});
