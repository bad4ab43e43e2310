import type { DeviceHost } from '@wharf/core';
import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  SEND_AND_WAIT_OPERATION,
} from 'n8n-workflow';
import { catalogue } from '../../catalogue/actions.js';
import { readInput } from '../../catalogue/read-input.js';
import { connect } from '../../shared/connect.js';
import { type Credential, credentialName, readCredential } from '../../shared/credential.js';
import { ensureDevice, findDevice } from '../../shared/device.js';
import { errorItem, toNodeError } from '../../shared/errors.js';
import { idempotencyKey } from './idempotency.js';
import { login } from './login.js';
import { isLoginPage, loginPage } from './login-page.js';
import { mediaItem } from './media-item.js';
import { sendItem } from './send.js';
import { sendAndWait } from './send-and-wait.js';

/** Runs the chosen operation once for every item. */
export async function executeOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  if (context.getNodeParameter('operation', 0) === SEND_AND_WAIT_OPERATION) return once(context, sendAndWait);
  if (isLoginPage(context)) return once(context, loginPage);
  const items: INodeExecutionData[] = [];
  for (let item = 0; item < context.getInputData().length; item += 1) {
    try {
      items.push(...(await executeItem(context, item)));
    } catch (error) {
      if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, item);
      items.push(errorItem(context, error, item));
    }
  }
  return [items];
}

type Waiting = (
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
  credential: Credential,
) => Promise<INodeExecutionData[][]>;

/** What puts the execution to wait is done once, for the first item. */
async function once(context: IExecuteFunctions, operation: Waiting): Promise<INodeExecutionData[][]> {
  try {
    const credential = readCredential(await context.getCredentials(credentialName));
    const host = await connect(credential.place, context.logger);
    const find = operation === loginPage ? ensureDevice : findDevice;
    return await operation(context, host, (await find(host, credential)).id, credential);
  } catch (error) {
    if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, 0);
    return [[errorItem(context, error, 0)]];
  }
}

async function executeItem(context: IExecuteFunctions, item: number): Promise<INodeExecutionData[]> {
  const credential = readCredential(await context.getCredentials(credentialName, item));
  const host = await connect(credential.place, context.logger);
  const action = `${context.getNodeParameter('resource', item)}.${context.getNodeParameter('operation', item)}`;
  switch (action) {
    case 'message.send':
      return [await sendItem(context, host, (await findDevice(host, credential)).id, item)];
    case 'device.login':
      return [await login(context, host, (await ensureDevice(host, credential)).id, item)];
    case 'message.downloadMedia':
    case 'media.get':
      return [await mediaItem(context, host, action, (await findDevice(host, credential)).id, item)];
    default:
      return plainItems(await act(context, host, credential, action, item), item);
  }
}

async function act(
  context: IExecuteFunctions,
  host: DeviceHost,
  credential: Credential,
  action: string,
  item: number,
): Promise<unknown> {
  const input = await readInput(context, action, item);
  const fields = catalogue.find(({ name }) => name === action)?.fields ?? [];
  if (fields.some(({ name }) => name === 'idempotencyKey'))
    input.idempotencyKey ??= idempotencyKey(context, item, input);
  if (!aboutNoDevice.has(action)) input.deviceId ??= (await deviceOf(host, credential, action)).id;
  return host.act(action as 'device.get', input as never);
}

/** They make a device or list all. */
const aboutNoDevice = new Set(['device.create', 'device.list']);

const deviceOf = (host: DeviceHost, credential: Credential, action: string) =>
  action === 'device.loginByCode' ? ensureDevice(host, credential) : findDevice(host, credential);

/** A list becomes an item for each entry; what has nothing to tell says that it is done. */
function plainItems(output: unknown, item: number): INodeExecutionData[] {
  const entries = Array.isArray(output) ? output : [output];
  return entries.map((entry) => {
    const json = (typeof entry === 'object' && entry !== null ? entry : { value: entry }) as IDataObject;
    return { json: Object.keys(json).length === 0 ? { success: true } : { ...json }, pairedItem: { item } };
  });
}
