import { z } from 'zod';
import { autoReplySettings } from './auto-reply-settings.js';
import { autoReadSettings, callSettings, ignoreSettings, presenceSettings } from './automation-settings.js';
import { historySettings } from './history-settings.js';
import { mediaSettings } from './media-settings.js';
import { pacingSettings } from './pacing-settings.js';

/** What can be set on a device. Each group of settings has a file of its own; every value has a default. */
export const deviceSettings = z.strictObject({
  pacing: pacingSettings.prefault({}),
  media: mediaSettings.prefault({}),
  autoReply: autoReplySettings.prefault({}),
  autoRead: autoReadSettings.prefault({}),
  calls: callSettings.prefault({}),
  presence: presenceSettings.prefault({}),
  ignore: ignoreSettings.prefault({}),
  history: historySettings.prefault({}),
});

/** The settings of a device, complete: what was set, and the defaults for all else. */
export type DeviceSettings = z.output<typeof deviceSettings>;

/** Some settings, to be changed or as they were set; `null` goes back to the default. */
export type DeviceSettingsPatch = Patch<z.input<typeof deviceSettings>>;

/** A list is replaced as a whole. */
type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Patch<T[K]> | null }
    : T;

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays a patch over settings, as JSON Merge Patch (RFC 7396) does: groups are merged, `null` takes a value out. */
export function mergeSettings(settings: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Json = isObject(settings) ? { ...settings } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = mergeSettings(merged[key], value);
  }
  return merged;
}
