import type { DeviceHost } from '@wharf/core';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toBuffer } from 'qrcode';
import { SetupError } from '../../shared/errors.js';

/** Begins to link a device: the QR code as a picture, or, when it is linked already, the device. */
export async function login(
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
  item: number,
): Promise<INodeExecutionData> {
  const device = await host.act('device.get', { deviceId });
  if (device.account && device.state.name !== 'logged_out')
    return { json: { ...device, type: 'connected' } as never, pairedItem: { item } };
  const step = await host.act('device.login', { deviceId });
  if (!step.qr) {
    if (step.type === 'connected') return { json: { ...step, deviceId }, pairedItem: { item } };
    throw new SetupError(
      `The login is "${step.type}"${step.errorCode ? ` (${step.errorCode})` : ''} and there is no QR code.`,
      'Run the node again. If that does not help, see whether n8n can reach the internet.',
    );
  }
  const picture = await toBuffer(step.qr, { scale: 8, margin: 4 });
  const data = await context.helpers.prepareBinaryData(picture, 'whatsapp-login.png', 'image/png');
  return { json: { ...step, deviceId }, binary: { data }, pairedItem: { item } };
}
