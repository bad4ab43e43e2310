import { type ActionOutput, type DeviceHost, type ErrorCode, errorCodes, WharfError } from '@wharf/core';
import { Command } from 'commander';
import { drawQr } from './draw-qr.js';
import { interruptible, pause } from './interrupt.js';
import { print, printJson, tell } from './output.js';
import { ensureDevice, type Place, withDevices, withPlace } from './place.js';

type Options = Place & { code?: string; json?: boolean };
type Step = ActionOutput<'device.login'>;

/** How often a login is looked at; codes are good for 20 seconds and more. */
const LOOK_MS = 500;
/** A login ends by itself when its codes are used up; this is for a host that never says so. */
const LONGEST_MS = 10 * 60_000;

export const loginCommand = (): Command =>
  withPlace(
    new Command('login')
      .description('links a device: by a QR code in the terminal, or by a code that is typed on the phone')
      .argument('[device]', 'its ID; made when there is none'),
  )
    .option('--code <phone>', 'the number of the account: then there is a code to type on its phone')
    .option('--json', 'print a line for each step')
    .action((device: string | undefined, { code, json = false, ...place }: Options) =>
      interruptible((signal) =>
        withDevices(place, { run: 'always', isMade: true }, async (host) => {
          const deviceId = await ensureDevice(host, device);
          await link(host, deviceId, { phone: code, json, signal });
          if (signal.aborted) return;
          const { account } = await host.act('device.get', { deviceId });
          if (!json) print(`The device ${deviceId} is linked to +${account?.phone}.`);
        }),
      ),
    );

async function link(
  host: DeviceHost,
  deviceId: string,
  { phone, json, signal }: { phone: string | undefined; json: boolean; signal: AbortSignal },
): Promise<void> {
  const show = json ? printJson : new Drawing().show;
  const endsAt = performance.now() + LONGEST_MS;
  let step: Step =
    phone === undefined
      ? await host.act('device.login', { deviceId })
      : await host.act('device.loginByCode', { deviceId, phone });
  for (let shown = ''; ; step = await host.act('device.getLogin', { deviceId })) {
    const key = JSON.stringify([step.type, step.qr, step.code]);
    if (key !== shown) show(step);
    shown = key;
    if (step.type === 'connected') return;
    if (step.type === 'failed' || step.type === 'cancelled') throw failureOf(step);
    if (signal.aborted || performance.now() > endsAt) break;
    await pause(LOOK_MS, signal);
  }
  await host.act('device.cancelLogin', { deviceId });
  if (!signal.aborted) throw new WharfError('LOGIN_EXPIRED');
}

/** The code of the moment; on a terminal it takes the place of the one before. */
class Drawing {
  #lines = 0;

  readonly show = ({ type, qr, code, expiresAt }: Step): void => {
    if (process.stderr.isTTY && this.#lines > 0) process.stderr.write(`\u001B[${this.#lines}A\u001B[J`);
    const text = this.#text({ type, qr, code, expiresAt });
    this.#lines = text.split('\n').length;
    tell(text);
  };

  #text({ type, qr, code, expiresAt }: Pick<Step, 'type' | 'qr' | 'code' | 'expiresAt'>): string {
    const seconds = expiresAt === undefined ? 0 : Math.round((expiresAt - Date.now()) / 1_000);
    if (qr !== undefined) {
      return `${drawQr(qr)}\nWhatsApp > Settings > Linked devices > Link a device. Good for ${seconds} s; then comes the next one.`;
    }
    if (code !== undefined)
      return `${code.replace(/^(.{4})/, '$1-')}\nWhatsApp > Linked devices > Link a device > Link with phone number instead. Good for ${seconds} s.`;
    return type === 'scanned' ? 'Scanned. Logging in …' : 'One moment …';
  }
}

function failureOf({ type, errorCode }: Step): WharfError {
  if (type === 'cancelled') return new WharfError('LOGIN_NOT_FOUND');
  return new WharfError(
    errorCode && errorCode in errorCodes ? (errorCode as ErrorCode) : 'CONNECTION_FAILED',
  );
}
