import type { Simulator } from '@wharf/simulator';
import { vi } from 'vitest';
import type { N8nHost } from './host.js';
import { type Execution, itemsOf, type NodeOnCanvas } from './rest.js';
import { chain, node, start } from './workflows.js';

export const ACTION = '@wharf/n8n-nodes-whatsapp-device.whatsAppDevice';
export const TRIGGER = '@wharf/n8n-nodes-whatsapp-device.whatsAppDeviceTrigger';
export const CREDENTIAL = 'whatsAppDeviceApi';

export const SHOP = '15550001';
export const VERA = '15550009';

/** A device of the tests, as a credential of n8n. */
export interface ShopCredential {
  id: string;
  name: string;
}

export const credentialData = (host: N8nHost, deviceId = 'shop', more: object = {}) => ({
  deviceId,
  runsIn: 'n8n',
  storage: host.storage,
  ...more,
});

export const using = ({ id, name }: ShopCredential) => ({ credentials: { [CREDENTIAL]: { id, name } } });

/** What is picked from a list, typed in. */
export const picked = (value: string) => ({ __rl: true, mode: 'id', value });

/** An operation of the action node; fields as on its form. */
export function operation(
  name: string,
  action: string,
  credential: ShopCredential,
  fields: Record<string, unknown> = {},
): NodeOnCanvas {
  const [resource, verb] = action.split('.');
  return node(name, {
    type: ACTION,
    parameters: { resource, operation: verb, ...fields },
    ...using(credential),
  });
}

export function trigger(credential: ShopCredential, parameters: Record<string, unknown> = {}): NodeOnCanvas {
  return node('WhatsApp', { type: TRIGGER, parameters, ...using(credential) });
}

/** Runs one operation by hand, in a workflow of its own. */
export async function runOperation(
  host: N8nHost,
  action: string,
  credential: ShopCredential,
  fields: Record<string, unknown> = {},
): Promise<Execution> {
  const saved = await host.rest.createWorkflow(
    chain(action, start(), operation('Operation', action, credential, fields)),
  );
  return host.rest.run(saved);
}

/** Links the device by its pairing code, as somebody without a camera does. */
export async function linkByCode(
  host: N8nHost,
  simulator: Simulator,
  credential: ShopCredential,
  phone = SHOP,
): Promise<void> {
  const execution = await runOperation(host, 'device.loginByCode', credential, { phone: `+${phone}` });
  const [item] = itemsOf(execution, 'Operation');
  const code = String(item?.json.code ?? '');
  if (!code) throw new Error(`There is no code: ${JSON.stringify(execution.error ?? execution.runData)}`);
  await simulator.enterCode(code, { phone, name: 'Shop' });
  await connected(simulator, phone);
}

/** Waits until the phone shows its device as connected. */
export async function connected(simulator: Simulator, phone = SHOP): Promise<void> {
  await vi.waitFor(
    () => {
      if (!simulator.account(phone).devices.some((device) => device.connected))
        throw new Error('The device is not connected.');
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** How often the devices of the account have connected. */
export const connections = (simulator: Simulator, phone = SHOP) =>
  simulator.account(phone).devices.map((device) => device.connectionsOpened);

/** A workflow that answers every message, with a reply whose form is filled in so. */
export function echo(name: string, credential: ShopCredential, reply: Record<string, unknown>) {
  return chain(
    name,
    trigger(credential, { events: ['message'] }),
    operation('Answer', 'message.reply', credential, reply),
  );
}
