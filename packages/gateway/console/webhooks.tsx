import type { DeadLetter, Webhook } from '@wharf/core';
import { useState } from 'preact/hooks';
import { useDoing, useLoaded, useSession } from './hooks.js';

/** Who is told of what, and what could not be delivered. */
export function Webhooks() {
  const { api, say } = useSession();
  const [isBusy, run] = useDoing();
  const [secret, setSecret] = useState<string>();
  const [webhooks, again] = useLoaded(() => api.call<Webhook[]>('GET', 'webhooks'), [api]);
  const create = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    run(async () => {
      const types = text('types')
        .split(/[\s,]+/)
        .filter(Boolean);
      const made = await api.call<Webhook & { secret?: string }>('POST', 'webhooks', {
        url: text('url'),
        format: text('format'),
        ...(text('deviceId') ? { deviceId: text('deviceId') } : {}),
        ...(types.length > 0 ? { types } : {}),
      });
      setSecret(made.secret);
      form.reset();
      again();
    });
  };
  const change = (id: string, isEnabled: boolean) =>
    run(async () => {
      await api.call('PATCH', `webhooks/${id}`, { isEnabled });
      again();
    });
  const remove = (id: string) =>
    run(async () => {
      await api.call('DELETE', `webhooks/${id}`);
      say('The webhook is deleted.');
      again();
    });
  return (
    <section class="card" aria-label="Webhooks">
      <div class="title">
        <h1>Webhooks</h1>
        <button type="button" class="quiet" onClick={again}>
          Look again
        </button>
      </div>
      {webhooks?.length === 0 && <p class="muted">There is none yet.</p>}
      <ul class="webhooks">
        {webhooks?.map((webhook) => (
          <li key={webhook.id}>
            <div class="title">
              <code>{webhook.url}</code>
              <div class="row">
                <button
                  type="button"
                  class="quiet"
                  disabled={isBusy}
                  onClick={() => change(webhook.id, !webhook.isEnabled)}
                >
                  {webhook.isEnabled ? 'Pause' : 'Go on'}
                </button>
                <button type="button" class="quiet" disabled={isBusy} onClick={() => remove(webhook.id)}>
                  Delete
                </button>
              </div>
            </div>
            <p class="muted">
              {webhook.deviceId ?? 'all devices'} · {webhook.format} ·{' '}
              {webhook.types?.join(', ') ?? 'all events'} · {webhook.waiting} waiting · {webhook.deadLetters}{' '}
              dead {webhook.isEnabled ? '' : '· paused'}
            </p>
            {webhook.outage && (
              <p class="error">
                Not taken since {new Date(webhook.outage.since).toLocaleString()}: {webhook.outage.error}.
                Next attempt {new Date(webhook.outage.nextAttemptAt).toLocaleTimeString()}.
              </p>
            )}
            {webhook.deadLetters > 0 && <DeadLetters id={webhook.id} onChange={again} />}
          </li>
        ))}
      </ul>
      {secret && (
        <div class="question" role="status">
          <p>
            What it is told is signed with <code>{secret}</code>. This is not shown again.
          </p>
        </div>
      )}
      <h2>New webhook</h2>
      <form class="form" onSubmit={create}>
        <label>
          URL
          <input name="url" type="url" required placeholder="https://example.com/in" />
        </label>
        <label>
          Device
          <input name="deviceId" placeholder="all devices" />
        </label>
        <label>
          Events
          <input name="types" placeholder="all; or message, device.state" />
        </label>
        <label>
          Shape
          <select name="format">
            <option value="wharf">Wharf's</option>
            <option value="gowa">GOWA's</option>
          </select>
        </label>
        <button type="submit" disabled={isBusy}>
          Create
        </button>
      </form>
    </section>
  );
}

function DeadLetters({ id, onChange }: { id: string; onChange: () => void }) {
  const { api, say } = useSession();
  const [isBusy, run] = useDoing();
  const [letters, again] = useLoaded(
    () => api.call<DeadLetter[]>('GET', `webhooks/${id}/dead-letters?limit=20`),
    [api, id],
  );
  const redrive = (path: string) =>
    run(async () => {
      const { delivered, error } = await api.call<{ delivered: number; error?: string }>('POST', path);
      say(error ? `${delivered} delivered, then: ${error}` : `${delivered} delivered.`, error !== undefined);
      again();
      onChange();
    });
  return (
    <details class="letters">
      <summary>Dead letters</summary>
      <button type="button" disabled={isBusy} onClick={() => redrive(`webhooks/${id}/dead-letters/redrive`)}>
        Deliver all now
      </button>
      <ul>
        {letters?.map((letter) => (
          <li key={letter.id}>
            {letter.event.type}, {new Date(letter.event.at).toLocaleString()}: {letter.error} (
            {letter.attempts} attempts){' '}
            <button
              type="button"
              class="quiet"
              disabled={isBusy}
              onClick={() => redrive(`webhooks/${id}/dead-letters/${letter.id}/redrive`)}
            >
              Deliver now
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
