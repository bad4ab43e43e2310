import { expect, it } from 'vitest';
import { FairTurns } from './event-loop.js';

const work = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

it('lets others in while very much is done one after the other, and keeps the order of coming', async () => {
  const fair = new FairTurns();
  const done: number[] = [];
  const turns = new Set<number>();
  let turn = 0;
  let isOver = false;
  const others = () => {
    turn += 1;
    if (!isOver) setImmediate(others);
  };
  others();
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      await Promise.resolve();
      await fair.giveWay();
      work(1);
      done.push(index);
      turns.add(turn);
    }),
  );
  isOver = true;
  expect(done).toEqual(done.toSorted((one, other) => one - other));
  expect(turns.size).toBeGreaterThan(5);
});

it('does not hold up what takes no time', async () => {
  await new Promise((resolve) => setImmediate(resolve));
  let isTurnOver = false;
  setImmediate(() => {
    isTurnOver = true;
  });
  await new FairTurns().giveWay();
  expect(isTurnOver).toBe(false);
});
