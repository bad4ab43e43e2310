import type { AutomationHost } from '../automation/automation.js';
import type { Device } from './device.js';
import { isAtRest, isLeft } from './state.js';

/** What the automation of a device sees of it. */
export function automationHost(device: Device): AutomationHost {
  const isRunning = () => device.isMine && !isAtRest(device.state) && !isLeft(device.state);
  return {
    id: device.info.id,
    scope: () => (isRunning() ? device.scope : undefined),
    wire: () => (device.isMine && device.state.name === 'connected' ? device.wire : undefined),
    settings: () => device.settings,
    outbox: () => device.outbox,
  };
}
