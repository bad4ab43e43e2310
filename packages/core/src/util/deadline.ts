import { type Clock, systemClock } from './clock.js';

/** Settles like `work`, or with what `late` returns (or throws) when `ms` milliseconds have passed. */
export async function withDeadline<T, L>(
  work: Promise<T>,
  ms: number,
  late: () => L,
  clock: Clock = systemClock,
): Promise<T | L> {
  let cancel: () => void = () => undefined;
  const deadline = new Promise<L>((resolve, reject) => {
    cancel = clock.after(ms, () => {
      try {
        resolve(late());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel();
  }
}
