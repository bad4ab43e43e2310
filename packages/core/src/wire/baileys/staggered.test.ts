import { expect, it } from 'vitest';
import { Staggered } from './staggered.js';

it('lets each begin when the one before has gone as far as it can, and what that has put off is done', async () => {
  const staggered = new Staggered();
  const done: string[] = [];
  const send = async (name: string) => {
    await staggered.turn();
    for (let step = 0; step < 5; step += 1) await Promise.resolve();
    done.push(`${name} written`);
    process.nextTick(() => done.push(`${name} gone`));
  };
  await Promise.all(['a', 'b', 'c'].map(send));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(['a written', 'a gone', 'b written', 'b gone', 'c written', 'c gone']);
});

it('waits for nobody who waits for something else', async () => {
  const staggered = new Staggered();
  const stuck = staggered.turn().then(() => new Promise(() => undefined));
  await staggered.turn();
  await Promise.race([stuck, staggered.turn()]);
});
