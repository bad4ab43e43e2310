import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWharfError } from '../errors/errors.js';
import type { DeviceRepository } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import { deviceSettings } from '../types/settings.js';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../util/test-runs.js';
import { StoredSettings } from './settings.js';

/** Keeps the settings of one device, as text. */
function openSettings() {
  let text = '{}';
  const devices = {
    getSettings: () => text,
    putSettings: (_: DeviceId, settings: string) => {
      text = settings;
    },
  } as unknown as DeviceRepository;
  return { settings: new StoredSettings('shop' as DeviceId, devices), stored: () => text };
}

/** Every name in the settings, with groups in groups. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

describe('the settings of a device', () => {
  it('are good after whatever patch, or it is refused by name and changes nothing', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    const name = fc.constantFrom(...new Set(namesIn(deviceSettings.parse({}))), '__proto__', 'other');
    const { patch } = fc.letrec<{ patch: unknown }>((tie) => ({
      patch: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, true, false, 0, 1, 20, 1e9, -1, 0.5, '', '1', undefined),
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(name, tie('patch'), { maxKeys: 4 }),
      ),
    }));
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(patch, fc.record({ pacing: fc.dictionary(name, patch, { maxKeys: 3 }) })), {
          maxLength: 3,
        }),
        (patches) => {
          const { settings, stored } = openSettings();
          for (const one of patches) {
            const before = stored();
            try {
              const read = settings.update(one as never);
              expect(deviceSettings.parse(read)).toEqual(read);
              accepted += 1;
            } catch (error) {
              if (!isWharfError(error)) throw error;
              expect(error).toMatchObject({
                code: 'OPTION_INVALID',
                details: { option: expect.any(String) },
              });
              expect(stored()).toBe(before);
              refused += 1;
            }
          }
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
    // It would prove nothing if all were taken, or none.
    expect(accepted).toBeGreaterThan(FUZZ_RUNS / 100);
    expect(refused).toBeGreaterThan(FUZZ_RUNS / 100);
  });
});
