import { vi } from 'vitest';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
import { connectedClients } from './test-client.js';

/** A simulator for a test with real clients, and what ends it together with them. */
export async function startTestSimulator(
  options: SimulatorOptions,
): Promise<{ simulator: Simulator; end(): Promise<void> }> {
  // The clients run in this process, and their libsignal prints every session that it closes.
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const simulator = await createSimulator(options);
  return {
    simulator,
    async end() {
      for (const client of connectedClients) client.disconnect();
      await simulator.close();
    },
  };
}
