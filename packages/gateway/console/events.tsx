import { useState } from 'preact/hooks';
import type { Heard } from './api.js';
import { useHeard } from './hooks.js';

/** More than anybody reads; what is older is in the log. */
const MOST = 300;

/** What happens, as it happens. */
export function Events() {
  const [events, setEvents] = useState<(Heard & { key: number })[]>([]);
  const [filter, setFilter] = useState('');
  const [isPaused, setPaused] = useState(false);
  useHeard((heard) => {
    // A code to link a device is nothing for a log.
    if (isPaused || heard.type === 'device.login') return;
    setEvents((known) => [{ ...heard, key: heard.seq }, ...known].slice(0, MOST));
  });
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = events.filter((event) => {
    const text = JSON.stringify(event).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <section class="card" aria-label="Events">
      <div class="title">
        <h1>Events</h1>
        <div class="row">
          <input
            type="search"
            aria-label="Only with these words"
            placeholder="Only with these words"
            value={filter}
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
          <button type="button" class="quiet" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </button>
        </div>
      </div>
      {wanted.length === 0 && <p class="muted">Nothing has happened since this page was opened.</p>}
      <ol class="events" aria-live="polite">
        {wanted.map((event) => (
          <li key={event.key}>
            <details>
              <summary>
                {'at' in event && <time>{new Date(event.at).toLocaleTimeString()}</time>}
                <strong>{event.type}</strong> <span>{event.deviceId}</span>
              </summary>
              <pre>{JSON.stringify(event.payload, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
