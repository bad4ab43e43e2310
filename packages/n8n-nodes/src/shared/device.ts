import type { DeviceHost, DeviceInfo } from '@wharf/core';
import type { Credential } from './credential.js';
import { SetupError } from './errors.js';

/** The ID of a device that the package makes by itself, when a credential names none and there is none. */
const FIRST_DEVICE = 'whatsapp';

/**
 * The device of a credential.
 *
 * @throws SetupError when there is none, in the words of n8n's dialogs
 */
export async function findDevice(
  host: DeviceHost,
  { deviceId }: Pick<Credential, 'deviceId'>,
): Promise<DeviceInfo> {
  const devices = await host.act('device.list', {});
  const found = deviceId === undefined ? onlyOne(devices) : devices.find(({ id }) => id === deviceId);
  if (found) return found;
  const names = devices.map(({ id }) => id).join(', ');
  if (deviceId !== undefined)
    throw new SetupError(
      `There is no device "${deviceId}".`,
      devices.length === 0
        ? 'Link it first: run the operation Device > Log In once.'
        : `Correct the Device ID in the credential, or link a new device with the operation Device > Log In. There are: ${names}.`,
    );
  if (devices.length === 0)
    throw new SetupError(
      'There is no device yet.',
      'Link one first: run the operation Device > Log In once.',
    );
  throw new SetupError(
    'It is not clear which device is meant: the credential names none, and there are several.',
    `Enter one of these as Device ID in the credential: ${names}.`,
  );
}

/** The device of a credential, made when there is none: for what links it. */
export async function ensureDevice(
  host: DeviceHost,
  { deviceId }: Pick<Credential, 'deviceId'>,
): Promise<DeviceInfo> {
  const devices = await host.act('device.list', {});
  if (deviceId === undefined ? devices.length > 0 : devices.some(({ id }) => id === deviceId))
    return findDevice(host, { deviceId });
  return host.act('device.create', { id: deviceId ?? FIRST_DEVICE });
}

function onlyOne(devices: DeviceInfo[]): DeviceInfo | undefined {
  return devices.length === 1 ? devices[0] : undefined;
}
