import { isDeepStrictEqual } from 'node:util';
import {
  type DeviceInfo,
  type DeviceState,
  eventSchemas,
  type Login,
  type Manager,
  type ManagerOptions,
  openManager,
  type WharfEvent,
} from '@wharf/core';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './storage.js';

/** Longer than anything here takes, shorter than a test. */
const PATIENCE_MS = 15_000;

/** A simulator of its own for the running test. */
export async function startSimulator(): Promise<Simulator> {
  const simulator = await createSimulator({ port: 0, receiptDelayMs: 20 });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A manager on the simulator, closed when the test has ended. */
export async function startManager(
  simulator: Simulator,
  options: Partial<ManagerOptions> = {},
): Promise<Manager> {
  const manager = await openManager({ storage: temporaryFolder(), endpoint: simulator.endpoint, ...options });
  onTestFinished(() => manager.close());
  return manager;
}

/** Links a device as a person would: the phone scans the first code. */
export async function link(
  manager: Manager,
  simulator: Simulator,
  id: string,
  phone: string,
): Promise<DeviceInfo> {
  const login = await manager.loginDevice(id);
  const qr = await qrOf(login);
  await simulator.scan(qr, { phone });
  const outcome = await login.outcome;
  if (outcome.type !== 'connected') throw new Error(`The login of ${id} ended as ${JSON.stringify(outcome)}`);
  await stateOf(manager, id, (state) => state.name === 'connected' && !state.isSyncing);
  return manager.getDevice(id);
}

/** The first QR code of a login. */
export async function qrOf(login: Login): Promise<string> {
  for await (const step of login) if (step.type === 'qr') return step.qr;
  throw new Error(`The login ended without a QR code: ${JSON.stringify(login.current)}`);
}

/** Waits until a device is in a state. */
export function stateOf(
  manager: Manager,
  id: string,
  isWanted: (state: DeviceState) => boolean,
): Promise<DeviceState> {
  return patiently(`device ${id} reaches the state`, async (found) => {
    const stop = manager.onState(({ device }) => {
      if (device.id === id && isWanted(device.state)) found(device.state);
    });
    onTestFinished(() => void stop());
    const { state } = await manager.getDevice(id);
    if (isWanted(state)) found(state);
  });
}

/** Reads the log, from now on unless told otherwise, and waits for what is to come. */
export function watch(
  manager: Manager,
  options: { deviceId?: string; name?: string; startAt?: 'beginning' } = {},
) {
  const events: WharfEvent[] = [];
  const waiting = new Set<() => void>();
  const { name = crypto.randomUUID(), ...filter } = options;
  const odd: WharfEvent[] = [];
  onTestFinished(() => expect(odd, 'events that are not what their schema says').toEqual([]));
  manager.consume({ name, ...filter }, (event) => {
    events.push(event);
    const read = eventSchemas[event.type].safeParse(event).data;
    if (!isDeepStrictEqual(read, event)) odd.push(event);
    for (const look of waiting) look();
  });
  return {
    events,
    texts: () =>
      events.flatMap((event) =>
        event.type === 'message' && event.payload.content.kind === 'text' ? [event.payload.content.text] : [],
      ),
    until: (what: string, isThere: (events: WharfEvent[]) => boolean) =>
      patiently<void>(what, async (found) => {
        const look = () => {
          if (isThere(events)) found();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function patiently<T>(what: string, begin: (found: (value: T) => void) => Promise<void>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Waited in vain until ${what}.`)), PATIENCE_MS);
      begin(resolve).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
