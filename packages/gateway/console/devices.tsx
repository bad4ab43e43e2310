import type { DeviceInfo, DeviceState } from '@wharf/core';
import { useState } from 'preact/hooks';
import { Chats } from './chats.js';
import { linkTo, useDoing, useHeard, useLoaded, useSession } from './hooks.js';
import { Link } from './link.js';
import { Queue } from './queue.js';

const parts = { link: 'Device', chats: 'Chats', queue: 'Queue' };

/** All devices, and one of them with its parts. */
export function Devices({
  deviceId,
  part,
  chat,
}: {
  deviceId: string | undefined;
  part: string | undefined;
  chat: string | undefined;
}) {
  const { api } = useSession();
  const [devices, again] = useLoaded(() => api.act('device.list', {}), [api]);
  useHeard(({ type }) => {
    if (type === 'device.state' || type === 'device.login') again();
  });
  const device = devices?.find(({ id }) => id === deviceId);
  return (
    <div class="columns">
      <section class="card list" aria-label="Devices">
        <h1>Devices</h1>
        {devices?.length === 0 && <p class="muted">There is none yet. Make one, then link it to a phone.</p>}
        <ul>
          {devices?.map((each) => (
            <li key={each.id}>
              <a
                href={linkTo('devices', each.id, each.account ? 'chats' : 'link')}
                aria-current={each.id === deviceId || undefined}
              >
                <Badge state={each.state} />
                <strong>{each.name || each.id}</strong>
                <small>{each.account ? `+${each.account.phone}` : stateText(each.state)}</small>
              </a>
            </li>
          ))}
        </ul>
        <Create onMade={again} />
      </section>
      {device && (
        <section class="card detail" aria-label={`Device ${device.id}`}>
          <div class="title">
            <h2>{device.name || device.id}</h2>
            <span class="state">
              <Badge state={device.state} /> {stateText(device.state)}
            </span>
          </div>
          <nav class="tabs" aria-label="Parts of the device">
            {Object.entries(parts).map(([name, title]) => (
              <a
                key={name}
                href={linkTo('devices', device.id, name)}
                aria-current={(part ?? 'link') === name ? 'page' : undefined}
              >
                {title}
              </a>
            ))}
          </nav>
          {part === 'chats' ? (
            <Chats key={device.id} deviceId={device.id} chat={chat} />
          ) : part === 'queue' ? (
            <Queue key={device.id} deviceId={device.id} />
          ) : (
            <Link key={device.id} device={device} onChange={again} />
          )}
        </section>
      )}
      {devices && deviceId !== undefined && !device && <p class="card">There is no device with this ID.</p>}
    </div>
  );
}

function Create({ onMade }: { onMade: () => void }) {
  const { api } = useSession();
  const [id, setId] = useState('');
  const [isBusy, run] = useDoing();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    run(async () => {
      const made: DeviceInfo = await api.act('device.create', { id });
      setId('');
      onMade();
      location.hash = linkTo('devices', made.id, 'link');
    });
  };
  return (
    <form class="row" onSubmit={submit}>
      <input
        aria-label="ID of a new device"
        placeholder="new-device"
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
        required
        value={id}
        onInput={({ currentTarget }) => setId(currentTarget.value)}
      />
      <button type="submit" disabled={isBusy}>
        Create
      </button>
    </form>
  );
}

const Badge = ({ state }: { state: DeviceState }) => (
  <i class="badge" data-state={state.name} aria-hidden="true" />
);

export const stateText = (state: DeviceState): string =>
  'reason' in state ? `${state.name.replace('_', ' ')} (${state.reason.replaceAll('_', ' ')})` : state.name;
