import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Api, ApiError, type Heard } from './api.js';
import { Devices } from './devices.js';
import { Events } from './events.js';
import { linkTo, type Session, SessionContext, useRoute } from './hooks.js';
import { Metrics } from './metrics.js';
import { SignIn } from './sign-in.js';
import { Webhooks } from './webhooks.js';

/** The token lives as long as the tab. */
const KEY = 'wharf-token';
const SHOWN_MS = 6_000;

const pages = { devices: 'Devices', events: 'Events', webhooks: 'Webhooks', metrics: 'Metrics' };

function App() {
  const [token, setToken] = useState(sessionStorage.getItem(KEY) ?? undefined);
  const signIn = async (given: string) => {
    await new Api(given).call('GET', 'devices');
    sessionStorage.setItem(KEY, given);
    setToken(given);
  };
  const signOut = () => {
    sessionStorage.removeItem(KEY);
    setToken(undefined);
  };
  // A gateway without tokens lets everybody of this machine in.
  useEffect(() => {
    if (token === undefined) signIn('').catch(() => undefined);
  }, []);
  return token === undefined ? <SignIn onToken={signIn} /> : <Console token={token} onSignOut={signOut} />;
}

function Console({ token, onSignOut }: { token: string; onSignOut: () => void }) {
  const [page = 'devices', ...rest] = useRoute();
  const [isConnected, setConnected] = useState(true);
  const [notice, setNotice] = useState<{ text: string; isError: boolean }>();
  const [listeners] = useState(() => new Set<(heard: Heard) => void>());
  const session = useMemo<Session>(
    () => ({
      api: new Api(token),
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      say: (text, isError = false) => setNotice({ text, isError }),
    }),
    [token, listeners],
  );
  useEffect(() => {
    const ending = new AbortController();
    const tell = (heard: Heard) => {
      for (const listener of listeners) listener(heard);
    };
    const look = (isThere: boolean) => {
      setConnected(isThere);
      // A token that was revoked meanwhile is of no use any more.
      if (!isThere)
        session.api.call('GET', 'devices').catch((error) => {
          if (error instanceof ApiError && error.status === 401) onSignOut();
        });
    };
    void session.api.follow(tell, look, ending.signal);
    return () => ending.abort();
  }, [session]);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <SessionContext.Provider value={session}>
      <header>
        <a class="brand" href={linkTo('devices')}>
          Wharf
        </a>
        <nav aria-label="Pages">
          {Object.entries(pages).map(([name, title]) => (
            <a key={name} href={linkTo(name)} aria-current={page === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="live" role="status" data-live={isConnected}>
          {isConnected ? 'live' : 'not connected'}
        </span>
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <main>
        {page === 'events' ? (
          <Events />
        ) : page === 'webhooks' ? (
          <Webhooks />
        ) : page === 'metrics' ? (
          <Metrics />
        ) : (
          <Devices deviceId={rest[0]} part={rest[1]} chat={rest[2]} />
        )}
      </main>
      <div class="notice" role="alert" data-error={notice?.isError} hidden={!notice}>
        {notice?.text}
      </div>
    </SessionContext.Provider>
  );
}

render(<App />, document.getElementById('app') as HTMLElement);
