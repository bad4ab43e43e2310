import type { DeviceHost, DeviceInfo } from '@wharf/core';
import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';
import { connect } from './connect.js';
import { type Credential, readCredential } from './credential.js';
import { ensureDevice, findDevice } from './device.js';
import { explain } from './errors.js';

/** Says what is true of the device of a credential; with a phone number in it, begins to link one that is not. */
export async function testWhatsAppDevice(
  this: ICredentialTestFunctions,
  { data }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
  try {
    const credential = readCredential(data ?? {});
    const host = await connect(credential.place, this.logger);
    const device = credential.phone
      ? await ensureDevice(host, credential)
      : await findDevice(host, credential);
    return device.account ? verdict(device) : await unlinked(host, device, credential);
  } catch (error) {
    const { sentence, remedy } = explain(error);
    return { status: 'Error', message: [sentence, remedy].filter(Boolean).join(' ') };
  }
}

function verdict({ id, state, account }: DeviceInfo): INodeCredentialTestResult {
  const who = `Device "${id}" is linked to +${account?.phone ?? ''}`;
  switch (state.name) {
    case 'connected':
      return { status: 'OK', message: `${who} and connected.` };
    case 'connecting':
      return { status: 'OK', message: `${who} and is connecting.` };
    case 'reconnecting':
      return { status: 'OK', message: `${who} and is connecting (${state.reason}).` };
    default:
      return {
        status: 'Error',
        message: `${who} and is ${state.name}${'reason' in state ? ` (${state.reason})` : ''}. Run the operation Device > Start or Device > Log In.`,
      };
  }
}

async function unlinked(
  host: DeviceHost,
  { id }: DeviceInfo,
  { phone }: Credential,
): Promise<INodeCredentialTestResult> {
  if (!phone)
    return {
      status: 'Error',
      message: `Device "${id}" is not logged in. Run the operation Device > Log In and scan the QR code, or enter the phone number of the account here to get a code to type.`,
    };
  const step = await host.act('device.loginByCode', { deviceId: id, phone });
  if (step.type === 'connected') return { status: 'OK', message: `Device "${id}" is linked.` };
  return {
    status: 'Error',
    message: step.code
      ? `Not linked yet. Enter the code ${step.code} on the phone: WhatsApp > Linked devices > Link a device > Link with phone number instead. Then press Retry.`
      : `Not linked yet: the login is "${step.type}"${step.errorCode ? ` (${step.errorCode})` : ''}. Press Retry.`,
  };
}
