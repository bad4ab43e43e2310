import type { z } from 'zod';
import { connectionOf } from '../device/connection-of.js';
import type { Device } from '../device/device.js';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';
import type { Manager } from '../manager.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import type { Action, ConnectedContext } from './action.js';
import { actions } from './catalogue.js';

/** What a manager lends to an action. */
export interface Host {
  manager: Manager;
  store: Store;
  clock: Clock;
  deviceOf(id: string): Device;
}

/**
 * Checks the input of an action and runs it.
 *
 * @throws WharfError ACTION_NOT_FOUND, OPTION_INVALID, RECIPIENT_INVALID, DEVICE_NOT_FOUND, DEVICE_ID_REQUIRED
 */
export async function perform(name: string, input: unknown, host: Host): Promise<unknown> {
  if (!Object.hasOwn(actions, name)) throw new WharfError('ACTION_NOT_FOUND');
  const action = actions[name as keyof typeof actions] as unknown as Action;
  const parsed = action.input.safeParse(input ?? {});
  if (!parsed.success) throw inputError(parsed.error);
  const context = await contextOf(action, parsed.data.deviceId as string | undefined, host);
  return action.run(context as ConnectedContext, parsed.data);
}

async function contextOf({ needs }: Action, id: string | undefined, host: Host) {
  const { manager, store, clock } = host;
  if (needs === 'manager') return { manager, clock };
  const { id: deviceId } = await manager.resolve(id);
  const device = host.deviceOf(deviceId);
  const stored = device.scope && store.forDevice(device.scope);
  const context = { manager, clock, deviceId, device, stored };
  return needs === 'device' ? context : { ...context, queries: connectionOf(device).queries };
}

/** The first thing that is wrong with the input. */
function inputError({ issues }: z.ZodError): WharfError {
  const [issue] = issues;
  const code = issue?.code === 'custom' ? (issue.params?.code as ErrorCode | undefined) : undefined;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const option = [...(issue?.path ?? []), ...unknown].map(String).join('.') || 'input';
  return new WharfError(code ?? 'OPTION_INVALID', { details: { option } });
}
