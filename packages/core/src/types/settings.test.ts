import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceSettings, mergeSettings } from './settings.js';

describe('settings', () => {
  it('are complete when nothing is set', () => {
    expect(deviceSettings.parse({})).toMatchObject({
      pacing: { enabled: true, strangers: { perDay: 50 }, typing: { enabled: false } },
    });
  });

  it('are merged group by group; null takes one back', () => {
    const set = { pacing: { gapMs: 1, strangers: { perDay: 5 } } };
    const patched = mergeSettings(set, {
      pacing: { gapMs: null, strangers: { burst: 2 }, burst: undefined },
    });
    expect(patched).toEqual({ pacing: { strangers: { perDay: 5, burst: 2 } } });
    expect(set).toEqual({ pacing: { gapMs: 1, strangers: { perDay: 5 } } });
    expect(mergeSettings(patched, { pacing: null })).toEqual({});
  });

  it('take the same patch twice like once', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (settings, patch) => {
        const once = mergeSettings(settings, patch);
        expect(mergeSettings(once, patch)).toEqual(once);
      }),
    );
  });
});
