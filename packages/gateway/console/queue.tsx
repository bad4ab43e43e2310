import { useDoing, useHeard, useLoaded, useSession } from './hooks.js';

/** What waits to be sent. */
export function Queue({ deviceId }: { deviceId: string }) {
  const { api } = useSession();
  const [isBusy, run] = useDoing();
  const [items, again] = useLoaded(() => api.act('message.listSends', { deviceId }), [api, deviceId]);
  useHeard((heard) => {
    if (heard.deviceId === deviceId && ['message', 'message.delivery', 'device.state'].includes(heard.type))
      again();
  });
  if (items?.length === 0) return <p class="muted">Nothing waits to be sent.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>To</th>
          <th>State</th>
          <th>Since</th>
          <th>
            <button type="button" class="quiet" onClick={again}>
              Look again
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {items?.map(({ messageId, chat, state, queuedAt, notBefore }) => (
          <tr key={messageId}>
            <td>{chat.split('@')[0]}</td>
            <td>
              {state}
              {notBefore && notBefore > Date.now()
                ? `, not before ${new Date(notBefore).toLocaleTimeString()}`
                : ''}
            </td>
            <td>{new Date(queuedAt).toLocaleString()}</td>
            <td>
              <button
                type="button"
                class="quiet"
                disabled={isBusy || state !== 'queued'}
                onClick={() =>
                  run(async () => {
                    await api.act('message.cancel', { deviceId, messageId });
                    again();
                  })
                }
              >
                Take back
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
