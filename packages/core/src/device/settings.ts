import { WharfError } from '../errors/errors.js';
import type { DeviceRepository } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import {
  type DeviceSettings,
  type DeviceSettingsPatch,
  deviceSettings,
  mergeSettings,
} from '../types/settings.js';

/**
 * The settings of one device as they are stored now, whichever process wrote them.
 *
 * Only what was set is stored, so that a better default reaches every device that did not choose for itself.
 */
export class StoredSettings {
  #text = '';
  #read: DeviceSettings = deviceSettings.parse({});

  constructor(
    private readonly id: DeviceId,
    private readonly devices: DeviceRepository,
  ) {}

  /** Complete, with the defaults for all that was not set. */
  get current(): DeviceSettings {
    const text = this.devices.getSettings(this.id);
    if (text === this.#text) return this.#read;
    this.#read = deviceSettings.parse(JSON.parse(text));
    this.#text = text;
    return this.#read;
  }

  /** @throws WharfError OPTION_INVALID */
  update(patch: DeviceSettingsPatch): DeviceSettings {
    const merged = mergeSettings(JSON.parse(this.devices.getSettings(this.id)), patch);
    const parsed = deviceSettings.safeParse(merged);
    if (!parsed.success)
      throw new WharfError('OPTION_INVALID', { details: { option: nameOf(parsed.error) } });
    this.devices.putSettings(this.id, JSON.stringify(merged));
    return this.current;
  }
}

/** The first setting that is wrong, as in `pacing.gapMs`. */
function nameOf({ issues }: { issues: Array<{ path: PropertyKey[]; keys?: unknown }> }): string {
  const { path = [], keys } = issues[0] ?? {};
  const unknown = Array.isArray(keys) ? keys.slice(0, 1) : [];
  return [...path, ...unknown].map(String).join('.') || 'settings';
}
