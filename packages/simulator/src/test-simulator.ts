import { vi } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
import { connectedClients } from './test-client.js';

/** A simulator for a test with real clients, which run in this process. */
export function startTestSimulator(options: SimulatorOptions): Promise<Simulator> {
  // Their libsignal prints every session that it closes.
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  return createSimulator(options);
}

/** Ends it together with all clients. */
export async function endTestSimulator(simulator: Simulator): Promise<void> {
  for (const client of connectedClients) client.disconnect();
  await simulator.close();
}
