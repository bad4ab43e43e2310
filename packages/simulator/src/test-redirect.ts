/** A dispatcher as Node's `fetch` takes it; undici itself is not importable. */
interface Dispatcher {
  dispatch(options: { origin?: unknown }, handler: unknown): boolean;
}

const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const REAL_HOST = 'https://mmg.whatsapp.net';

/**
 * Options for a Baileys client that make it fetch from the simulator what it would fetch from the real media
 * host: histories and snapshots name only a path, and Baileys has no option for the host.
 */
export async function redirectMediaTo(origin: string): Promise<object> {
  await fetch(origin).catch(() => {}); // the global dispatcher is there once `fetch` was used
  const real = (globalThis as Record<symbol, unknown>)[GLOBAL_DISPATCHER] as Dispatcher;
  const dispatcher: Dispatcher = {
    dispatch: (options, handler) =>
      real.dispatch(String(options.origin) === REAL_HOST ? { ...options, origin } : options, handler),
  };
  return { dispatcher };
}
