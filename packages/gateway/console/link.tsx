import type { ActionOutput, DeviceInfo } from '@wharf/core';
import { useEffect, useState } from 'preact/hooks';
import { toString as drawQr } from 'qrcode';
import { linkTo, useDoing, useHeard, useLoaded, useSession } from './hooks.js';

type Step = ActionOutput<'device.getLogin'>;

/** Links a device, and takes the link away. */
export function Link({ device, onChange }: { device: DeviceInfo; onChange: () => void }) {
  const { api, say } = useSession();
  const { id: deviceId, account } = device;
  const [isBusy, run] = useDoing();
  const [phone, setPhone] = useState('');
  const [asked, setAsked] = useState<'logout' | 'remove'>();
  const [step, look] = useLoaded<Step | undefined>(
    () => api.act('device.getLogin', { deviceId }).catch(() => undefined),
    [api, deviceId],
  );
  useHeard((heard) => {
    if ((heard.type === 'device.login' || heard.type === 'device.state') && heard.deviceId === deviceId)
      look();
  });
  const isPairing = step !== undefined && ['dialing', 'qr', 'code', 'scanned'].includes(step.type);
  const act = (
    name: 'device.start' | 'device.stop' | 'device.reconnect' | 'device.logout' | 'device.cancelLogin',
  ) =>
    run(async () => {
      await api.act(name, { deviceId });
      setAsked(undefined);
      look();
      onChange();
    });
  const begin = (number?: string) =>
    run(async () => {
      if (number === undefined) await api.act('device.login', { deviceId, waitMs: 0 });
      else await api.act('device.loginByCode', { deviceId, phone: number, waitMs: 0 });
      look();
    });
  const remove = () =>
    run(async () => {
      await api.act('device.remove', { deviceId });
      say(`The device ${deviceId} is removed.`);
      location.hash = linkTo('devices');
      onChange();
    });
  return (
    <div class="stack">
      {account && !isPairing && (
        <p>
          Linked to <strong>+{account.phone}</strong>
          {account.pushName ? ` (${account.pushName})` : ''}.
        </p>
      )}
      {isPairing && step && <Code step={step} />}
      {!account && step?.type === 'failed' && (
        <p class="error">Linking did not work ({step.errorCode}). Try again.</p>
      )}
      <div class="row wrap">
        {!account && !isPairing && (
          <button type="button" disabled={isBusy} onClick={() => begin()}>
            Link by QR code
          </button>
        )}
        {isPairing && (
          <button type="button" class="quiet" disabled={isBusy} onClick={() => act('device.cancelLogin')}>
            Cancel
          </button>
        )}
        {account && device.state.name !== 'disconnected' && (
          <>
            <button type="button" class="quiet" disabled={isBusy} onClick={() => act('device.reconnect')}>
              Reconnect
            </button>
            <button type="button" class="quiet" disabled={isBusy} onClick={() => act('device.stop')}>
              Stop
            </button>
          </>
        )}
        {account && device.state.name === 'disconnected' && (
          <button type="button" disabled={isBusy} onClick={() => act('device.start')}>
            Start
          </button>
        )}
        {account && (
          <button type="button" class="quiet" onClick={() => setAsked('logout')}>
            Log out
          </button>
        )}
        <button type="button" class="quiet" onClick={() => setAsked('remove')}>
          Remove
        </button>
      </div>
      {!account && !isPairing && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            begin(phone);
          }}
        >
          <input
            aria-label="Number of the phone"
            type="tel"
            placeholder="+49 170 1234567"
            required
            value={phone}
            onInput={({ currentTarget }) => setPhone(currentTarget.value)}
          />
          <button type="submit" class="quiet" disabled={isBusy}>
            Link by code
          </button>
        </form>
      )}
      {asked && (
        <div class="question" role="alertdialog" aria-label="Are you sure?">
          <p>
            {asked === 'logout'
              ? 'The device disappears from the phone. Nothing is received or sent until it is linked again.'
              : 'The device is logged out and removed with all its messages and contacts.'}
          </p>
          <div class="row">
            <button
              type="button"
              class="danger"
              disabled={isBusy}
              onClick={() => (asked === 'logout' ? act('device.logout') : remove())}
            >
              {asked === 'logout' ? 'Yes, log out' : 'Yes, remove'}
            </button>
            <button type="button" class="quiet" autofocus onClick={() => setAsked(undefined)}>
              Keep it
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

function Code({ step: { type, qr, code, expiresAt } }: { step: Step }) {
  const [picture, setPicture] = useState('');
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setPicture('');
    if (qr === undefined) return;
    void drawQr(qr, { type: 'svg', margin: 3, errorCorrectionLevel: 'L' }).then((svg) =>
      setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`),
    );
  }, [qr]);
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.round(((expiresAt ?? 0) - Date.now()) / 1_000)));
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [expiresAt]);
  return (
    <div class="code" role="status">
      {qr !== undefined && picture && <img class="qr" alt="QR code to scan with WhatsApp" src={picture} />}
      {code !== undefined && <output class="pairing-code">{code.replace(/^(.{4})/, '$1-')}</output>}
      <div>
        {type === 'dialing' && <p>Contacting WhatsApp …</p>}
        {type === 'scanned' && <p>Scanned. Logging in …</p>}
        {(qr ?? code) !== undefined && (
          <>
            <ol>
              <li>Open WhatsApp on the phone</li>
              <li>Settings › Linked devices › Link a device</li>
              <li>
                {qr === undefined
                  ? 'Link with phone number instead, and type this code'
                  : 'Point the camera at this code'}
              </li>
            </ol>
            <p class="muted">Good for {seconds} s; then comes the next one.</p>
          </>
        )}
      </div>
    </div>
  );
}
