import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Api, Heard } from './api.js';

export interface Session {
  api: Api;
  /** Hears what happens; call the result to end that. */
  listen(listener: (heard: Heard) => void): () => void;
  /** Shows a sentence for a while. */
  say(text: string, isError?: boolean): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('There is no session.');
  return session;
}

/** Calls the listener with what happens while the component is shown. */
export function useHeard(listener: (heard: Heard) => void): void {
  const { listen } = useSession();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((heard) => latest.current(heard)), [listen]);
}

/** What was loaded, and how to load it again; a failure is said, and what was there stays. */
export function useLoaded<Value>(
  load: () => Promise<Value>,
  keys: unknown[],
): [Value | undefined, () => void] {
  const { say } = useSession();
  const [value, setValue] = useState<Value>();
  const turn = useRef(0);
  const again = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    load().then(
      (loaded) => mine === turn.current && setValue(() => loaded),
      (error: Error) => mine === turn.current && say(error.message, true),
    );
    // The caller says what it depends on.
  }, keys);
  useEffect(() => {
    setValue(undefined);
    again();
  }, [again]);
  return [value, again];
}

/** Does something for a button: not twice at once, and what goes wrong is said. */
export function useDoing(): [boolean, (work: () => Promise<unknown>) => void] {
  const { say } = useSession();
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    (work: () => Promise<unknown>) => {
      setBusy(true);
      work()
        .catch((error: Error) => say(error.message, true))
        .finally(() => setBusy(false));
    },
    [say],
  );
  return [isBusy, run];
}

/** The part of the address after the `#`, as names with slashes between. */
export function useRoute(): string[] {
  const read = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const change = () => setRoute(read());
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return route;
}

export const linkTo = (...names: string[]): string => `#/${names.map(encodeURIComponent).join('/')}`;
