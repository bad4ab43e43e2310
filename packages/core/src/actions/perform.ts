import { connectionOf } from '../device/connection-of.js';

import { WharfError } from '../errors/errors.js';
import type { Manager } from '../manager.js';
import type { Action, ConnectedContext } from './action.js';
import { actions } from './catalogue.js';
import { inputError } from './input-error.js';

/**
 * Checks the input of an action and runs it.
 *
 * @throws WharfError ACTION_NOT_FOUND, OPTION_INVALID, RECIPIENT_INVALID, DEVICE_NOT_FOUND, DEVICE_ID_REQUIRED
 */
export async function perform(name: string, input: unknown, manager: Manager): Promise<unknown> {
  const { store, clock, devices, crew } = manager.fleet;
  if (!Object.hasOwn(actions, name)) throw new WharfError('ACTION_NOT_FOUND');
  const action = actions[name as keyof typeof actions] as unknown as Action;
  const parsed = action.input.safeParse(input ?? {});
  if (!parsed.success) throw inputError(parsed.error);
  if (action.needs === 'manager') return action.run({ manager, clock } as ConnectedContext, parsed.data);
  const { id: deviceId } = await manager.resolve(parsed.data.deviceId as string | undefined);
  const device = devices.get(deviceId);
  const stored = device.scope && store.forDevice(device.scope);
  const context = { manager, clock, deviceId, device, stored };
  if (action.needs === 'device') {
    const output = await action.run(context as ConnectedContext, parsed.data);
    crew.touch(deviceId);
    return output;
  }
  const wire = connectionOf(device);
  if (!wire) return crew.act(deviceId, { name, input: { ...(input as object), deviceId } });
  return action.run({ ...context, queries: wire.queries } as ConnectedContext, parsed.data);
}
