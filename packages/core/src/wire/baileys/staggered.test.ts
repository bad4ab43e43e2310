import { expect, it } from 'vitest';
import { Staggered } from './staggered.js';

it('lets a few begin when those before have gone as far as they can, and what they have put off is done', async () => {
  const staggered = new Staggered();
  const done: string[] = [];
  const send = async (name: string) => {
    await staggered.turn();
    for (let step = 0; step < 5; step += 1) await Promise.resolve();
    done.push(`${name} written`);
    process.nextTick(() => done.push(`${name} gone`));
  };
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(send));
  await new Promise((resolve) => setImmediate(resolve));
  const all = (names: string, what: string) => [...names].map((name) => `${name} ${what}`);
  expect(done).toEqual([
    ...all('abc', 'written'),
    ...all('abc', 'gone'),
    ...all('de', 'written'),
    ...all('de', 'gone'),
  ]);
});

it('waits for nobody who waits for something else', async () => {
  const staggered = new Staggered();
  const stuck = staggered.turn().then(() => new Promise(() => undefined));
  await staggered.turn();
  await Promise.race([stuck, staggered.turn()]);
});
