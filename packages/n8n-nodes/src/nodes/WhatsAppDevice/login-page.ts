import type { DeviceHost } from '@wharf/core';
import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { toDataURL } from 'qrcode';
import { connect } from '../../shared/connect.js';
import { credentialName, readCredential } from '../../shared/credential.js';
import { ensureDevice } from '../../shared/device.js';
import { explain } from '../../shared/errors.js';
import { page } from './page.js';
import { show } from './respond.js';

/** The execution goes on by itself then, linked or not. */
const PATIENCE_MS = 15 * 60_000;
/** A code lives longer; this is how soon the page notices that it was scanned. */
const REFRESH_SECONDS = 3;

/** The form of Device: Log In. */
export const loginForm: INodeProperties[] = [
  {
    displayName: 'Show QR Code',
    name: 'showBy',
    type: 'options',
    default: 'page',
    displayOptions: { show: { resource: ['device'], operation: ['login'] } },
    options: [
      {
        name: 'As a Picture in the Output',
        value: 'picture',
        description: 'The workflow goes on at once; the code is good for some 20 seconds',
      },
      {
        name: 'On a Page',
        value: 'page',
        description: 'The workflow waits, and a page shows the code of the moment until it was scanned',
      },
    ],
  },
];

export function isLoginPage(context: IExecuteFunctions): boolean {
  const isLogin =
    context.getNodeParameter('resource', 0) === 'device' &&
    context.getNodeParameter('operation', 0) === 'login';
  return isLogin && context.getNodeParameter('showBy', 0, 'page') === 'page';
}

/** Puts the execution to wait for the page; the login begins when that is opened, in the process that serves it. */
export async function loginPage(
  context: IExecuteFunctions,
  host: DeviceHost,
  deviceId: string,
): Promise<INodeExecutionData[][]> {
  const device = await host.act('device.get', { deviceId });
  if (device.account) return [[{ json: { ...device } as unknown as IDataObject, pairedItem: { item: 0 } }]];
  const url = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)).replace(
    '?',
    `/${context.getNode().id}?`,
  );
  context.addExecutionHints({
    message: `Open <a href="${url}" target="_blank">this page</a> and scan the QR code.`,
    location: 'outputPane',
  });
  await context.putExecutionToWait(new Date(Date.now() + PATIENCE_MS));
  return [context.getInputData()];
}

/** The page: the code of the moment, until the device is linked; then the execution goes on with the device. */
export async function showLogin(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  try {
    const credential = readCredential(await context.getCredentials(credentialName));
    const host = await connect(credential.place, context.logger);
    const { id: deviceId, account } = await ensureDevice(host, credential);
    if (account) return linked(host, deviceId);
    const step = await host.act('device.login', { deviceId, waitMs: 10_000 });
    if (step.type === 'connected') return await linked(host, deviceId);
    const picture = step.qr ? { picture: await toDataURL(step.qr, { scale: 8, margin: 2 }) } : {};
    const text = step.qr
      ? 'Open WhatsApp on the phone: Settings > Linked devices > Link a device. Then scan this code.'
      : 'One moment …';
    return show(
      context,
      page({ title: `Link "${deviceId}"`, text, ...picture, refreshSeconds: REFRESH_SECONDS }),
    );
  } catch (error) {
    const { sentence, remedy } = explain(error);
    const text = [sentence, remedy].filter(Boolean).join('\n');
    return show(context, page({ title: 'Not linked', text, refreshSeconds: REFRESH_SECONDS }));
  }
}

async function linked(host: DeviceHost, deviceId: string): Promise<IWebhookResponseData> {
  const device = await host.act('device.get', { deviceId });
  return {
    webhookResponse: page({ title: 'Linked', text: 'The device is linked. This page can be closed now.' }),
    workflowData: [[{ json: { ...device } as unknown as IDataObject }]],
  };
}
