/** Somebody has asked the program to end, by Ctrl-C or a service manager. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
  }
}

/**
 * Does work that may take long, and ends it when the program is asked to: the signal aborts, and the work may clean up.
 *
 * @throws Interrupted once the work has ended then
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end);
  try {
    const result = await work(ending.signal);
    if (ending.signal.aborted) throw new Interrupted();
    return result;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, end);
  }
}

/** Waits for a time, or until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
