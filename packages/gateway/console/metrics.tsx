import { useEffect } from 'preact/hooks';
import { useLoaded, useSession } from './hooks.js';

const LOOK_MS = 5_000;

/** What is worth a look, of all that `/metrics` tells. */
const wanted = [
  ['wharf_queue_depth', 'waiting to be sent'],
  ['wharf_messages_received_total', 'received'],
  ['wharf_messages_sent_total', 'sent'],
  ['wharf_messages_failed_total', 'refused'],
  ['wharf_messages_undecryptable_total', 'could not be read'],
  ['wharf_reconnects_total', 'lost connections'],
  ['wharf_webhook_backlog', 'webhook backlog'],
] as const;

/** The gateway at a glance, since it was started. */
export function Metrics() {
  const { api } = useSession();
  const [text, again] = useLoaded(() => api.text('metrics'), [api]);
  useEffect(() => {
    const timer = setInterval(again, LOOK_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (text === undefined) return null;
  const samples = read(text);
  const sum = (name: string) =>
    samples.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
  const devices = [...new Set(samples.flatMap(({ device }) => (device ? [device] : [])))].sort();
  const process = [
    ['Memory', `${Math.round(sum('process_resident_memory_bytes') / 2 ** 20)} MB`],
    ['Event-loop lag (p99)', `${Math.round(sum('nodejs_eventloop_lag_p99_seconds') * 1_000)} ms`],
    ['Processor time', `${Math.round(sum('process_cpu_seconds_total'))} s`],
    ['Up since', new Date(sum('process_start_time_seconds') * 1_000).toLocaleString()],
  ];
  return (
    <section class="card" aria-label="Metrics">
      <h1>Metrics</h1>
      <dl class="tiles">
        {[...wanted.map(([name, title]) => [title, String(sum(name))]), ...process].map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {devices.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Device</th>
                {wanted.slice(0, 6).map(([, title]) => (
                  <th key={title}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {devices.map((device) => (
                <tr key={device}>
                  <th>{device}</th>
                  {wanted.slice(0, 6).map(([name]) => (
                    <td key={name}>
                      {samples
                        .filter((sample) => sample.name === name && sample.device === device)
                        .reduce((total, { value }) => total + value, 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="muted">Everything is at /metrics, for Prometheus.</p>
    </section>
  );
}

interface Sample {
  name: string;
  device: string | undefined;
  value: number;
}

/** Lines such as `wharf_queue_depth{device="shop"} 3`. */
function read(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ name, device: /(?:^|,)device="([^"]+)"/.exec(labels)?.[1], value: Number(value) }];
  });
}
